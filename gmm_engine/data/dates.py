"""Dates and times as people write them, read by one format per column."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_engine.types import Array

_TIME = r"(?:[T ]+(\d{1,2}:\d{2})(:\d{2})?([.,]\d{1,9})?\s?([AaPp][Mm])?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?"
_NUMBERS = re.compile(rf"(\d{{1,4}})([-/.])(\d{{1,2}})\2(\d{{1,4}}){_TIME}$")
_DAY_NAME = re.compile(rf"(\d{{1,2}})([ -])([A-Za-z]{{3,9}})\2(\d{{4}}){_TIME}$")
_NAME_DAY = re.compile(rf"([A-Za-z]{{3,9}})( )(\d{{1,2}}),? (\d{{4}}){_TIME}$")
_LONGEST = 40
_SAMPLE = 200
_ENOUGH = 0.9


@dataclass(frozen=True)
class Reading:
    """How a column of dates is read: pandas' format, and a remark where the order was a guess."""

    format: str
    remark: str = ""


def looks_like_date(cell: str) -> bool:
    """Whether one stripped cell has the shape of a date, with or without a time."""
    return len(cell) <= _LONGEST and any(p.match(cell) for p in (_NUMBERS, _DAY_NAME, _NAME_DAY))


def reading_of(sample: list[str]) -> Reading | None:
    """The one format that fits a sample of stripped cells, or None if they are not dates."""
    for pattern, reading in ((_NUMBERS, _of_numbers), (_DAY_NAME, _of_day_name), (_NAME_DAY, _of_name_day)):
        found = [m for m in (pattern.match(c) for c in sample[:_SAMPLE] if len(c) <= _LONGEST) if m]
        if found and len(found) >= _ENOUGH * len(sample[:_SAMPLE]):
            return reading(found)
    return None


def to_dates(cells: pd.Series, reading: Reading) -> Array:
    """datetime64[us] (n,), NaT where a cell does not fit; times with a zone become UTC."""
    text = (
        cells.str.strip().str.replace(",", ".", regex=False)
        if "%b" not in reading.format
        else cells.str.strip()
    )
    utc = reading.format == "ISO8601"
    dates = pd.to_datetime(text, format=reading.format, errors="coerce", utc=utc)
    plain = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
    return np.asarray(plain.to_numpy(), "datetime64[us]")


def _of_numbers(found: list[re.Match[str]]) -> Reading:
    mark = found[0][2]
    if all(len(m[1]) == 4 for m in found):
        return Reading("ISO8601" if mark == "-" else f"%Y{mark}%m{mark}%d{_time_format(found)}")
    year = "%Y" if len(found[0][4]) == 4 else "%y"
    day_first = any(int(m[1]) > 12 for m in found)
    month_first = any(int(m[3]) > 12 for m in found)
    remark = ""
    if not day_first and not month_first:
        day_first = mark != "/"
        remark = "day before month" if day_first else "month before day"
    order = ("%d", "%m") if day_first else ("%m", "%d")
    return Reading(f"{order[0]}{mark}{order[1]}{mark}{year}{_time_format(found)}", remark)


def _of_day_name(found: list[re.Match[str]]) -> Reading:
    mark = found[0][2]
    return Reading(f"%d{mark}{_month_format(found[0][3])}{mark}%Y{_time_format(found)}")


def _of_name_day(found: list[re.Match[str]]) -> Reading:
    comma = "," if "," in found[0][0] else ""
    return Reading(f"{_month_format(found[0][1])} %d{comma} %Y{_time_format(found)}")


def _month_format(name: str) -> str:
    return "%b" if len(name) == 3 else "%B"


def _time_format(found: list[re.Match[str]]) -> str:
    """The time part of the first match; a column keeps to one."""
    clock, seconds, fraction, half, zone = found[0].groups()[4:]
    if clock is None:
        return ""
    gap = "T" if "T" in found[0][0] else " "
    hour = "%I:%M" if half else "%H:%M"
    parts = [":%S" if seconds else "", ".%f" if fraction else "", "%p" if half else "", "%z" if zone else ""]
    if half and f" {half}" in found[0][0]:
        parts[2] = " %p"
    return gap + hour + "".join(parts)
