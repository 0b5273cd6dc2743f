"""A table from anywhere: text of any dialect, Excel or Parquet, packed or not, to a `Dataset`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gmm_engine.data import _parquet, _xlsx
from gmm_engine.data._decode import Decoded, isolated
from gmm_engine.data.archives import unpack
from gmm_engine.data.cells import Column, columns_of
from gmm_engine.data.delimited import Raw, parse, read_text, sample_of
from gmm_engine.data.dependence import derived_columns
from gmm_engine.data.dialect import dialect_of
from gmm_engine.data.guards import check_shape, content, listed
from gmm_engine.data.header import unique_names
from gmm_engine.data.limits import LIMITS, Limits
from gmm_engine.errors import DataError, UploadError
from gmm_engine.types import Dataset

_FEWEST_ROWS = 2


def read_table(source: bytes | str | Path, name: str | None = None, *, limits: Limits = LIMITS) -> Dataset:
    """Read a table, say what was done, and name the columns a mixture can use.

    Reads delimited text of any common encoding and dialect, .xlsx and .parquet, also within
    gzip, zstd or zip; the format is told by the content, never by the name.

    Parameters
    ----------
    source : the file's bytes, or its path.
    name : for display only.
    limits : what is refused before it is parsed.

    Returns
    -------
    Dataset with every column (numbers as float64 or int64, dates as datetime64, text) under
    unique names; `numeric` leaves out text, dates, and empty, constant or unscalable
    columns, and `notes` names them. ``about["derived"]`` says which columns follow from
    others, and how. Cells of a column of numbers that hold none are NaN.

    Raises
    ------
    UploadError : not a readable table, or beyond the limits.
    DataError : a table, but without two rows or any usable column of numbers.

    Examples
    --------
    >>> table = read_table(b"height;name\\n1,82;Ann\\n1,75;Bo\\n")
    >>> table.numeric, table.values["height"].tolist()
    (('height',), [1.82, 1.75])
    >>> table.notes
    ('Read as semicolon-separated text with decimal commas.', 'Text column left out of fits: name.')
    """
    data, shown = content(source, name, limits)
    data, what, notes = unpack(data, limits)
    raw = _READERS[what](data, limits)
    return _dataset(replace(raw, notes=(*notes, *raw.notes)), shown)


def _from_xlsx(data: bytes, limits: Limits) -> Raw:
    found = isolated(_xlsx.decode, data, limits, rows=limits.rows, columns=limits.columns, cells=limits.cells)
    text, facts = found.arrays["text"].tobytes(), found.facts
    dialect = dialect_of(sample_of(text), delimiters=",", decimal=".")
    raw = parse(text, replace(dialect, width=max(dialect.width, facts["width"])), limits)
    others = f", the first of {facts['sheets']} sheets" if facts["sheets"] > 1 else ""
    return replace(raw, notes=(f"Read from the Excel sheet “{facts['sheet'][:60]}”{others}.", *raw.notes))


def _from_parquet(data: bytes, limits: Limits) -> Raw:
    found = isolated(
        _parquet.decode, data, limits, rows=limits.rows, columns=limits.columns, cells=limits.cells,
        decoded_bytes=limits.decoded_bytes,
    )  # fmt: skip
    names = unique_names(found.facts["names"], len(found.facts["names"]))
    kinds = dict(zip(names, found.facts["kinds"], strict=True))
    columns = {
        name: _parquet_column(found, str(f), kinds[name])
        for f, name in enumerate(names)
        if kinds[name] != "nested"
    }
    nested = [name for name, kind in kinds.items() if kind == "nested"]
    left_out = (f"Nested columns not read: {listed(nested)}.",) if nested else ()
    if len({len(column) for column in columns.values()}) > 1:
        raise UploadError("The columns of this Parquet file differ in length: it is damaged. Save it again.")
    frame = pd.DataFrame(columns)
    check_shape(len(frame), frame.shape[1], limits)
    return Raw(frame, ".", ("Read from a Parquet file.", *left_out))


def _parquet_column(found: Decoded, f: str, kind: str) -> Any:
    values = found.arrays[f]
    if kind == "number":
        return values
    known = found.arrays[f"{f}.known"]
    if kind == "date":
        return np.where(known, values, np.iinfo(np.int64).min).view("datetime64[us]")
    ends = found.arrays[f"{f}.ends"]
    text = pa.LargeStringArray.from_buffers(len(known), pa.py_buffer(ends), pa.py_buffer(values))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        raise UploadError(
            "A text column of this Parquet file is not UTF-8: the file is damaged. Save it again and retry."
        ) from None
    return pd.Series(text.to_pandas()).where(known, None)


_READERS: dict[str, Callable[[bytes, Limits], Raw]] = {
    "text": read_text,
    "xlsx": _from_xlsx,
    "parquet": _from_parquet,
}


def _dataset(raw: Raw, name: str) -> Dataset:
    rows = len(raw.frame)
    if rows < _FEWEST_ROWS:
        found = "no data rows" if not rows else "1 data row"
        raise DataError(f"The table has {found}; at least {_FEWEST_ROWS} rows are needed.")
    columns = columns_of(raw.frame, raw.decimal)
    numeric = tuple(key for key, c in columns.items() if c.kind == "number" and not c.unusable)
    notes = (*raw.notes, *_remarks(columns))
    if not numeric:
        raise DataError(_nothing_usable(columns))
    values = pd.DataFrame({key: c.values for key, c in columns.items()})
    derived = derived_columns(values, numeric)
    why = "it says nothing new, and fits do better without it"
    notes = (*notes, *_shortened([f"{key} is {words}: {why}." for key, words in derived.items()]))
    about = {"dates": tuple(key for key, c in columns.items() if c.kind == "date"), "derived": derived}
    return Dataset(values, tuple(columns), notes, name=name, numeric=numeric, about=about)


def _remarks(columns: dict[str, Column]) -> tuple[str, ...]:
    """What became of columns that are not plain numbers, one sentence each, at most a dozen."""
    text = [key for key, c in columns.items() if c.kind == "text"]
    dates = [key for key, c in columns.items() if c.kind == "date"]
    single = [f"{key}: {remark}." for key, c in columns.items() for remark in c.remarks if not c.unusable]
    useless = [f"{key} {c.unusable} and is left out of fits." for key, c in columns.items() if c.unusable]
    return (
        *_about("Text", text, "left out of fits"),
        *_about("Date", dates, "left out of fits"),
        *_shortened(single),
        *_shortened(useless),
    )


def _about(kind: str, names: list[str], fate: str) -> Iterable[str]:
    if names:
        yield f"{kind} column{'s' if len(names) > 1 else ''} {fate}: {listed(names)}."


def _shortened(sentences: list[str], most: int = 6) -> list[str]:
    rest = len(sentences) - most
    return [*sentences[:most], f"{rest:,} more columns like these."] if rest > 0 else sentences


def _nothing_usable(columns: dict[str, Column]) -> str:
    reasons = [f"{key} {c.unusable or _NOT_NUMBERS[c.kind]}" for key, c in columns.items()]
    return f"No numeric column can be used: {'; '.join(_shortened(reasons, 4)).rstrip('.')}."


_NOT_NUMBERS = {"text": "holds text", "date": "holds dates"}
