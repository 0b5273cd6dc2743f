"""What the selection page shows of a sweep: grid and curves, one model, merging, the bootstrap test."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from gmm_engine import merge_components, telling_columns
from gmm_engine.figures import criterion, merging, rows
from gmm_engine.figures import selection as figures
from gmm_engine.selection.lrt import LikelihoodRatio, lrt_steps
from gmm_engine.selection.words import describe
from pages._ui import charts, controls, fits, jobs
from pages._ui.bic_selection import sweeps
from pages._ui.bic_selection.sweeps import Cell, Sweep
from pages._ui.layout import Screen
from pages._ui.progress import Progress

BEST = "the best"
RESAMPLES = ("19", "49", "99", "199", "499")
LEVEL = 0.05
MOST_TESTED = 5
FORMATS = {
    name: st.column_config.NumberColumn(format="%.1f")
    for name in (*sweeps.CRITERIA, "behind", "log-likelihood")
} | {"weight": st.column_config.NumberColumn(format="%.3f")}


def so_far(screen: Screen, label: str) -> Callable[[Any, Sweep], None]:
    """Draws a running sweep."""

    def draw(slot: Any, found: Sweep) -> None:
        with slot.container():
            for name, fig in _pictures(found, label, None).items():
                # The number of fits makes the name another one each time, as Streamlit demands.
                values = found.values(sweeps.CRITERIA[label])
                told = f"So far {figures.alt(found.counts, found.families, values, label)}"
                charts.passing(screen, f"{name}_{len(found.found)}", fig, told)

    return draw


def pick(screen: Screen, shown: jobs.Shown[Sweep], label: str) -> Cell:
    """The grid and the list of models; returns the one to show."""
    found = shown.value
    ranked = found.ranked(sweeps.CRITERIA[label])
    best = (ranked[0].n_components, ranked[0].covariance_type)
    cell = _chosen(screen, found, best)
    fig = shown.derive(("grid", label, cell), lambda: _pictures(found, label, cell)["grid"])
    values = found.values(sweeps.CRITERIA[label])
    told = figures.alt(found.counts, found.families, values, label)
    text = f"{told} The best is {describe(*best, len(found.names))}."
    st.caption(f"How far each model is behind the best {label}. Click a cell to open its model.")
    charts.show(screen, "grid", fig, text, on_pick=lambda: _clicked(screen), pick="points")
    sweeps.discarded(found)
    return cell


def compared(screen: Screen, shown: jobs.Shown[Sweep], label: str) -> go.Figure:
    """Curves of all families, and the ten best as a table."""
    found = shown.value
    fig = shown.derive(("curves", label), lambda: _pictures(found, label, None)["curves"])
    values = found.values(sweeps.CRITERIA[label])
    st.header(f"{label} by number of components", anchor=False)
    charts.show(screen, "curves", fig, criterion.curves_alt(found.counts, found.families, values, label))
    st.header("The ten best", anchor=False)
    st.dataframe(sweeps.ten_best(found, label), hide_index=True, column_config=FORMATS)
    return fig


def _pictures(found: Sweep, label: str, chosen: Cell | None) -> dict[str, go.Figure]:
    values, ranked = found.values(sweeps.CRITERIA[label]), found.ranked(sweeps.CRITERIA[label])
    best = found.place((ranked[0].n_components, ranked[0].covariance_type)) if ranked else None
    frame = found.place(chosen) if chosen else None
    axes = (found.counts, found.families)
    return {
        "grid": figures.grid(*axes, values, found.reasons(), label, frame),
        "curves": criterion.curves(*axes, values, label, best),
    }


def _clicked(screen: Screen) -> None:
    """A cell of the grid was clicked: show its model."""
    points = charts.points(screen, "grid")
    named = [point["customdata"] for point in points if point.get("customdata")]
    if named:
        st.session_state[screen.key("model")] = _spelled((int(named[0][1]), named[0][0]))


def _chosen(screen: Screen, found: Sweep, best: Cell) -> Cell:
    """The model that was clicked or picked from the list; the best to begin with."""
    sound = {_spelled(cell): cell for cell, row in found.found.items() if not row.degenerate}
    key, words = screen.key("model"), [BEST, *sound]
    asked = st.session_state.get(key, BEST)
    if asked not in words:
        st.session_state[key] = BEST
        reason = next((row.degenerate for cell, row in found.found.items() if _spelled(cell) == asked), "")
        if reason:
            screen.problem(f"{asked}: this model is discarded, because {reason}. The best one is shown.")
    with screen.controls:
        picked = controls.choice(screen, "model", "Model shown", words, help="Or click a cell of the grid.")
    return sound.get(picked, best)


def _spelled(cell: Cell) -> str:
    return f"{cell[1]}, {cell[0]}"


def model(screen: Screen, shown: jobs.Shown[Sweep], cell: Cell) -> tuple[fits.Fit, go.Figure]:
    """The model of a cell over its rows."""
    fit = sweeps.fitted(shown, cell)
    st.header(f"{cell[1]}: {describe(*cell, len(fit.names))}", anchor=False)
    best = telling_columns(*fit.parts) if len(fit.names) > 1 else (0, 0)
    view = controls.view(screen, fit.names, best)
    fig = shown.derive(
        ("rows", cell, view),
        lambda: rows.picture(fit.X, fit.names, fit.parts, columns=view, responsibilities=fit.proba),
    )
    charts.show(screen, "rows", fig, rows.alt(len(fit.X), fit.names, fit.parts, view))
    fits.summary(fit)
    return fit, fig


def merged(screen: Screen, shown: jobs.Shown[Sweep], cell: Cell, fit: fits.Fit) -> dict[str, go.Figure]:
    """Components joined into clusters: tree and entropy, side by side."""
    st.header("From components to clusters", anchor=False)
    if fit.k < 3:
        st.caption("Merging is a question for three components or more; open a larger model to see it.")
        return {}
    found = shown.derive(("merging", cell), lambda: merge_components(fit.model, fit.X))
    count = "one cluster" if found.suggested == 1 else f"{found.suggested} clusters"
    st.markdown(
        f"Several components may describe one group that is not an ellipse. Those whose union makes "
        f"the labels surest are joined first; the entropy curve bends at **{count}**."
    )
    drawn = {
        "tree": merging.tree(found.pairs, found.suggested),
        "entropy": merging.entropies(found.entropies, found.suggested),
    }
    told = {
        "tree": merging.tree_alt(found.pairs, found.suggested),
        "entropy": merging.entropies_alt(found.entropies, found.suggested),
    }
    for place, (name, fig) in zip(st.columns(2), drawn.items(), strict=True):
        with place:
            charts.show(screen, name, fig, told[name])
    return drawn


def bootstrap(screen: Screen, shown: jobs.Shown[Sweep], cell: Cell) -> None:
    """The likelihood-ratio test, simulated, when it is asked for."""
    st.header("Bootstrap likelihood-ratio test", anchor=False)
    st.markdown(
        f"Do the rows demand one component more? Rows are drawn from the smaller {cell[1]} mixture and both "
        "are fitted to them, again and again (McLachlan 1987)."
    )
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with right:
        times = int(controls.steps(screen, "resamples", "Simulations per test", RESAMPLES, "99"))
    with left:
        wanted = controls.switch(screen, "test", "Run the test")
    if wanted:
        spec = (cell[1], times, shown.spec)
        tested = jobs.result(
            screen, shown.source, spec, lambda: _tests(shown, *spec[:2]), name="test", draw=_draw_tests
        )
        _tell_tests(tested.value)


def _tests(
    shown: jobs.Shown[Sweep], family: str, times: int
) -> Generator[Progress, None, tuple[LikelihoodRatio, ...]]:
    found, last = shown.value, dict[int, LikelihoodRatio]()
    most = min(MOST_TESTED, max(found.counts), len(found.X) // 2 - 1)
    yield Progress(0.0, "Fitting the first two mixtures")
    for test in lrt_steps(
        found.X, most, family, n_resamples=times, level=LEVEL, random_state=shown.spec.random_state
    ):
        last[test.n_components] = test
        k = test.n_components
        share = (k - 1 + test.n_resamples / times) / most
        yield Progress(share, f"{k} against {k + 1}: simulation {test.n_resamples}", tuple(last.values()))
    return tuple(last.values())


def _draw_tests(slot: Any, tests: tuple[LikelihoodRatio, ...]) -> None:
    slot.dataframe(_test_table(tests), hide_index=True)


def _test_table(tests: tuple[LikelihoodRatio, ...]) -> pd.DataFrame:
    rows = [(f"{t.n_components} against {t.n_components + 1}", round(t.statistic, 2), round(t.p_value, 4),
             t.n_resamples) for t in tests]  # fmt: skip
    return pd.DataFrame(rows, columns=["components", "likelihood ratio", "p-value", "simulations"])


def _tell_tests(tests: tuple[LikelihoodRatio, ...]) -> None:
    if not tests:
        st.caption("There are too few rows to test.")
        return
    last = tests[-1]
    k = last.n_components + (last.p_value <= LEVEL)
    beyond = " or more" if last.p_value <= LEVEL else ""
    st.dataframe(_test_table(tests), hide_index=True)
    st.markdown(f"At a level of {LEVEL:.0%} the rows demand **{k} component{'s' if k > 1 else ''}{beyond}**.")
