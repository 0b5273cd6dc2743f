"""From the cells of a column to numbers, dates or text, and what to tell about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gmm_engine.data.dates import reading_of, to_dates
from gmm_engine.data.guards import listed
from gmm_engine.data.numerals import decimal_mark, to_floats
from gmm_engine.types import Array

_SAMPLE = 1000
LARGEST = 1e150  # squares of larger numbers leave float64


@dataclass(frozen=True, eq=False)
class Column:
    """A column as it will be kept.

    Attributes
    ----------
    values : float64, int64, datetime64[us] or text, (n,).
    kind : "number", "date" or "text".
    remarks : for the visitor, without the column's name.
    unusable : why a mixture cannot use these numbers; empty if it can.
    """

    values: Any
    kind: str
    remarks: tuple[str, ...] = ()
    unusable: str = ""


def column_of(values: pd.Series, decimal: str = ".") -> Column:
    """Read one column; text is taken for numbers if most of its cells are, for dates if nearly all.

    Parameters
    ----------
    values : a column of any type.
    decimal : the file's decimal mark, used where the column itself does not tell.

    Examples
    --------
    >>> column_of(pd.Series(["1.5", "n/a", "tall", "2.5"])).remarks
    ('no number in 2 of 4 cells (1 empty, 1 text such as “tall”), counted as missing',)
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return Column(_without_zone(values), "date")
    if values.dtype.kind in "iuf":
        return _number(values.to_numpy())
    if values.isna().all():
        return _number(np.full(len(values), np.nan))
    return _from_text(values, decimal)


def _without_zone(values: pd.Series) -> Array:
    plain = values.dt.tz_convert(None) if getattr(values.dtype, "tz", None) is not None else values
    return np.asarray(plain.to_numpy(), "datetime64[us]")


def _number(values: Array, remarks: tuple[str, ...] = ()) -> Column:
    """Numbers, with infinite cells as missing and the reason why they may be useless."""
    if values.dtype.kind == "i":
        values = values.astype(np.int64)
        return Column(values, "number", remarks, _useless(values.astype(np.float64)))
    values = values.astype(np.float64)
    endless = int(np.isinf(values).sum())
    if endless:
        values = np.where(np.isinf(values), np.nan, values)
        remarks = (*remarks, f"infinite in {_share(endless, values)}, counted as missing")
    elif not remarks and np.isnan(values).any():
        remarks = (f"empty in {_share(int(np.isnan(values).sum()), values)}",)
    return Column(values, "number", remarks, _useless(values))


def _useless(values: Array) -> str:
    known = values[~np.isnan(values)]
    if not known.size:
        return "is empty"
    if np.abs(known).max() > LARGEST:
        return f"holds numbers as large as {np.abs(known).max():.3g}, whose squares overflow: rescale it"
    if known.min() == known.max():
        return f"is constant ({known[0]:g})"
    if known.max() - known.min() < 1 / LARGEST:
        return f"varies by only {known.max() - known.min():.3g}, whose square vanishes: change its scale"
    return ""


def _from_text(values: pd.Series, decimal: str) -> Column:
    cells = _arrow(values)
    known = cells.drop_null()
    sample = known.take(pa.array(np.unique(np.linspace(0, len(known) - 1, _SAMPLE).astype(np.int64))))
    mark = decimal_mark(sample, decimal)
    if _mostly_numbers(sample, mark):
        numbers, missing = to_floats(cells, mark)
        if 2 * np.isnan(numbers).sum() <= len(numbers) + missing.sum():
            return _number(numbers, _strays(cells, numbers, missing))
    return _dates_or_text(cells, sample)


def _arrow(values: pd.Series) -> pa.Array:
    """Arrow strings of a column of text or of anything."""
    if values.dtype == object or not pd.api.types.is_string_dtype(values.dtype):
        values = values.astype(object).where(values.notna(), None).map(_text)
    array = pa.array(values, pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _mostly_numbers(sample: pa.Array, mark: str) -> bool:
    numbers, missing = to_floats(sample, mark)
    return bool(2 * (~np.isnan(numbers)).sum() > (~missing).sum())


def _strays(cells: pa.Array, numbers: Array, missing: Array) -> tuple[str, ...]:
    """What is said about cells of a column of numbers that hold none."""
    stray = np.isnan(numbers) & ~missing
    if not np.isnan(numbers).any():
        return ()
    words = dict.fromkeys(cells.filter(pa.array(stray))[:50].to_pylist())
    parts = [f"{int(missing.sum()):,} empty"] if missing.any() else []
    if stray.any():
        parts.append(f"{int(stray.sum()):,} text such as {listed((f'“{w}”' for w in words), 3)}")
    lost = int(np.isnan(numbers).sum())
    return (f"no number in {_share(lost, numbers)} ({', '.join(parts)}), counted as missing",)


def _share(count: int, cells: Array) -> str:
    return f"{count:,} of {len(cells):,} cells"


def _dates_or_text(cells: pa.Array, sample: pa.Array) -> Column:
    words = [w for w in map(str.strip, sample.to_pylist()) if w]
    reading = reading_of(words)
    text = pd.Series(cells.to_pandas(), dtype="str" if pd.__version__ >= "3" else object)
    if reading is not None:
        dates = to_dates(text, reading)
        lost = int(np.isnat(dates).sum()) - int(text.isna().sum())
        if lost <= 0.1 * len(dates):
            order = (f"dates read with the {reading.remark}",) if reading.remark else ()
            strays = (f"no date in {_share(lost, dates)}, counted as missing",) if lost > 0 else ()
            return Column(dates, "date", (*order, *strays))
    return Column(text, "text")


def _text(cell: Any) -> str | None:
    """A cell of any type as text that can be shown and stored."""
    if cell is None:
        return None
    return str(cell).encode("utf-8", "replace").decode()
