"""Delimited text in any dialect and encoding to columns, guarded before it is parsed."""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.data.dialect import SPACES, Dialect, dialect_of
from gmm_engine.data.encoding import to_utf8
from gmm_engine.data.guards import check_shape
from gmm_engine.data.header import unique_names
from gmm_engine.data.limits import Limits
from gmm_engine.errors import UploadError
from gmm_engine.wording import counted

_SAMPLE, _LARGE_SAMPLE, _FEW_LINES = 262_144, 2_097_152, 20
_LONGEST_LINE = 1_048_576


@dataclass(frozen=True, eq=False)
class Raw:
    """Columns as parsed: numbers where all cells are plain numbers, text elsewhere.

    Attributes
    ----------
    frame : one column per name.
    decimal : the decimal mark to read the text columns with.
    notes : what was done, one sentence each.
    """

    frame: pd.DataFrame
    decimal: str = "."
    notes: tuple[str, ...] = ()


def read_text(data: bytes, limits: Limits) -> Raw:
    """Read delimited text of unknown encoding and dialect.

    Raises
    ------
    UploadError : not text, no rows, beyond the limits, or not a table.
    """
    text, encoding = to_utf8(data)
    lead = _instruction(text)
    text = text[lead:]
    _check_header(text, limits)
    dialect = dialect_of(sample_of(text))
    raw = parse(text, dialect, limits)
    how = dialect.sentence + (f", {encoding}." if encoding != "UTF-8" else ".")
    return replace(raw, notes=(how, *raw.notes))


def sample_of(text: bytes) -> str:
    """The first lines of UTF-8 text, whole ones: enough to see the dialect.

    Raises
    ------
    UploadError : no text at all, or a first line too long for any table.
    """
    if not text.strip():
        raise UploadError("The file is empty: it holds no text.")
    sample = text[:_SAMPLE]
    if sample.count(b"\n") + sample.count(b"\r") < _FEW_LINES:
        sample = text[:_LARGE_SAMPLE]
    end = max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1
    if len(sample) < len(text):
        if not end or _first_line(sample) > _LONGEST_LINE:
            raise UploadError(
                "The first line has over a million characters: too many columns, or not a table."
            )
        sample = sample[:end]
    return sample.decode("utf-8", errors="replace")


def parse(text: bytes, dialect: Dialect, limits: Limits) -> Raw:
    """Columns of UTF-8 text in a known dialect.

    Raises
    ------
    UploadError : no data rows, beyond the limits, or most lines of another length.
    """
    width = dialect.width
    start = len(
        text[: 4 * dialect.header.start].decode("utf-8", errors="replace")[: dialect.header.start].encode()
    )
    body = text[start:]
    if not body.strip():
        raise UploadError("The file has no data rows: only a line of column names.")
    check_shape(max(body.count(b"\n"), body.count(b"\r")), width, limits)
    frame, skipped, unquoted = _parsed(body, dialect)
    if skipped > len(frame):
        raise UploadError(f"{skipped:,} lines do not have {width} cells as the first ones do: not one table.")
    frame.columns = pd.Index(unique_names(dialect.header.names, width))
    frame, blank = _without_blanks(frame, dialect.header.names)
    return Raw(frame, dialect.decimal, _remarks(dialect, skipped, unquoted, blank))


def _check_header(text: bytes, limits: Limits) -> None:
    """Refuse a first line with far too many delimiters before anything looks at its fields."""
    first = text[: _first_line(text[:_LONGEST_LINE])]
    fields = max(first.count(mark) for mark in b",;\t|") + 1
    if fields > 2 * limits.columns:
        check_shape(1, fields, limits)


def _instruction(text: bytes) -> int:
    """Length of Excel's first line "sep=;", which is no data."""
    if text[:4].lower() != b"sep=":
        return 0
    return _first_line(text[:64]) + 1


def _first_line(text: bytes) -> int:
    ends = [i for i in (text.find(b"\n"), text.find(b"\r")) if i >= 0]
    return min(ends, default=len(text))


def _parsed(body: bytes, dialect: Dialect) -> tuple[pd.DataFrame, int, bool]:
    """The frame, the number of lines that were too long, and whether quotes had to be ignored."""
    if dialect.quoted:
        try:
            return *_read_csv(body, dialect), False
        except pd.errors.ParserError:  # as a rule a quote that is never closed
            pass
    try:
        return *_read_csv(body, dialect, quoting=csv.QUOTE_NONE), True
    except (pd.errors.ParserError, ValueError, OverflowError):
        raise UploadError("The text cannot be cut into rows and columns. Save it again as CSV.") from None


def _read_csv(body: bytes, dialect: Dialect, **options: Any) -> tuple[pd.DataFrame, int]:
    """A first line of zeros, dropped again, tells the parser how many cells a line has."""
    width = dialect.width
    join = " " if dialect.delimiter == SPACES else dialect.delimiter
    first = join.join("0" * width).encode() + b"\n"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        frame = pd.read_csv(
            io.BytesIO(first + body),
            sep=dialect.delimiter,
            decimal=dialect.decimal,
            header=None,
            names=list(range(width)),
            index_col=False,
            skipinitialspace=True,
            on_bad_lines="warn",
            low_memory=False,
            encoding_errors="replace",
            **options,
        )
    skipped = sum(str(w.message).count("Skipping line") for w in caught)
    return frame.iloc[1:].reset_index(drop=True), skipped


def _without_blanks(frame: pd.DataFrame, names: tuple[str, ...]) -> tuple[pd.DataFrame, int]:
    """Drop columns without name and cells, and rows without cells; how many rows that were."""
    missing = frame.isna().to_numpy()
    if names:
        named = [f < len(names) and bool(names[f]) for f in range(frame.shape[1])]
        kept = np.array(named) | ~missing.all(axis=0)
        frame, missing = frame.loc[:, kept], missing[:, kept]
    blank = missing.all(axis=1)
    if frame.shape[1] < 2 or not blank.any():
        return frame, 0
    return frame.loc[~blank].reset_index(drop=True), int(blank.sum())


def _repeated(names: tuple[str, ...]) -> bool:
    given = [name for name in names if name]
    return len(set(given)) < len(given)


def _remarks(dialect: Dialect, skipped: int, unquoted: bool, blank: int) -> tuple[str, ...]:
    header = dialect.header
    said = (
        (_repeated(header.names), "Equal column names were told apart by a number."),
        (not header.names, "No line of column names; the columns are numbered."),
        (header.skipped, f"{counted(header.skipped, 'line')} above the table left out."),
        (skipped, f"{counted(skipped, 'line')} with more than {counted(dialect.width, 'cell')} left out."),
        (unquoted, "A quotation mark is never closed; quotation marks were read as text."),
        (blank, f"{counted(blank, 'empty row')} left out."),
    )
    return tuple(sentence for applies, sentence in said if applies)
