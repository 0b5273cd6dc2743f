"""From a table to a series: dates found, rows sorted, duplicates and gaps dealt with and told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.errors import DataError
from gmm_engine.features.dates import as_dates, find_dates
from gmm_engine.types import Array, Dataset
from gmm_engine.wording import counted

# Gaps are filled with missing rows as long as those stay a minority.
MOST_FILLED = 1.0
COMMON = 0.15
UNITS = ((86_400 * 365.25, "year"), (86_400 * 30.4, "month"), (86_400 * 7, "week"), (86_400, "day"),
         (3600, "hour"), (60, "minute"), (1, "second"))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Series:
    """Rows in order of time.

    Attributes
    ----------
    values : (n, d) float64, NaN where missing.
    times : DatetimeIndex (n,), or None when rows have only an order.
    columns : d names, with what was done to them.
    rows : (n,) number of the table's row each came from, -1 for rows put into gaps.
    notes : what was done, one sentence each.
    """

    values: Array
    times: pd.DatetimeIndex | None
    columns: tuple[str, ...]
    rows: Array
    notes: tuple[str, ...] = ()

    @property
    def index(self) -> pd.Index:
        """Dates, or row numbers from 0."""
        return pd.RangeIndex(len(self.values)) if self.times is None else self.times

    @property
    def stamps(self) -> Any:
        """The dates of a series that has them."""
        return self.times

    def frame(self) -> pd.DataFrame:
        """The series as a DataFrame that `RegimeModel` takes."""
        return pd.DataFrame(self.values, index=self.index, columns=list(self.columns))


def read_series(
    table: Dataset | pd.DataFrame, columns: tuple[str, ...] = (), *, dates: str | None = None, now: Any = None
) -> Series:
    """Order a table by its dates.

    Parameters
    ----------
    table : a table that `read_table` returned, or any DataFrame.
    columns : numeric columns to keep; the first one besides the dates by default.
    dates : the column of dates; found by itself by default. "" takes rows in their order.
    now : dates after it are remarked upon; the present by default.

    Raises
    ------
    DataError
        The named column holds no dates, or no column of numbers is left.

    Examples
    --------
    >>> series = read_series(pd.DataFrame({"day": ["2024-01-02", "2024-01-01"], "sales": [5.0, 3.0]}))
    >>> series.values[:, 0], series.columns
    (array([3., 5.]), ('sales',))
    """
    frame = table.values if isinstance(table, Dataset) else table
    found = _dates(frame, dates)
    name, times, form = found if found is not None else (None, None, "")
    chosen = columns or _numeric(frame, name)[:1]
    if not chosen:
        raise DataError(
            "The table has no column of numbers besides its dates: there is no series to look at."
        )
    values = np.column_stack([frame[column].to_numpy(np.float64, na_value=np.nan) for column in chosen])
    rows = np.arange(len(values))
    if times is None:
        note = "No date column was found: rows are taken in their order, one step each."
        return Series(values, None, tuple(chosen), rows, (note,))
    series = Series(values, times, tuple(chosen), rows, (_dates_told(name, form),))
    for step in (_dated, _sorted, _merged, _spaced):
        series = step(series)
    return _future(series, pd.Timestamp(now) if now is not None else pd.Timestamp.now())


def date_columns(table: Dataset | pd.DataFrame) -> tuple[str, ...]:
    """Columns that can be read as dates, the likeliest first."""
    frame = table.values if isinstance(table, Dataset) else table
    best = find_dates(frame)
    first = () if best is None else (best[0],)
    others = (str(name) for name in frame.columns if (str(name),) != first)
    return (*first, *(name for name in others if _reads_as_dates(frame[name])))


def _reads_as_dates(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column) and as_dates(column) is not None


def _dates(frame: pd.DataFrame, wanted: str | None) -> tuple[str, pd.DatetimeIndex, str] | None:
    if wanted is None:
        return find_dates(frame)
    if wanted == "":
        return None
    found = as_dates(frame[wanted]) if wanted in frame.columns else None
    if found is None:
        raise DataError(f"The column {wanted} does not hold dates; choose another one, or none.")
    return wanted, *found


def _dates_told(name: str | None, form: str) -> str:
    return f"Dates come from the column {name}{'' if form == 'dates' else f', read as {form}'}."


def _numeric(frame: pd.DataFrame, dates: str | None) -> tuple[str, ...]:
    return tuple(
        str(name)
        for name in frame.columns
        if name != dates and pd.api.types.is_numeric_dtype(frame[name]) and frame[name].nunique() > 1
    )


def _dated(series: Series) -> Series:
    known = np.asarray(series.stamps.notna())
    if known.all():
        return series
    note = f"Left out for want of a readable date: {counted(int((~known).sum()), 'row')}."
    return _only(series, known, note)


def _only(series: Series, kept: Array, note: str) -> Series:
    return replace(
        series,
        values=series.values[kept],
        times=series.stamps[kept],
        rows=series.rows[kept],
        notes=(*series.notes, note),
    )


def _sorted(series: Series) -> Series:
    if series.stamps.is_monotonic_increasing:
        return series
    order = np.argsort(series.stamps.to_numpy(), kind="stable")
    return _only(series, order, "Rows were sorted by date.")


def _merged(series: Series) -> Series:
    """Rows of the same date become one: the mean of what is known."""
    first = ~np.asarray(series.stamps.duplicated())
    if first.all():
        return series
    group = np.cumsum(first) - 1
    means = pd.DataFrame(series.values).groupby(group).mean().to_numpy()
    count = int((~first).sum())
    repeat = "repeats" if count == 1 else "repeat"
    note = f"{counted(count, 'row')} {repeat} the date of another one; each date has the mean of its rows."
    return replace(_only(series, first, note), values=means)


def _spaced(series: Series) -> Series:
    """Say how far apart rows are, and put missing rows into gaps of whole steps."""
    seconds = np.diff(series.stamps.to_numpy()) / np.timedelta64(1, "s")
    if len(seconds) < 2:
        return series
    calendar = _calendar(series)
    if calendar is not None and len(calendar[0]) <= (1 + MOST_FILLED) * len(series.values):
        return _filled(series, *calendar)
    if _working_days(series):
        return _filled(series, pd.bdate_range(series.stamps[0], series.stamps[-1]), "one working day")
    lengths, counts = np.unique(seconds, return_counts=True)
    usual, share = float(lengths[counts.argmax()]), counts / counts.sum()
    whole = share.max() >= 0.5 and np.all(seconds % usual == 0)
    if whole and seconds.sum() / usual < (1 + MOST_FILLED) * len(series.values):
        grid = pd.date_range(series.stamps[0], series.stamps[-1], freq=pd.Timedelta(seconds=usual))
        return _filled(series, grid, _words(usual))
    return replace(series, notes=(*series.notes, _unequal(seconds, lengths, share)))


def _working_days(series: Series) -> bool:
    """Daily rows from Monday to Friday: weekends are no gaps."""
    days = series.stamps
    if (days.normalize() != days).any() or days.day_of_week.max() > 4:
        return False
    return bool(len(pd.bdate_range(days[0], days[-1])) <= 1.1 * len(days))


def _unequal(seconds: Array, lengths: Array, share: Array) -> str:
    """What to say of rows that are not equally far apart."""
    common = [(step, part) for step, part in zip(lengths, share, strict=True) if part >= COMMON]
    if len(common) > 1 and common[-1][0] > 1.5 * common[0][0]:
        parts = " and ".join(f"{_words(step)} ({part:.0%})" for step, part in common[:3])
        return f"Different steps are mixed: {parts}. Rows are taken in their order; better keep one part."
    if share.max() < 0.5:
        middle = _words(float(np.median(seconds)))
        return f"Steps are irregular, {middle} in the middle; rows are taken in their order."
    usual = lengths[share.argmax()]
    odd = int((seconds != usual).sum())
    return f"Rows are {_words(usual)} apart, but for {odd:,} irregular steps, which count as one step each."


def _calendar(series: Series) -> tuple[pd.DatetimeIndex, str] | None:
    """Months or multiples of them, whose lengths in seconds differ."""
    times = series.stamps
    if len(times.day.unique()) > 1 or times[0].day > 28 or (times.normalize() != times).any():
        return None
    months = 12 * times.year.to_numpy() + times.month.to_numpy()
    step = int(np.gcd.reduce(np.diff(months)))
    if step == 0:
        return None
    count = (months[-1] - months[0]) // step + 1
    grid = pd.date_range(times[0], periods=count, freq=pd.DateOffset(months=step))
    return grid, {1: "one month", 3: "one quarter", 12: "one year"}.get(step, f"{step} months")


def _filled(series: Series, grid: pd.DatetimeIndex, words: str) -> Series:
    missing = len(grid) - len(series.values)
    if missing <= 0:
        return replace(series, notes=(*series.notes, f"Rows are {words} apart."))
    place = grid.get_indexer(series.stamps)
    values = np.full((len(grid), series.values.shape[1]), np.nan)
    rows = np.full(len(grid), -1)
    values[place], rows[place] = series.values, series.rows
    note = f"Rows are {words} apart; gaps were filled with {counted(missing, 'row')} of unknown values."
    return replace(series, values=values, times=grid, rows=rows, notes=(*series.notes, note))


def _words(seconds: float) -> str:
    for length, unit in UNITS:
        if seconds >= 0.95 * length:
            count = seconds / length
            whole = abs(count - round(count)) < 0.02 * count
            return f"one {unit}" if round(count) == 1 and whole else f"{count:.3g} {unit}s"
    return f"{seconds:.3g} seconds"


def _future(series: Series, now: pd.Timestamp) -> Series:
    later = int((series.stamps > now).sum())
    if not later:
        return series
    note = (
        f"Dates lie in the future in {counted(later, 'row')} (up to {series.stamps[-1]:%Y-%m-%d}): "
        "check the order of day and month, and the century."
    )
    return replace(series, notes=(*series.notes, note))
