"""Time series that a page can open with, generated so that their truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.types import Array, Dataset


@dataclass(frozen=True)
class Example:
    """A series to try: `load()` returns its table, `about` says in one sentence what it is."""

    about: str
    load: Callable[[], Dataset]


def two_regimes(n: int = 600, *, random_state: int = 0) -> Dataset:
    """Calm days around 0 and lively ones around 2 that overlap, each lasting weeks.

    Examples
    --------
    >>> data = two_regimes(100)
    >>> data.columns, len(data.values)
    (('day', 'level'), 100)
    """
    rng = np.random.default_rng(random_state)
    regime = _chain(n, (0.98, 0.96), rng)
    level = rng.normal(np.take([0.0, 2.0], regime), np.take([0.8, 1.2], regime))
    days = pd.date_range("2023-01-01", periods=n, freq="D")
    note = "Two hidden regimes that overlap: without memory many single days land in the wrong one."
    return _dataset("Two regimes", {"day": days, "level": level.round(3)}, note, regime)


def market(n: int = 1500, *, random_state: int = 1) -> Dataset:
    """Daily returns that are calm, restless or falling, without weekends."""
    rng = np.random.default_rng(random_state)
    regime = _chain(n, (0.99, 0.98, 0.96), rng)
    returns = rng.normal(np.take([0.06, 0.0, -0.25], regime), np.take([0.6, 1.3, 2.6], regime))
    days = pd.bdate_range("2018-01-02", periods=n)
    note = "Invented returns of a share on working days: its regimes differ in risk."
    return _dataset("Daily returns", {"date": days, "return (%)": returns.round(3)}, note, regime)


def sales(n: int = 156, *, random_state: int = 2) -> Dataset:
    """Monthly sales that grow with a season that grows along."""
    rng = np.random.default_rng(random_state)
    t = np.arange(n)
    season = 0.18 * np.sin(2 * np.pi * (t - 3) / 12) + 0.07 * np.cos(4 * np.pi * t / 12)
    drift = np.cumsum(rng.normal(0, 0.012, n))
    values = np.exp(5 + 0.009 * t + season + drift + rng.normal(0, 0.025, n))
    months = pd.date_range("2012-01-01", periods=n, freq="MS").strftime("%Y-%m")
    note = "Invented monthly sales with growth and a season: a series to forecast."
    return _dataset("Monthly sales", {"month": months, "sales": values.round(1)}, note)


def machine(n: int = 6000, *, random_state: int = 3) -> Dataset:
    """A temperature every five minutes with a daily cycle, two faults, gaps and repeated rows."""
    rng = np.random.default_rng(random_state)
    t = np.arange(n)
    noise = np.zeros(n)
    shocks = rng.normal(0, 0.35, n)
    for row in range(1, n):
        noise[row] = 0.93 * noise[row - 1] + shocks[row]
    values = 62 + 7 * np.sin(2 * np.pi * (t % 288) / 288 - 1) + noise
    values[3900:3960] -= np.linspace(0, 18, 60)
    values[5200:5230] += 14
    stamps = pd.date_range("2024-03-01", periods=n, freq="5min").to_numpy()
    kept = np.sort(np.concatenate([np.setdiff1d(t, np.arange(1500, 1518)), [2500, 2501]]))
    note = "An invented machine's temperature with two faults, a gap of 18 rows and two rows sent twice."
    return _dataset("Machine", {"time": stamps[kept], "temperature": values[kept].round(2)}, note)


def million(n: int = 1_000_000, *, random_state: int = 4) -> Dataset:
    """One million seconds of a signal with three regimes."""
    rng = np.random.default_rng(random_state)
    regime = _chain(n, (0.9999, 0.9998, 0.9995), rng)
    level = rng.normal(np.take([0.0, 3.0, 7.0], regime), np.take([1.0, 1.5, 0.7], regime))
    stamps = pd.date_range("2024-01-01", periods=n, freq="s")
    note = "One million rows of three regimes: the chart refines as you zoom."
    return _dataset("A million points", {"second": stamps, "signal": level.round(3)}, note, regime)


def _chain(n: int, stay: tuple[float, ...], rng: np.random.Generator) -> Array:
    """Regimes (n,) that last geometric times, then move to another one at random."""
    k, regime, path = len(stay), 0, []
    left = n
    while left > 0:
        length = min(int(rng.geometric(1 - stay[regime])), left)
        path.append(np.full(length, regime))
        left -= length
        regime = (regime + int(rng.integers(1, k))) % k
    return np.concatenate(path)


def _dataset(name: str, columns: dict[str, Any], note: str, regime: Array | None = None) -> Dataset:
    frame = pd.DataFrame(columns)
    about = {} if regime is None else {"truth": {"labels": regime}}
    return Dataset(frame, tuple(columns), (note,), name=name, numeric=(list(columns)[1],), about=about)


SERIES: dict[str, Example] = {
    "Two regimes": Example("Two regimes that overlap, 600 days.", two_regimes),
    "Daily returns": Example("1,500 working days of calm and of risk.", market),
    "Monthly sales": Example("156 months with growth and a season.", sales),
    "Machine": Example("A temperature every five minutes with two faults.", machine),
    "A million points": Example("One million rows of three regimes.", million),
}
