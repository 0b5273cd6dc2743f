"""One recorded run of EM for the page that plays it: controls, work, and what is said about it."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import DataError, DegenerateFitError, GaussianMixture
from gmm_engine.trace import STARTS, Recorder, Trace
from gmm_engine.types import Array
from pages._ui import controls, fits, inputs, jobs
from pages._ui.em_steps import em_player, lessons
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.playback import stage
from pages._ui.progress import Progress
from pages._ui.synthetic_data import synthetic

FLOORS = ("0", "0.000001", "0.001", "0.01", "0.1", "1")
MOST_COMPONENTS = 9
MAX_ITER = 200
SECONDS_PER_NUMBER = 3e-8
# Nats per row by which another start must be better to be called so.
NOTABLE = 0.005


@dataclass(frozen=True)
class RunSpec:
    """What a visitor asked of a run."""

    names: tuple[str, ...]
    n_components: int
    start: str | tuple[tuple[float, ...], ...]
    covariance_type: str
    reg_covar: float
    random_state: int

    @property
    def _options(self) -> dict[str, Any]:
        return {
            "covariance_type": self.covariance_type,
            "reg_covar": self.reg_covar,
            "random_state": self.random_state,
        }

    def steps(self, source: Source) -> Generator[Progress, None, Walk]:
        """Record the run, and where the default start would have led."""
        X = source.dataset.matrix(self.names)
        X = X[np.isfinite(X).all(axis=1)]
        recorder = Recorder(X, self.n_components, start=self.start, max_iter=MAX_ITER, **self._options)
        for step in recorder:
            yield Progress(step.iteration / MAX_ITER, f"Iteration {step.iteration} of at most {MAX_ITER}")
        trace = recorder.trace
        return Walk(X, self.names, trace, None if trace.collapsed else recorder.model, self._elsewhere(X))

    def _elsewhere(self, X: Array) -> float:
        """Log-likelihood per row that the default start reaches; NaN where it collapses."""
        model = GaussianMixture(self.n_components, tol=1e-5, max_iter=MAX_ITER, **self._options)
        try:
            return model.fit(X).score(X)
        except DegenerateFitError:
            return math.nan

    def seconds(self, n: int) -> float:
        """How long it will take, roughly."""
        return n * self.n_components * MAX_ITER * SECONDS_PER_NUMBER

    def code(self) -> str:
        """Python that repeats the run on `data`."""
        start = repr(self.start) if isinstance(self.start, str) else repr([list(row) for row in self.start])
        options = ", ".join(f"{name}={value!r}" for name, value in self._options.items())
        return (
            f"X = data.matrix({self.names!r})\nX = X[np.isfinite(X).all(axis=1)]\n"
            f"run = record(X, {self.n_components}, start={start}, {options})\n"
            "print(run.n_iter, 'iterations.', run.ended)\n"
            "print('log-likelihood per row', run.bounds.round(4), sep='\\n')\n"
            "print('weights and means', run.weights[-1].round(4), run.means[-1].round(4), sep='\\n')\n"
            "print('centres of k-means', run.centres[-1].round(4), sep='\\n')"
        )


IMPORTS = ("import numpy as np", "from gmm_engine.trace import record")


@dataclass(frozen=True, eq=False)
class Walk:
    """A recorded run on rows X (n, d); `model` is None if it collapsed, `elsewhere` the log-likelihood
    per row that the default start reaches."""

    X: Array
    names: tuple[str, ...]
    trace: Trace
    model: GaussianMixture | None
    elsewhere: float

    @property
    def ended(self) -> str:
        """How the run ended, in a reader's words."""
        if not self.trace.collapsed:
            return self.trace.ended
        lost = int(np.linalg.det(self.trace.covariances[-1]).argmin()) + 1
        return f"Component {lost} collapsed onto a few rows: its covariance is singular, and EM cannot go on."

    def history(self) -> pd.DataFrame:
        """One row per state: log-likelihood, weights, means."""
        columns: dict[str, Array] = {"log-likelihood per row": self.trace.bounds}
        for j in range(self.trace.weights.shape[1]):
            columns[f"weight {j + 1}"] = self.trace.weights[:, j]
            for f, name in enumerate(self.names):
                columns[f"mean {j + 1} of {name}"] = self.trace.means[:, j, f]
        return pd.DataFrame(columns).rename_axis("iteration").reset_index()

    def final(self) -> pd.DataFrame:
        """Each component at the end, and the k-means centre that began at the same mean."""
        k = self.trace.weights.shape[1]
        columns: dict[str, Any] = {"component": np.arange(k) + 1, "weight": self.trace.weights[-1]}
        for f, name in enumerate(self.names):
            columns[f"mean of {name}"] = self.trace.means[-1, :, f]
            columns[f"k-means centre of {name}"] = self.trace.centres[-1, :, f]
        return pd.DataFrame(columns)


def choose(screen: Screen) -> tuple[Source, RunSpec]:
    """The page's controls: lesson, data, components, start."""
    lesson = _lesson(screen)
    source = inputs.pick(
        screen, "table", {name: (lambda n=name: lessons.example(n)) for name in lessons.EXAMPLES},
        "Geyser", synthetic.generated,
    )  # fmt: skip
    names = source.dataset.numeric
    if not names:
        raise DataError("This table has no numeric column, and a mixture needs one.")
    across, up = controls.view(screen, names, (0, 1))
    chosen = (names[across],) if across == up else (names[across], names[up])
    text = "How many normal distributions are added up."
    k = int(controls.slider(screen, "k", "Components", 1, MOST_COMPONENTS, lesson.k, help=text))
    start = _start(screen, k, chosen)
    family = controls.choice(
        screen, "covariance", "Covariance", list(controls.FAMILIES), help=controls.FAMILY_HELP
    )
    text = "Added to every variance, in squared units of the data: a component cannot become narrower."
    floor = controls.steps(screen, "floor", "Variance floor", FLOORS, "0.000001", help=text)
    seed = controls.seed(screen)
    return source, RunSpec(chosen, k, start, family, float(floor), seed)


def _lesson(screen: Screen) -> lessons.Lesson:
    """The lesson whose settings were written last, with its words."""
    key, names = screen.key("lesson"), list(lessons.LESSONS)

    def apply() -> None:
        lessons.LESSONS[st.session_state[key]].set(screen)

    asked = st.query_params.get(key)
    if key not in st.session_state and asked in lessons.LESSONS and screen.key("k") not in st.query_params:
        lessons.LESSONS[asked].set(screen)
    text = "Sets the data, the start and everything else to a case worth seeing."
    name = controls.choice(screen, "lesson", "Lesson", names, on_change=apply, help=text)
    lesson = lessons.LESSONS[name]
    data = st.session_state.get(screen.key("data"), st.query_params.get(screen.key("data"), "Examples"))
    example = st.session_state.get(screen.key("example"), st.query_params.get(screen.key("example")))
    if data == "Examples" and example in (None, lesson.example):
        st.caption(lesson.words)
    return lessons.LESSONS[names[0]]


def _start(screen: Screen, k: int, names: tuple[str, ...]) -> str | tuple[tuple[float, ...], ...]:
    text = "The first means. *By hand*: press *Place the means* under the picture, or type them below."
    start = controls.choice(screen, "start", "Start", [*STARTS, lessons.BY_HAND], lessons.BY_HAND, help=text)
    if start != lessons.BY_HAND:
        return start
    first = next(iter(lessons.LESSONS.values())).means
    words = "One mean after another, as in 1 2; 3 4"
    written = st.text_input("Means", first, key=screen.key("means"), bind="query-params", help=words)
    screen.keep("means", written)
    means = lessons.read_means(written, k, len(names))
    if means is None:
        numbers = "one number" if len(names) == 1 else "two numbers"
        screen.problem(
            f"{k} means of {numbers} each are needed; found “{written}”. Used instead: k-means++.", st
        )
        return "k-means++"
    return tuple(map(tuple, means.tolist()))


def record(screen: Screen, source: Source, spec: RunSpec) -> jobs.Shown[Walk]:
    """The recorded run, from the store or made now."""
    cost = spec.seconds(len(source.dataset.values))
    return jobs.result(screen, source, spec, lambda: spec.steps(source), seconds=cost)


def play(screen: Screen, shown: jobs.Shown[Walk]) -> None:
    """The player; means placed in it become the start."""

    def by_hand() -> None:
        means = em_player.placed(screen)
        if means is not None:
            st.session_state[screen.key("start")] = lessons.BY_HAND
            st.session_state[screen.key("means")] = lessons.spell_means(means)
            st.session_state[screen.key("fresh")] = st.session_state.get(screen.key("fresh"), 0) + 1

    walk = shown.value
    data = shown.derive(
        "player", lambda: em_player.payload(str(shown.key), walk.X, walk.names, walk.trace, walk.ended)
    )
    em_player.show(screen, data | {"fresh": st.session_state.get(screen.key("fresh"), 0)}, by_hand)
    if len(walk.X) > stage.MOST_ROWS:
        st.caption(f"Showing {stage.MOST_ROWS:,} of {len(walk.X):,} rows; the run uses all of them.")


def told(walk: Walk) -> None:
    """How the run ended, and whether another start would have led higher."""
    trace, last = walk.trace, float(walk.trace.bounds[-1])
    fits.metrics(
        (
            ("Iterations", f"{trace.n_iter}", "Until the log-likelihood stood still."),
            ("Log-likelihood per row", _signed(last), "Where this run ended, in nats; larger is better."),
            ("From the default start", _signed(walk.elsewhere), "Where the start *auto* leads."),
        )
    )
    if trace.collapsed:
        st.warning(f"{walk.ended} Raise the variance floor.", icon=":material/warning:")
    elif walk.elsewhere - last > NOTABLE:
        st.info(
            f"EM ended on a lower hilltop: {_signed(last)} per row, where the start *auto* reaches "
            f"{_signed(walk.elsewhere)}.",
            icon=":material/landscape:",
        )


def _signed(number: float) -> str:
    return "\N{EN DASH}" if math.isnan(number) else f"{number:.4f}".replace("-", "\N{MINUS SIGN}")
