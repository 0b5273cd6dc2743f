"""Dates in whatever form a table brings them: stamps, months, quarters, years, seconds."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from gmm_engine.types import Array

NAMES = re.compile(r"date|time|stamp|month|quarter|week|year|day|^t$|^ts$|period", re.IGNORECASE)
SAMPLE = 200
# This share of a column must read as dates.
READABLE = 0.9
FIRST_YEAR, LAST_YEAR = 1500, 2200
SECONDS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}

Found = tuple[pd.DatetimeIndex, str]


def find_dates(table: pd.DataFrame) -> tuple[str, pd.DatetimeIndex, str] | None:
    """The column that holds the dates, what it says, and its form in words; None if there is none.

    Columns of dates come first, then columns whose name speaks of time, then text.
    """
    columns = [str(name) for name in table.columns]
    dates = [name for name in columns if pd.api.types.is_datetime64_any_dtype(table[name])]
    named = [name for name in columns if NAMES.search(name) and name not in dates]
    texts = [name for name in columns if name not in dates + named and _is_text(table[name])]
    for name in dates + named + texts:
        found = as_dates(table[name])
        if found is not None:
            return name, *found
    return None


def as_dates(column: pd.Series) -> Found | None:
    """A column as dates, NaT where a cell is none, and how it was read; None if it holds no dates.

    Examples
    --------
    >>> as_dates(pd.Series(["1951Q2", "1951Q3"]))[0][0], as_dates(pd.Series([1871, 1872]))[1]
    (Timestamp('1951-04-01 00:00:00'), 'years')
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        zoned = getattr(column.dt, "tz", None) is not None
        times = column.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else column
        return pd.DatetimeIndex(times), "dates in a time zone, shown in UTC" if zoned else "dates"
    if pd.api.types.is_numeric_dtype(column):
        return _from_numbers(column.to_numpy(np.float64, na_value=np.nan))
    return _from_text(column.astype("string").str.strip())


def _is_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _from_numbers(values: Array) -> Found | None:
    known = values[np.isfinite(values)]
    if len(known) < READABLE * len(values) or not len(known):
        return None
    rising = len(known) < 2 or np.median(np.diff(known)) > 0
    if rising and known.min() >= FIRST_YEAR and known.max() <= LAST_YEAR:
        whole = bool(np.all(known == np.floor(known)))
        return _years(values, whole), "years" if whole else "decimal years"
    return _epochs(values, known)


def _years(values: Array, whole: bool) -> pd.DatetimeIndex:
    year = np.where(np.isfinite(values), np.floor(np.nan_to_num(values)), 1970).astype(np.int64)
    start = (year - 1970).astype("datetime64[Y]").astype("datetime64[s]")
    if not whole:
        length = (year - 1969).astype("datetime64[Y]").astype("datetime64[s]") - start
        start = start + np.round((values - year) * length.astype(np.float64)).astype("timedelta64[s]")
    return pd.DatetimeIndex(np.where(np.isfinite(values), start, np.datetime64("NaT")))


def _epochs(values: Array, known: Array) -> Found | None:
    """Seconds, or thousandths and so on, since 1970, if that lands between 1990 and 2100."""
    low, high = 631_152_000.0, 4_102_444_800.0
    for unit, factor in SECONDS.items():
        if low <= known.min() / factor and known.max() / factor <= high:
            times = pd.DatetimeIndex(pd.to_datetime(pd.Series(values), unit=unit, errors="coerce"))
            return times, {"s": "seconds since 1970", "ms": "milliseconds since 1970"}.get(
                unit, f"{unit} since 1970"
            )
    return None


def _from_text(column: pd.Series) -> Found | None:
    sample = column.dropna().head(SAMPLE)
    if sample.empty:
        return None
    for pattern, read, words in FORMS:
        if sample.str.fullmatch(pattern, case=False).mean() >= READABLE:
            times = read(column)
            if times.notna().mean() >= READABLE:
                return times, words
    return None


def _quarters(column: pd.Series) -> pd.DatetimeIndex:
    parts = column.str.extract(r"(?P<year>\d{4}).*(?P<quarter>[1-4])$")
    month = (pd.to_numeric(parts["quarter"]) - 1) * 3 + 1
    return pd.DatetimeIndex(
        pd.to_datetime(parts["year"] + "-" + month.astype("Int64").astype("string"), format="%Y-%m")
    )


def _weeks(column: pd.Series) -> pd.DatetimeIndex:
    parts = column.str.extract(r"(\d{4}).*?(\d{1,2})$")
    return _parsed(parts[0] + " " + parts[1] + " 1", "%G %V %u")


def _parsed(column: pd.Series, form: str | None = None) -> pd.DatetimeIndex:
    options = {"format": form} if form else {"format": "mixed"}
    times = pd.to_datetime(column, errors="coerce", utc=True, **options)
    return pd.DatetimeIndex(times).tz_localize(None)


def _by(form: str | None) -> Callable[[pd.Series], pd.DatetimeIndex]:
    return lambda column: _parsed(column, form)


FORMS: tuple[tuple[str, Callable[[pd.Series], pd.DatetimeIndex], str], ...] = (
    (r"\d{4}\s*[-/ ]?\s*Q[1-4]", _quarters, "quarters"),
    (r"\d{4}-?W\d{1,2}", _weeks, "weeks"),
    (r"\d{4}-\d{1,2}", _by("%Y-%m"), "months"),
    (r"\d{4}/\d{1,2}", _by("%Y/%m"), "months"),
    (r"\d{1,2}/\d{4}", _by("%m/%Y"), "months"),
    (r"[a-z]{3} \d{4}", _by("%b %Y"), "months"),
    (r"[a-z]{3}-\d{2}", _by("%b-%y"), "months"),
    (r"[a-z]{4,} \d{4}", _by("%B %Y"), "months"),
    (r"\d{1,2}:\d{2}", _by("%H:%M"), "times of day"),
    (r"\d{1,2}:\d{2}:\d{2}", _by("%H:%M:%S"), "times of day"),
    (r"\d{4}-\d{1,2}-\d{1,2}.*", _by(None), "dates"),
)
