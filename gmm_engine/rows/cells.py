"""Columns of a table to rows of numbers, every cell that is none of them named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.types import Array

# A batch stays in the processor's cache; a piece is worth a task of its own.
BATCH_BYTES, PIECE_BYTES = 1_500_000, 6_000_000
LEAST_BATCH = 16_384


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The cells of a piece: of which columns, as what, and whether some may be missing.

    Attributes
    ----------
    columns : their names, empty if they have none. dtype : "float32" or "float64".
    gaps : whether missing cells are allowed.
    """

    columns: tuple[str, ...]
    dtype: str
    gaps: bool = False

    def refuse_bad(self, X: Array, place: Callable[[int], str]) -> None:
        """Raise `DataError` for the first bad cell of rows X (m, d); `place` names a row."""
        bad = first_bad(X, self.gaps)
        if bad is not None:
            name = self.columns[bad[1]] if self.columns else str(bad[1])
            raise complaint(place(bad[0]), name, float(X[bad]))


def batch_rows(d: int, dtype: str) -> int:
    """Rows of one batch; they depend on the shape of the data only."""
    return max(LEAST_BATCH, BATCH_BYTES // (d * np.dtype(dtype).itemsize))


def piece_rows(d: int, dtype: str) -> int:
    """Least number of rows of a piece, if the file allows."""
    return max(LEAST_BATCH, PIECE_BYTES // (d * np.dtype(dtype).itemsize))


def is_number(kind: Any) -> bool:
    """Whether an Arrow type holds numbers."""
    import pyarrow.types as t

    return bool(t.is_integer(kind) or t.is_floating(kind) or t.is_decimal(kind))


def is_single(kind: Any) -> bool:
    """Whether single precision holds every value of an Arrow type."""
    import pyarrow.types as t

    small = t.is_int8(kind) or t.is_uint8(kind) or t.is_int16(kind) or t.is_uint16(kind)
    return bool(small or t.is_float16(kind) or t.is_float32(kind))


def matrix(table: Any, columns: Sequence[str], dtype: str) -> Array:
    """Chosen columns of an Arrow table or batch as rows (m, d); NaN where a cell is missing."""
    import pyarrow as pa

    out = np.empty((table.num_rows, len(columns)), dtype)
    for f, name in enumerate(columns):
        column = table.column(name)
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        whole = isinstance(column, pa.ChunkedArray)
        out[:, f] = column.to_numpy() if whole else column.to_numpy(zero_copy_only=False)
    return out


def first_bad(X: Array, gaps: bool) -> tuple[int, int] | None:
    """Row and column of the first cell that is infinite, or missing unless `gaps` allows that."""
    # A sum is finite only if every cell is; only when it is not are the cells looked at.
    if not gaps and np.isfinite(X.sum()):
        return None
    bad = np.isinf(X) if gaps else ~np.isfinite(X)
    if not bad.any():
        return None
    row, column = np.argwhere(bad)[0]
    return int(row), int(column)


def complaint(place: str, column: str, value: float) -> DataError:
    """What to say of a bad cell at `place`."""
    seen = "a missing value" if np.isnan(value) else f"{value}"
    advice = "; or fit with missing='em'" if np.isnan(value) else ""
    return DataError(
        f"{place}, column {column!r}: {seen}. Remove the row or replace the value, "
        f"or leave the column out{advice}."
    )


def chosen(numeric: Sequence[str], everything: Sequence[str], asked: Any, place: str) -> tuple[str, ...]:
    """The columns to use: those asked for, or all that hold numbers.

    Raises
    ------
    DataError
        A column is absent or holds no numbers.
    """
    if asked is None:
        if not numeric:
            raise DataError(f"{place} has no column of numbers among {list(everything)}.")
        return tuple(numeric)
    names = tuple(str(name) for name in ([asked] if isinstance(asked, str) else asked))
    for name in names:
        if name not in everything:
            raise DataError(f"{place} has no column {name!r}; it has {', '.join(map(repr, everything))}.")
        if name not in numeric:
            raise DataError(f"{place}, column {name!r}: it holds no numbers; choose among {list(numeric)}.")
    if len(set(names)) < len(names) or not names:
        raise DataError(f"Name each column once, and at least one; got {list(names)}.")
    return names
