"""What the time series page shows: regimes, strange rows and forecasts, one function each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine.figures import series as figures
from gmm_engine.regimes.forecast import Backtest
from gmm_engine.regimes.surprise import THRESHOLD
from gmm_engine.types import Array
from gmm_engine.wording import counted
from pages._ui import charts, controls, describe, fits
from pages._ui.jobs import Shown
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.time_series.series import Found

FINEST_ROWS = 20
MOST_LISTED = 200
TRUSTED = (0.7, 0.9)
URGENT = ("mixed", "future", "irregular", "No date")


def notes(found: Found) -> None:
    """What was done to the table; what is to be decided stands apart."""
    urgent = [note for note in found.series.notes if any(word in note for word in URGENT)]
    calm = " ".join(note for note in found.series.notes if note not in urgent)
    if calm:
        st.caption(literal(calm))
    for note in urgent:
        st.info(literal(note), icon=":material/info:")


def drawn_column(screen: Screen, found: Found) -> int:
    """Which of several columns the chart draws."""
    names = found.series.columns
    return 0 if len(names) == 1 else names.index(controls.choice(screen, "drawn", "Drawn", names))


def part(screen: Screen, n: int) -> tuple[int, int]:
    """First row shown and the one after the last; dragging in the chart moves the same slider."""
    text = "Drag across the chart to zoom in; the chart is drawn anew with all detail that fits."
    low, high = controls.slider(
        screen, "part", "Part shown (%)", 0.0, 100.0, (0.0, 100.0), step=0.001, format="%.1f", help=text
    )
    start = min(int(n * low / 100), max(n - FINEST_ROWS, 0))
    return start, min(max(round(n * high / 100), start + FINEST_ROWS), n)


def timeline(screen: Screen, shown: Shown[Found], marks: Array | None = None) -> Any:
    """The series over its regimes, for the part that is shown."""
    found = shown.value
    column, index = drawn_column(screen, found), found.series.index
    span = part(screen, len(index))
    name, y = found.series.columns[column], found.series.values[:, column]
    rows = () if marks is None else tuple(marks.tolist())
    fig = shown.derive(
        ("timeline", column, span, rows), lambda: figures.timeline(index, y, name, found.proba, span, marks)
    )
    label = f"timeline_{span[0]}_{span[1]}_{column}"

    def zoom() -> None:
        area = charts.box(screen, label)
        if area:
            ends = _rows(index, area["x"])
            st.session_state[screen.key("part")] = tuple(round(100 * end / len(index), 3) for end in ends)

    told = figures.timeline_alt(index, y, name, found.proba, span, marks)
    charts.show(screen, label, fig, told, on_pick=zoom, pick="box")
    if figures.detail(span):
        st.caption(figures.detail(span))
    return fig


def _rows(index: pd.Index, ends: list[Any]) -> list[int]:
    dated = isinstance(index, pd.DatetimeIndex)
    places = [index.searchsorted(pd.Timestamp(end) if dated else float(end)) for end in ends]
    low, high = sorted(int(place) for place in places)
    return [min(low, len(index) - FINEST_ROWS), max(high, low + FINEST_ROWS)]


def regimes(screen: Screen, shown: Shown[Found], memory: bool) -> dict[str, Any]:
    """Shading, what each regime is like, how one follows another, and what memory does."""
    found = shown.value
    fig = timeline(screen, shown)
    _about_memory(found, memory)
    st.header("What each regime is like", anchor=False)
    table = found.profile()
    st.dataframe(table, hide_index=True, column_config=describe.digits(table))
    st.caption(
        "Spread: standard deviation. Lasts: expected number of rows in a row. Times: how often entered."
    )
    matrix = found.model.transition_
    if len(matrix) > 1:
        left, right = st.columns([1, 1.2])
        with left:
            st.header("From one row to the next", anchor=False)
            grid = shown.derive("transitions", lambda: figures.transitions(matrix))
            charts.show(screen, "transitions", grid, figures.transitions_alt(matrix))
        with right:
            _candidates(found)
    else:
        _candidates(found)
    return {"regimes": fig}


def _about_memory(found: Found, memory: bool) -> None:
    count = found.model.n_regimes_
    if count == 1:
        st.markdown("One regime describes these rows best: nothing changes enough to be told apart.")
    elif found.other_switches is not None:
        these, others = (counted(n, "time") for n in (found.switches, found.other_switches))
        words = ("With", "without") if memory else ("Without", "with")
        st.markdown(
            f"{words[0]} memory the series changes its regime **{these}**, {words[1]} memory {others}: "
            "a single row can mislead, its neighbours seldom do."
        )
    if not found.model.converged_:
        st.warning("The fit did not converge: try fewer regimes.", icon=":material/warning:")


def _candidates(found: Found) -> None:
    model = found.model
    st.header("How likely the series is", anchor=False)
    fits.metrics(
        (
            ("Regimes", f"{model.n_regimes_}", "How many were chosen, or asked for."),
            ("BIC", f"{model.bic_:,.1f}".replace("-", "\N{MINUS SIGN}"), "Smaller is better."),
            ("Free parameters", f"{model.n_parameters_}", "Levels, spreads and transitions."),
        )
    )
    if len(model.table_) > 1:
        with st.expander("All candidates"):
            tried = model.table_.drop(columns="held_out").sort_values("bic")
            st.dataframe(tried, hide_index=True, column_config=describe.digits(tried))


def strange(screen: Screen, shown: Shown[Found], scores: Array) -> dict[str, Any]:
    """Rows stranger than all of the 200 before them, marked and listed."""
    found = shown.value
    text = "Sum over four views of minus the log of how often the past was as strange."
    least = controls.slider(screen, "least", "Marked from a score of", 5.0, 30.0, THRESHOLD, help=text)
    rows = np.flatnonzero(scores >= least)
    fig = timeline(screen, shown, rows)
    span = len(scores) / max(len(rows), 1)
    if not len(rows):
        st.markdown("No row is that strange. Lower the score to see the nearest ones.")
        return {"strange": fig}
    st.markdown(
        f"Marked: **{counted(len(rows), 'row')}**, one in {span:,.0f}. "
        "Each was judged by the rows before it only."
    )
    table = pd.DataFrame({"row": rows + 1, "when": _when(found.series.index[rows])})
    for f, name in enumerate(found.series.columns):
        table[name] = found.series.values[rows, f]
    table["score"] = scores[rows]
    table["regime"] = found.path[rows] + 1
    listed = table.nlargest(MOST_LISTED, "score")
    st.dataframe(listed, hide_index=True, column_config=describe.digits(listed))
    return {"strange": fig}


def _when(index: pd.Index) -> pd.Index:
    """Dates without the time of day, where all of them are midnight."""
    whole = isinstance(index, pd.DatetimeIndex) and (index == index.normalize()).all()
    return pd.Index(index.date) if whole else index


def forecast(
    screen: Screen, shown: Shown[Found], column: str, quantiles: pd.DataFrame, past: Backtest
) -> dict[str, Any]:
    """The fan, and how far it could have been trusted before."""
    found = shown.value
    index, place = found.series.index, found.series.columns.index(column)
    y, h = found.series.values[:, place], len(quantiles)
    fig = shown.derive(("fan", column, h), lambda: figures.fan(index, y, column, quantiles))
    charts.show(screen, "fan", fig, figures.fan_alt(column, quantiles))
    _verdict(past)
    if not len(past.table):
        return {"forecast": fig}
    back = shown.derive(("past", column, h), lambda: figures.past_fans(index, past.table, column))
    st.header("What it would have said before", anchor=False)
    words = f"Past 80% bands of {column} beside what came; {past.coverage:.0%} of the values lie inside."
    charts.show(screen, "past", back, words)
    with st.expander("The quantiles and the pool"):
        table = quantiles.set_axis([f"{level:.0%}" for level in quantiles.columns], axis=1)
        st.dataframe(table.set_axis(_when(table.index)), column_config=describe.digits(table))
        pool = pd.DataFrame({"forecaster": list(past.weights), "share": list(past.weights.values())})
        pool = pool.sort_values("share", ascending=False)
        st.dataframe(pool, hide_index=True, column_config=describe.digits(pool))
    return {"forecast": fig, "past forecasts": back}


def _verdict(past: Backtest) -> None:
    """Whether to believe the fan, from what the same fan would have said before."""
    if not len(past.table):
        st.warning("The series is too short to check the forecast on its own past: do not rely on it.")
        return
    better = past.error < past.naive_error
    naive = "last season again" if past.season > 1 else "the last value again"
    fits.metrics(
        (
            ("Inside the 80% band", f"{past.coverage:.0%}", "Of the values that followed past origins."),
            ("Mean absolute error", f"{past.error:.4g}", "Of the median, over all steps and origins."),
            (f"Error of {naive}", f"{past.naive_error:.4g}", "What doing nothing clever would give."),
            ("Season", f"{past.season} rows" if past.season > 1 else "none", "Found by autocorrelation."),
        )
    )
    if past.coverage < TRUSTED[0]:
        st.warning("In the past this band was too narrow: expect surprises more often than it says.")
    if not better:
        st.warning(f"In the past {naive} was the better forecast.")
    if better and past.coverage >= TRUSTED[0]:
        wide = " If anything the band is too wide." if past.coverage > TRUSTED[1] else ""
        st.markdown(f"From past origins the same method kept its promise.{wide}")
