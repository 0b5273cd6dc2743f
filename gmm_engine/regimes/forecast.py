"""Forecast fans one can check: a pool of simple forecasters, weighed by a backtest.

Every member continues the series by random paths. From each of several past origins the
members forecast what is known by now; a member's share of the pool falls with the fourth
power of its mean absolute error. The same forecasts, pooled with the shares known at their
origin, show how far the fan can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.errors import DataError
from gmm_engine.features.season import filled, find_season
from gmm_engine.regimes import members
from gmm_engine.regimes.paths import regimes
from gmm_engine.regimes.values import Sequence
from gmm_engine.types import Array

PATHS = 400
ORIGINS = 12
MOST_ROWS = 6000
BAND = (0.1, 0.9)
LONGEST_HORIZON = 10_000
MEMBERS: dict[str, members.Member] = {
    "seasonal naive": members.seasonal_naive,
    "seasonal difference": members.seasonal_difference,
    "adjusted difference": members.adjusted_difference,
    "adjusted level": members.adjusted_level,
    "smoothing": members.smoothing,
    "regimes": regimes,
}
POWERS = (1.0, 0.5, 0.0)


@dataclass(frozen=True)
class Power:
    """Box-Cox style change of units: 1 leaves values alone, 1/2 takes roots, 0 logarithms."""

    exponent: float
    positive: bool

    @classmethod
    def of(cls, y: Array, season: int) -> Power:
        """Make the spread independent of the level: slope of log spread on log level, by season."""
        positive = bool(y.min() >= 0)
        if y.min() < 0 or len(y) < 24:
            return cls(1.0, positive)
        size = season if season > 3 else 8
        blocks = y[len(y) % size :].reshape(-1, size)
        level, spread = np.log(blocks.mean(axis=1) + 1e-300), np.log(blocks.std(axis=1) + 1e-300)
        usable = (blocks.mean(axis=1) > 0) & (blocks.std(axis=1) > 0)
        if usable.sum() < 4 or level[usable].std() < 0.1:
            return cls(1.0, positive)
        wanted = 1 - np.polyfit(level[usable], spread[usable], 1)[0]
        allowed = POWERS if y.min() > 0 else POWERS[:2]
        return cls(min(allowed, key=lambda power: abs(power - wanted)), positive)

    def forth(self, y: Array) -> Array:
        """To the units of the forecasters."""
        if self.exponent == 0:
            return np.log(y)
        return np.sqrt(y) if self.exponent == 0.5 else y

    def back(self, y: Array) -> Array:
        """To the units of the series; a series never below zero stays so."""
        if self.exponent == 0:
            return np.exp(np.minimum(y, 700))
        if self.exponent == 0.5:
            return np.square(np.maximum(y, 0))
        return np.maximum(y, 0) if self.positive else y


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the fan would have said from past origins.

    Attributes
    ----------
    table : one row for each origin and step: origin, step, row, actual, low, median, high, naive.
    weights : share of each member in the pool of the final forecast.
    season : rows in a season (1 for none).
    """

    table: pd.DataFrame
    weights: dict[str, float]
    season: int

    @property
    def coverage(self) -> float:
        """Share of actual values inside the 80 % band; NaN without origins."""
        inside = self.table["actual"].between(self.table["low"], self.table["high"])
        return float(inside.mean()) if len(inside) else float("nan")

    @property
    def error(self) -> float:
        """Mean absolute error of the median."""
        return float((self.table["actual"] - self.table["median"]).abs().mean())

    @property
    def naive_error(self) -> float:
        """Mean absolute error of repeating the last season (or the last value)."""
        return float((self.table["actual"] - self.table["naive"]).abs().mean())


class ColumnForecaster:
    """The pool for one column (n,), NaN where missing."""

    def __init__(self, y: Array, season: int, seed: int) -> None:
        whole = filled(y)
        self.skipped = max(0, len(whole) - MOST_ROWS)
        self.y = whole[self.skipped :]
        self.known = np.isfinite(y[self.skipped :])
        self.season = season if len(self.y) >= 3 * season else 1
        self.seed = seed
        self._tests: dict[int, Backtest] = {}

    def paths(self, n: int, h: int, origin: int = 0) -> dict[str, Array]:
        """Paths (paths, h) of every member from the first n rows, in the units of the series."""
        power = Power.of(self.y[:n], self.season)
        z, drawn = power.forth(self.y[:n]), {}
        for number, (name, member) in enumerate(MEMBERS.items()):
            rng = np.random.default_rng([self.seed, origin, number])
            if name != "seasonal naive" and n < 2 * self.season + 12:
                continue
            drawn[name] = power.back(member(z, self.season, h, PATHS, rng))
        return drawn

    def origins(self, h: int) -> list[int]:
        """Numbers of rows known at each origin of the backtest, oldest first."""
        least = max(2 * self.season + 12, len(self.y) // 3)
        last = len(self.y) - h
        if last < least:
            return []
        first = max(least, last - 6 * h - len(self.y) // 3)
        return sorted({int(n) for n in np.linspace(first, last, ORIGINS)})

    def backtest(self, h: int) -> Backtest:
        """Rolling-origin backtest for horizon h (done once for each horizon)."""
        if h not in self._tests:
            for _ in self.iter_backtest(h):
                pass
        return self._tests[h]

    def iter_backtest(self, h: int) -> Iterator[int]:
        """The backtest origin by origin: stop iterating to stop it."""
        errors: dict[str, list[float]] = {name: [] for name in MEMBERS}
        rows = []
        for number, n in enumerate(self.origins(h)):
            drawn = self.paths(n, h, number + 1)
            actual = np.where(self.known[n : n + h], self.y[n : n + h], np.nan)
            fan = pooled(drawn, shares(errors, drawn), (BAND[0], 0.5, BAND[1]))
            rows.append(self._scored(n, actual, fan))
            for name, paths in drawn.items():
                errors[name].append(float(np.nanmean(np.abs(np.median(paths, axis=0) - actual))))
            yield number
        table = pd.concat(rows, ignore_index=True) if rows else _empty()
        drawn = {name: np.empty(0) for name in MEMBERS}
        self._tests[h] = Backtest(table.dropna(subset=["actual"]), shares(errors, drawn), self.season)

    def _scored(self, n: int, actual: Array, fan: Array) -> pd.DataFrame:
        h = len(actual)
        naive = self.y[n - self.season : n][np.arange(h) % self.season]
        columns = (np.full(h, n), np.arange(1, h + 1), self.skipped + n + np.arange(h), actual, *fan.T, naive)
        return pd.DataFrame(dict(zip(_empty().columns, columns, strict=True)))

    def quantiles(self, h: int, levels: Array) -> Array:
        """Quantiles (h, levels) of the pool."""
        drawn = self.paths(len(self.y), h)
        return pooled(drawn, self.backtest(self.backtest_horizon(h)).weights, tuple(levels))

    def backtest_horizon(self, h: int) -> int:
        """The wanted horizon, or as much of it as the series can check."""
        return max(1, min(h, len(self.y) // 4))


def _empty() -> pd.DataFrame:
    names = ["origin", "step", "row", "actual", "low", "median", "high", "naive"]
    return pd.DataFrame({name: pd.Series(dtype=float) for name in names})


def shares(errors: dict[str, list[float]], drawn: dict[str, Array]) -> dict[str, float]:
    """Weights that fall with the fourth power of the mean absolute error; equal before any is known."""
    means = {name: float(np.nanmean(errors[name])) if errors[name] else np.nan for name in drawn}
    known = [mean for mean in means.values() if np.isfinite(mean)]
    typical = float(np.median(known)) if known else 1.0
    tiny = 1e-6 * typical + np.finfo(float).tiny
    raw = {name: 1 / max(mean if np.isfinite(mean) else typical, tiny) ** 4 for name, mean in means.items()}
    total = sum(raw.values())
    return {name: value / total for name, value in raw.items()}


def pooled(drawn: dict[str, Array], weights: dict[str, float], levels: tuple[float, ...]) -> Array:
    """Quantiles (h, levels): the members' quantiles, averaged by share (Vincent 1912).

    Averaging distributions instead would add the distance between members to the width.
    """
    members = [weights[name] * np.quantile(paths, levels, axis=0) for name, paths in drawn.items()]
    return np.asarray(np.sum(members, axis=0).T)


class Forecaster:
    """The pools of all columns of a series, with their backtests."""

    def __init__(self, series: Sequence, season: int | str, random_state: Any) -> None:
        self._series = series
        seed = random_state if isinstance(random_state, (int, np.integer)) else 0
        self.columns = {
            name: ColumnForecaster(column, self._season(column, season), int(seed))
            for name, column in zip(series.columns, series.values.T, strict=True)
        }

    def _season(self, column: Array, season: int | str) -> int:
        if season != "auto":
            return int(season)
        day = round(self._series.rows_a_day)
        calendar = {0: (), 1: (7,)}.get(day, (day, 7 * day) if day > 1 else ())
        return find_season(column, calendar)

    def quantiles(self, h: int, levels: Any) -> pd.DataFrame:
        """See `RegimeModel.forecast`."""
        wanted = np.atleast_1d(np.asarray(levels, dtype=np.float64))
        if not 1 <= int(h) <= LONGEST_HORIZON or int(h) != h:
            raise DataError(f"The horizon must be a whole number from 1 to {LONGEST_HORIZON} rows, not {h}.")
        if not len(wanted) or wanted.min() <= 0 or wanted.max() >= 1:
            raise DataError(f"Quantiles lie strictly between 0 and 1; got {wanted.tolist()}.")
        fans = {name: column.quantiles(int(h), wanted) for name, column in self.columns.items()}
        index = self._series.next_index(int(h))
        if len(fans) == 1:
            return pd.DataFrame(next(iter(fans.values())), index=index, columns=wanted)
        columns = pd.MultiIndex.from_product([fans, wanted], names=["column", "quantile"])
        return pd.DataFrame(np.concatenate(list(fans.values()), axis=1), index=index, columns=columns)

    def backtest(self, h: int, column: str | None = None) -> Backtest:
        """The rolling-origin backtest behind a column's fan (default: the first column)."""
        chosen = self.columns[column or next(iter(self.columns))]
        return chosen.backtest(chosen.backtest_horizon(h))
