"""A series at the door: any array-like in, checked float64 columns out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.errors import DataError
from gmm_engine.types import Array


@dataclass(frozen=True, eq=False)
class Sequence:
    """Rows in order.

    Attributes
    ----------
    values : (n, d) float64, NaN where missing.
    times : DatetimeIndex (n,), or None when only the order is known.
    columns : d names.
    """

    values: Array
    times: pd.DatetimeIndex | None
    columns: tuple[str, ...]

    def only(self, column: str) -> Sequence:
        """One column by name."""
        place = self.columns.index(column)
        return Sequence(self.values[:, place : place + 1], self.times, (column,))

    @property
    def rows_a_day(self) -> float:
        """Median number of rows a day, or 0 without times."""
        if self.times is None or len(self.times) < 2:
            return 0.0
        step = float(np.median(np.diff(self.times.to_numpy()) / np.timedelta64(1, "s")))
        return 86_400 / step if step > 0 else 0.0

    def next_index(self, h: int) -> pd.Index:
        """Labels of the h rows after the last one, at the median step."""
        n = len(self.values)
        if self.times is None or n < 3:
            return pd.RangeIndex(n, n + h)
        months = _months_apart(self.times[-min(n, 50) :])
        if months:
            return pd.DatetimeIndex([_later(self.times[-1], months * ahead) for ahead in range(1, h + 1)])
        step = np.median(np.diff(self.times.to_numpy()))
        return pd.DatetimeIndex(self.times[-1] + step * np.arange(1, h + 1))


def _months_apart(times: pd.DatetimeIndex) -> int:
    """Months between consecutive stamps if always the same number, else 0."""
    steps = np.unique(np.diff(12 * times.year.to_numpy() + times.month.to_numpy()))
    same_place = len(np.unique(times.day)) == 1 or bool(times.is_month_end.all())
    return int(steps[0]) if len(steps) == 1 and same_place else 0


def _later(time: pd.Timestamp, months: int) -> pd.Timestamp:
    moved = time + pd.DateOffset(months=months)
    return moved + pd.offsets.MonthEnd(0) if time.is_month_end else moved


def sequence_of(y: Any, times: Any, *, fewest: int) -> Sequence:
    """Check a series and take its dates from `times` or from a DataFrame's or Series' index.

    Raises
    ------
    DataError
        Wrong shape, not numbers, infinite, too short, all missing, or constant; in words.
    """
    index = getattr(y, "index", None)
    columns = tuple(str(name) for name in getattr(y, "columns", ()))
    try:
        values = np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"The series holds something that is not a number: {error}.") from error
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or values.shape[1] == 0:
        raise DataError(f"A series has shape (n,) or (n, d); this one has {np.shape(y)}.")
    columns = columns or tuple(f"x{f}" for f in range(values.shape[1]))
    _check(values, columns, fewest)
    return Sequence(values, _dates(times, index, len(values)), columns)


def _check(values: Array, columns: tuple[str, ...], fewest: int) -> None:
    for name, column in zip(columns, values.T, strict=True):
        if np.isinf(column).any():
            row = int(np.flatnonzero(np.isinf(column))[0])
            raise DataError(f"Column {name} is infinite in row {row}; replace it or leave it empty.")
        known = column[np.isfinite(column)]
        if fewest > 1 and not len(known):
            raise DataError(f"Column {name} holds no value at all: every row is missing.")
        if len(known) < fewest:
            raise DataError(f"Column {name} has {len(known)} known values; at least {fewest} are needed.")
        if fewest > 1 and known.min() == known.max():
            raise DataError(f"Column {name} is constant ({known[0]:g}): there is nothing to tell apart.")


def _dates(times: Any, index: Any, n: int) -> pd.DatetimeIndex | None:
    if times is None:
        if isinstance(index, pd.PeriodIndex):
            return index.to_timestamp()
        return index if isinstance(index, pd.DatetimeIndex) else None
    dates = pd.DatetimeIndex(times)
    if len(dates) != n:
        raise DataError(f"There are {len(dates)} times for {n} rows; give one for each row.")
    return dates
