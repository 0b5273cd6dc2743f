"""Tables to CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

from typing import Any

import pandas as pd

# A spreadsheet takes a cell that begins so for a formula or a command (the wide forms too).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(frame: pd.DataFrame) -> bytes:
    """A table as comma-separated UTF-8 text; numbers in full precision, dates as ISO 8601.

    Text and names that begin like a formula get an apostrophe in front; numbers stay numbers.
    A byte order mark is written where there are letters beyond ASCII, so that Excel shows them.

    Examples
    --------
    >>> to_csv(pd.DataFrame({"x": [-1.5], "note": ["=2+3"]})).decode().split()
    ['x,note', "-1.5,'=2+3"]
    """
    safe = frame.rename(columns=lambda name: _escaped(str(name)))
    text = {f: _column(frame.iloc[:, f]) for f in range(frame.shape[1]) if _is_text(frame.iloc[:, f])}
    for f, column in text.items():
        safe.isetitem(f, column)
    out: str = safe.to_csv(index=False, lineterminator="\n")
    return out.encode("utf-8" if out.isascii() else "utf-8-sig", errors="replace")


def _is_text(column: pd.Series) -> bool:
    return column.dtype.kind not in "biufcmM"


def _column(column: pd.Series) -> pd.Series:
    return column.astype(object).map(_escaped)


def _escaped(cell: Any) -> Any:
    """Text disarmed; a lone carriage return would end the line unquoted, so it becomes a line feed."""
    if not isinstance(cell, str):
        return cell
    return ("'" if cell.startswith(_DANGEROUS) else "") + cell.replace("\r\n", "\n").replace("\r", "\n")
