"""How strange is each row of a series, given only the rows before it?

Several views of the series (the value and its trailing means given the time of day, the
seasonally adjusted value given its two predecessors) each have a small mixture, refitted
as the series unfolds. A row's surprise in a view is its two-sided tail probability under
the conditional mixture, calibrated against all surprises seen so far; views add up. Of
the sums only records count: a row scores if it is stranger than all of the last 200.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.ndimage import maximum_filter1d

from gmm_engine.features.season import filled, find_season
from gmm_engine.regimes.observed import lagged_rows
from gmm_engine.regimes.small import small_mixture, tail_surprise
from gmm_engine.regimes.values import Sequence
from gmm_engine.types import Array

THRESHOLD = 13.0
COMPONENTS = 8
MEANS_OVER = (1, 6, 24)
EARLY_FITS = (100, 200, 400, 750)
FIT_EVERY, FIT_ON = 500, 3000
EMPIRICAL_TO = 0.98
CAP = 8.0
QUIET = 200
NOTABLE, STRANGER = 4.0, 1.0
WARM_UP = (120, 400)
# Cycles a day may have when nothing says how long a row lasts: hours to minutes.
CALENDAR = (24, 48, 96, 144, 288, 1440)
NOMINAL_DAY, WEEK = 288, 7
DAYS_BACK, WEEKS_BACK = 14, 4


@dataclass(frozen=True, eq=False)
class Clock:
    """Place of each row in the day (n,), from 0 to 1, and rows in a day."""

    phase: Array
    day: int

    @classmethod
    def of(cls, series: Sequence, season: int | str) -> Clock:
        """From the times where they are finer than days, else from the season or a nominal day."""
        n, rows_a_day = len(series.values), series.rows_a_day
        if season == "auto" and series.times is not None and rows_a_day > 1.5:
            seconds = series.times.to_numpy().astype("datetime64[s]").astype(np.int64)
            return cls(seconds % 86_400 / 86_400, round(rows_a_day))
        day = _cycle(series, season)
        return cls(np.arange(n) % day / day, day)


def _cycle(series: Sequence, season: int | str) -> int:
    if season != "auto":
        return max(int(season), 2)
    found = find_season(series.values[: 10 * NOMINAL_DAY, 0])
    if series.times is None:
        return found if found in CALENDAR else NOMINAL_DAY
    return found if found > 1 else WEEK


def refit_rows(n: int) -> list[int]:
    """Rows at which the mixtures are fitted anew, more rarely as the series grows."""
    rows = [row for row in EARLY_FITS if row < n]
    row = EARLY_FITS[-1] + FIT_EVERY
    while row < n:
        rows.append(row)
        row += max(FIT_EVERY, row // 40)
    return rows


def trailing_mean(y: Array, width: int) -> Array:
    """Mean of the last `width` values (n,), of fewer at the beginning."""
    sums = np.concatenate([[0.0], np.cumsum(y - y[0])])
    stop = np.arange(1, len(y) + 1)
    start = np.maximum(stop - width, 0)
    return np.asarray(y[0] + (sums[stop] - sums[start]) / (stop - start))


def seasonal_median(y: Array, period: int, cycles: int) -> Array:
    """Median (n,) of the values one, two, ... periods ago; NaN in the first period."""
    past = np.full((cycles, len(y)), np.nan)
    for cycle in range(1, cycles + 1):
        past[cycle - 1, cycle * period :] = y[: max(len(y) - cycle * period, 0)]
    past.sort(axis=0)
    known = np.isfinite(past).sum(axis=0)
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, cycles - 1)
    columns = np.arange(len(y))
    return np.asarray((past[low, columns] + past[high, columns]) / 2)


class Adjusted:
    """The series less its daily or weekly pattern, where that has explained half its variance."""

    def __init__(self, y: Array, day: int) -> None:
        patterns = (seasonal_median(y, day, DAYS_BACK), seasonal_median(y, WEEK * day, WEEKS_BACK))
        self._y, self._day, self._patterns = y, day, patterns

    def before(self, row: int) -> Array:
        """The adjusted series (n,), chosen by what the rows before `row` say."""
        past, best, chosen = self._y[:row], 0.5, None
        for pattern in self._patterns:
            known = np.isfinite(pattern[:row])
            if known.sum() < 2 * self._day:
                continue
            spread = max(float(past[known].var()), np.finfo(float).tiny)
            left = float(np.square(past[known] - pattern[:row][known]).mean()) / spread
            if left < best:
                best, chosen = left, pattern
        return self._y if chosen is None else self._y - chosen


def _surprise(rows: Array, first: int, stop: int, rng: np.random.RandomState) -> Array:
    """Surprise of rows first..stop under a mixture of the rows before them."""
    past = rows[max(0, first - FIT_ON) : first]
    past = past[np.isfinite(past).all(axis=1)]
    scores, now = np.zeros(stop - first), rows[first:stop]
    known = np.isfinite(now).all(axis=1)
    if len(past) < EARLY_FITS[0] // 2 or not known.any():
        return scores
    centre = np.median(past, axis=0)
    spread = 1.4826 * np.median(np.abs(past - centre), axis=0)
    deviation = past.std(axis=0)
    spread = np.where(spread > 1e-9 * deviation, spread, np.where(deviation > 0, deviation, 1.0))
    scaled = np.clip((past - centre) / spread, -1e6, 1e6)
    k = min(COMPONENTS, len(past) // 30, len(np.unique(scaled[:, 0])))
    params = small_mixture(scaled, max(k, 1), rng)
    scores[known] = tail_surprise(np.clip((now[known] - centre) / spread, -1e6, 1e6), params)
    return scores


def calibrated(surprise: Array) -> Array:
    """Minus log of how often the past was as surprising (n,), beyond it by an exponential tail."""
    out = np.zeros(len(surprise))
    row = EARLY_FITS[0] + 20
    while row < len(surprise):
        stop = row + max(100, row // 25)
        past, now = np.sort(surprise[EARLY_FITS[0] : row]), surprise[row:stop]
        edge = float(np.quantile(past, EMPIRICAL_TO))
        beyond = past[past > edge] - edge
        scale = max(float(beyond.mean()), 1e-3) if len(beyond) else 1.0
        rank = np.searchsorted(past, now, side="left") / (len(past) + 1)
        tail = -np.log(1 - EMPIRICAL_TO) + (now - edge) / scale
        out[row:stop] = np.where(now > edge, tail, -np.log1p(-rank))
        row = stop
    return np.minimum(out, CAP)


def records(scores: Array) -> Array:
    """Scores (n,) where they exceed all of the last `QUIET` rows', 0 elsewhere.

    Soon after a notable record only a clearly stranger row is another one.
    """
    highest = maximum_filter1d(scores, QUIET, origin=QUIET // 2 - 1, mode="constant", cval=-np.inf)
    before = np.concatenate([[-np.inf], highest[:-1]])
    found = np.where(scores > before, scores, 0.0)
    last, height = -QUIET, 0.0
    for row in np.flatnonzero(found >= NOTABLE).tolist():
        if row - last < QUIET and found[row] < height + STRANGER:
            found[row] = 0.0
        else:
            last, height = row, found[row]
    return found


class SurpriseScorer:
    """Scores of whole series, column by column; a row is as strange as its strangest column."""

    def __init__(self, season: int | str, random_state: Any) -> None:
        self._season = season
        self._seed = random_state if isinstance(random_state, (int, np.integer)) else 0

    def scores(self, series: Sequence, fitted: Sequence | None) -> Array:
        """Scores (n,) of a series; `fitted` goes before it unless it begins the same way."""
        history = None if fitted is None or _begins_with(series, fitted) else fitted
        steps = self.iter_scores(series if history is None else _joined(history, series))
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return np.asarray(end.value)[-len(series.values) :]

    def iter_scores(self, series: Sequence) -> Generator[float, None, Array]:
        """Scores piece by piece: yields the share done, returns the scores (n,)."""
        clock = Clock.of(series, self._season)
        columns = series.values.T
        total = np.zeros(len(series.values))
        for number, column in enumerate(columns):
            raw = np.zeros((len(MEANS_OVER) + 1, len(column)))
            for share in self._views(column, clock, raw):
                yield (number + share) / len(columns)
            raw[:, ~np.isfinite(column)] = 0.0
            total = np.maximum(total, sum(calibrated(view) for view in raw))
        scores = records(total)
        # Until it has seen two days the scorer takes everything for new.
        scores[: np.clip(2 * clock.day, *WARM_UP)] = 0.0
        return scores

    def _views(self, column: Array, clock: Clock, raw: Array) -> Iterator[float]:
        y = filled_forward(column)
        daytime = 2 * np.pi * clock.phase
        given = np.column_stack([np.sin(daytime), np.cos(daytime)])
        means = [np.column_stack([trailing_mean(y, width), given]) for width in MEANS_OVER]
        adjusted = Adjusted(y, clock.day)
        rows = refit_rows(len(y))
        for first, stop in pairwise([*rows, len(y)]):
            rng = np.random.RandomState(self._seed % 2**32)
            for view, features in enumerate((*means, lagged_rows(adjusted.before(first)[:, None], 2))):
                raw[view, first:stop] = _surprise(features, first, stop, rng)
            yield stop / len(y)


def filled_forward(column: Array) -> Array:
    """Each gap holds the last value before it, so that nothing comes from the future."""
    known = np.isfinite(column)
    if known.all():
        return column
    last = np.maximum.accumulate(np.where(known, np.arange(len(column)), -1))
    return np.where(last >= 0, column[last], filled(column)[0])


def _begins_with(series: Sequence, fitted: Sequence) -> bool:
    size = min(len(series.values), len(fitted.values))
    return bool(np.array_equal(series.values[:size], fitted.values[:size], equal_nan=True))


def _joined(first: Sequence, second: Sequence) -> Sequence:
    times = None
    if first.times is not None and second.times is not None:
        times = first.times.append(second.times)
    return Sequence(np.concatenate([first.values, second.values]), times, first.columns)
