"""From the cells of every column to numbers, dates or text, and what to tell about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gmm_engine.data.textual import Meaning, meanings
from gmm_engine.types import Array

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


def columns_of(frame: pd.DataFrame, decimal: str = ".") -> dict[str, Column]:
    """Read every column; text is taken for numbers if most of its cells are, for dates if nearly all.

    Parameters
    ----------
    frame : columns of any type under unique names.
    decimal : the file's decimal mark, used where a column itself does not tell.

    Examples
    --------
    >>> columns_of(pd.DataFrame({"size": ["1.5", "n/a", "tall", "2.5"]}))["size"].remarks
    ('no number in 2 of 4 cells (1 empty, 1 text such as “tall”), counted as missing',)
    """
    found: dict[str, Column] = {}
    text: dict[str, pa.Array] = {}
    for key, values in frame.items():
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            found[str(key)] = Column(_without_zone(values), "date")
        elif values.dtype.kind in "iuf":
            found[str(key)] = _number(values.to_numpy())
        else:
            text[str(key)] = _arrow(values)
    found |= {key: _column(meaning) for key, meaning in meanings(text, decimal).items()}
    return {str(key): found[str(key)] for key in frame}


def _column(meaning: Meaning) -> Column:
    if meaning.kind == "number":
        return _number(meaning.values, meaning.remarks)
    return Column(meaning.values, meaning.kind, meaning.remarks)


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
        remarks = (*remarks, f"infinite in {endless:,} of {len(values):,} cells, counted as missing")
    elif not remarks and np.isnan(values).any():
        remarks = (f"empty in {int(np.isnan(values).sum()):,} of {len(values):,} cells",)
    return Column(values, "number", remarks, _useless(values))


def _useless(values: Array) -> str:
    known = values[~np.isnan(values)]
    if not known.size:
        return "is empty"
    low, high = float(known.min()), float(known.max())
    largest, spread = max(abs(low), abs(high)), high - low
    if largest > LARGEST:
        return f"holds numbers as large as {largest:.3g}, whose squares overflow: rescale it"
    if low == high:
        return f"is constant ({low:g})"
    if spread < 1 / LARGEST:
        return f"varies by only {spread:.3g}, whose square vanishes: change its scale"
    return ""


def _arrow(values: pd.Series) -> pa.Array:
    """Arrow strings of a column of text or of anything."""
    if values.dtype == object or not pd.api.types.is_string_dtype(values.dtype):
        values = values.astype(object).where(values.notna(), None).map(_shown)
    array = pa.array(values, pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _shown(cell: Any) -> str | None:
    """A cell of any type as text that can be shown and stored."""
    return None if cell is None else str(cell).encode("utf-8", "replace").decode()
