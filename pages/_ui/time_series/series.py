"""Series for the time series page: where they come from, what is asked, and the work.

series, source = ...        read from the table the visitor chose
spec = asked(screen)        a frozen RegimeSpec
shown = regimes(...)        jobs.Shown[Found]
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import DataError, RegimeModel
from gmm_engine.data.series import SERIES
from gmm_engine.features.changes import CHANGES, changed
from gmm_engine.features.series import Series, date_columns, read_series
from gmm_engine.regimes.forecast import Backtest
from gmm_engine.regimes.surprise import SurpriseScorer
from gmm_engine.regimes.values import Sequence
from gmm_engine.types import Array
from pages._ui import cache, controls, inputs, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen

AUTOMATIC, NONE = "Automatic", "None: rows in their order"
SPREADS = {"Automatic": "auto", "Shared by all regimes": "tied", "Own of each regime": "full"}
COUNTS = ("Automatic", "1", "2", "3", "4", "5", "6")
VIEWS = {name.capitalize(): name for name in CHANGES}
# Rows beyond these are left out of the judgement of strange rows, which refits as it goes.
MOST_JUDGED = 200_000
SECONDS_PER_ROW = 4e-7
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
IMPORTS = (
    "from gmm_engine import RegimeModel",
    "from gmm_engine.features.changes import changed",
    "from gmm_engine.features.series import read_series",
)
ANSWERS = {
    "Regimes": "print(model.means_.round(4))\nprint(model.transition_.round(4))\nprint(model.decode()[:50])",
    "Strange rows": "scores = model.anomaly_scores()\nprint(y[scores >= 13])",
    "Forecast": "print(model.forecast(24).round(3))",
}


@dataclass(frozen=True)
class SeriesSpec:
    """Which columns of the table, by which dates, seen how."""

    columns: tuple[str, ...]
    dates: str | None
    view: str
    adjust: bool

    def read(self, source: Source) -> Series:
        """The series, with the notes of every step."""
        return changed(
            read_series(source.dataset, self.columns, dates=self.dates), self.view, adjust=self.adjust
        )

    def code(self) -> str:
        """The same as Python, from `data`."""
        dates = "" if self.dates is None else f", dates={self.dates!r}"
        adjust = ", adjust=True" if self.adjust else ""
        read = f"read_series(data, {self.columns!r}{dates})"
        return f"series = changed({read}, {self.view!r}{adjust})\ny = series.frame()"


@dataclass(frozen=True)
class RegimeSpec:
    """What was asked of `RegimeModel`; fields are its parameters."""

    n_regimes: int | str = "auto"
    memory: bool = True
    covariance_type: str = "auto"
    order: int = 0
    n_components: int = 1
    window: int = 1
    stickiness: float = 1.0
    random_state: int = 0

    def model(self) -> RegimeModel:
        """The estimator, not yet fitted."""
        return RegimeModel(**asdict(self))

    def seconds(self, n: int) -> float:
        """How long the fit of n rows will take, roughly."""
        tried = 7 if self.n_regimes == "auto" else 2
        return 0.1 * tried + n * 40 * tried * SECONDS_PER_ROW

    def code(self) -> str:
        """The fit as Python."""
        defaults = RegimeModel().get_params()
        given = {name: value for name, value in asdict(self).items() if value != defaults[name]}
        return (
            f"model = RegimeModel({', '.join(f'{name}={value!r}' for name, value in given.items())}).fit(y)"
        )


@dataclass(frozen=True, eq=False)
class Found:
    """A fitted model and its series: probabilities (n, K) float32 and the decoded path (n,)."""

    model: RegimeModel
    series: Series
    proba: Array
    path: Array
    switches: int
    other_switches: int | None

    def profile(self) -> pd.DataFrame:
        """One row for each regime: level, spread, share of rows, how long it lasts."""
        model = self.model
        table = pd.DataFrame({"regime": np.arange(model.n_regimes_) + 1})
        for f, name in enumerate(self.series.columns):
            table[f"mean {name}"] = model.means_[:, f]
            table[f"spread {name}"] = np.sqrt(model.covariances_[:, f, f])
        table["share"] = self.proba.mean(axis=0)
        table["lasts (rows)"] = model.durations_.round(1)
        table["times"] = [self._runs(j) for j in range(model.n_regimes_)]
        return table

    def _runs(self, regime: int) -> int:
        inside = self.path == regime
        return int(inside[0]) + int((inside[1:] & ~inside[:-1]).sum())


def source(screen: Screen) -> Source:
    """The picker: generated series first, then the visitor's own tables."""
    return inputs.pick(screen, "table", {name: (lambda n=name: example(n)) for name in SERIES})


def example(name: str) -> Source:
    """A generated series by name, made once for all visitors."""
    dataset = cache.remembered(True, ("series", name), SERIES[name].load)
    code = f"data = SERIES[{name!r}].load()"
    return Source(dataset, ("series", name), True, code, ("from gmm_engine.data.series import SERIES",))


def chosen(screen: Screen, picked: Source) -> SeriesSpec:
    """Which columns are the series, and how they are to be seen."""
    found = date_columns(picked.dataset)
    words = controls.choice(
        screen, "dates", "Dates", (AUTOMATIC, *found, NONE), help="The column that orders the rows."
    )
    dates = {AUTOMATIC: None, NONE: ""}.get(words, words)
    taken = found[0] if dates is None and found else dates
    numeric = tuple(name for name in picked.dataset.numeric if name != taken)
    if not numeric:
        raise DataError("The table has no column of numbers besides its dates: there is no series.")
    default = numeric[:1]
    names = controls.several(
        screen, "series", "Series", numeric, default, help="One column, or several that share their regimes."
    )
    view = controls.choice(
        screen, "view", "Seen as", list(VIEWS), help="Returns are changes of logarithms, in per cent."
    )
    text = "Takes off the mean of each place in the season, if there is one."
    adjust = controls.switch(screen, "adjust", "Without its season", help=text)
    return SeriesSpec(names or default, dates, VIEWS[view], adjust)


def asked(screen: Screen) -> RegimeSpec:
    """How many regimes, with or without memory; the rest is folded."""
    text = "Automatic: the number with the best BIC, from 1 to 4."
    count = controls.choice(screen, "k", "Regimes", COUNTS, help=text)
    text = "With memory the regimes form a chain: what came before counts. Without, every row stands alone."
    memory = controls.switch(screen, "memory", "Memory", True, help=text)
    with st.expander("More"):
        return _details(screen, "auto" if count == AUTOMATIC else int(count), memory)


def _details(screen: Screen, count: int | str, memory: bool) -> RegimeSpec:
    spread = controls.choice(screen, "spread", "Spread", list(SPREADS), help="Covariance of the regimes.")
    text = "Each row is predicted from this many rows before it."
    order = int(controls.slider(screen, "order", "Autoregressive lags", 0, 8, 0, help=text))
    text = "Each regime emits a mixture of this many normal distributions."
    parts = int(controls.slider(screen, "parts", "Components per regime", 1, 4, 1, help=text))
    text = "Rows put side by side as features; 2 is the classic lagged pair."
    window = int(controls.slider(screen, "window", "Window", 1, 8, 1, help=text, disabled=order > 0))
    text = "Rows' worth of belief that a regime stays."
    sticky = float(controls.slider(screen, "sticky", "Stickiness", 0.0, 50.0, 1.0, help=text))
    seed = controls.seed(screen)
    return RegimeSpec(count, memory, SPREADS[spread], order, parts, 1 if order else window, sticky, seed)


def regimes(screen: Screen, picked: Source, choice: SeriesSpec, spec: RegimeSpec) -> jobs.Shown[Found]:
    """The fitted regimes, found in the store or fitted with progress and Stop."""

    def work() -> Generator[jobs.Progress, None, Found]:
        series = choice.read(picked)
        model = yield from _fitted(spec.model(), series)
        path = model.decode()
        other = None
        if len(path) <= 20_000 and model.n_regimes_ > 1:
            flipped = RegimeSpec(model.n_regimes_, not spec.memory, random_state=spec.random_state).model()
            other = _switches((yield from _fitted(flipped, series)).decode())
        return Found(model, series, model.smooth().astype(np.float32), path, _switches(path), other)

    seconds = spec.seconds(len(picked.dataset.values))
    return jobs.result(screen, picked, (choice, spec), work, name="regimes", seconds=seconds)


def _fitted(model: RegimeModel, series: Series) -> Generator[jobs.Progress, None, RegimeModel]:
    for number, _ in enumerate(model.iter_fit(series.frame())):
        yield jobs.Progress(None, f"Fitting regimes to {len(series.values):,} rows, step {number + 1}")
    return model


def _switches(path: Array) -> int:
    return int((np.diff(path) != 0).sum())


def strange(screen: Screen, picked: Source, choice: SeriesSpec, found: Found) -> Array:
    """Scores (n,) of all rows; zero for those beyond the last `MOST_JUDGED`."""

    def work() -> Generator[jobs.Progress, None, Array]:
        series = found.series
        first = max(0, len(series.values) - MOST_JUDGED)
        times = None if series.times is None else series.times[first:]
        part = Sequence(series.values[first:], times, series.columns)
        steps = SurpriseScorer("auto", 0).iter_scores(part)
        scores = np.zeros(len(series.values))
        while True:
            try:
                share = next(steps)
            except StopIteration as end:
                scores[first:] = end.value
                return scores
            yield jobs.Progress(share, f"Judging {len(part.values):,} rows by the rows before them")

    return jobs.result(screen, picked, choice, work, name="strange").value


def forecast(
    screen: Screen, picked: Source, choice: SeriesSpec, found: Found, column: str, h: int
) -> tuple[pd.DataFrame, Backtest]:
    """Quantiles of the next h rows of a column, and the backtest of the same pool."""

    def work() -> Generator[jobs.Progress, None, tuple[pd.DataFrame, Backtest]]:
        model = found.model.forecaster(column)
        pool = model.columns[column]
        horizon = pool.backtest_horizon(h)
        total = max(len(pool.origins(horizon)), 1)
        for number in pool.iter_backtest(horizon):
            yield jobs.Progress((number + 1) / (total + 1), f"Checking the forecast at {total} past origins")
        return model.quantiles(h, LEVELS), pool.backtest(horizon)

    return jobs.result(screen, picked, (choice, column, h), work, name="forecast").value


def labelled(picked: Source, found: Found) -> pd.DataFrame:
    """The table's rows with their regime and its probabilities; empty where a row was left out."""
    frame, rows = picked.dataset.values, found.series.rows
    kept = rows >= 0
    regime = np.full(len(frame), np.nan)
    regime[rows[kept]] = found.path[kept] + 1
    columns = {"regime": pd.array(regime).astype("Int64")}
    for j in range(found.proba.shape[1]):
        chance = np.full(len(frame), np.nan)
        chance[rows[kept]] = found.proba[kept, j]
        columns[f"probability {j + 1}"] = chance.round(6)
    return frame.assign(**columns)


def code(choice: SeriesSpec, spec: RegimeSpec, show: str) -> str:
    """Python that repeats what is shown."""
    return f"{choice.code()}\n{spec.code()}\n{ANSWERS[show]}"
