"""What the density page answers about one column when others are known."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from gmm_engine import DataError
from gmm_engine.density import highest_density_intervals, regression
from gmm_engine.figures import conditional as figures
from gmm_engine.figures import model as models
from gmm_engine.types import Array
from pages._ui import charts, controls, fits
from pages._ui.density.density_views import Answer, with_density
from pages._ui.fits import Fit
from pages._ui.jobs import Shown
from pages._ui.layout import Screen

PLACES = 120
BANDS = ("50%", "80%", "90%", "95%", "99%")


def conditional(screen: Screen, shown: Shown[Fit]) -> Answer:
    """A column along another one, others fixed or left open, and the slice at one place."""
    fit, names = shown.value, shown.value.names
    if len(names) < 2:
        raise DataError(f"Only {names[0]} is chosen: to see one column given another, choose two or more.")
    left, middle, right = st.columns([1.3, 1.3, 1])
    with left:
        asked = controls.column(screen, "asked", "Asked for", names, len(names) - 1)
    rest = [f for f in range(len(names)) if f != asked]
    with middle:
        given = rest[controls.column(screen, "given", "Along", [names[f] for f in rest])]
    with right:
        share = int(controls.steps(screen, "band", "Band", BANDS, BANDS[2])[:-1]) / 100
    place = controls.place(screen, "at", f"Slice at {names[given]}", fit.X[:, given])
    fixed = _fixed(screen, fit, [f for f in rest if f != given])
    along = np.linspace(np.nanmin(fit.X[:, given]), np.nanmax(fit.X[:, given]), PLACES)
    key = ("regression", asked, given, share, tuple(fixed.items()))
    found = shown.derive(key, lambda: _along(fit, given, along, fixed, asked, share))
    axes = (names[given], names[asked])
    fig = figures.regression(fit.X[:, [given, asked]], axes, along, found, share, place)
    charts.show(screen, "regression", fig, figures.regression_alt(axes, along, found, share))
    slice_ = _slice(screen, fit, {given: place, **fixed}, asked, share)
    body = (
        f"known = { ({given: place, **fixed})!r}\nband = ({(1 - share) / 2:.4g}, {(1 + share) / 2:.4g})\n"
        f"answer = regression(model, {{column: [value] for column, value in known.items()}}, {asked}, band)\n"
        "print({name: np.round(values, 4).tolist() for name, values in answer.items()})"
    )
    needs = ("from gmm_engine.density import regression",)
    return Answer({"regression": fig, "slice": slice_}, lambda: with_density(shown), body, needs)


def _fixed(screen: Screen, fit: Fit, others: list[int]) -> dict[int, float]:
    """Values of other columns that are held fixed; the rest is left open."""
    if not others:
        return {}
    words = [fit.names[f] for f in others]
    text = "Columns held at one value; all others are integrated out."
    chosen = controls.several(screen, "fix", "Also fix", words, (), help=text)
    return {
        f: controls.place(screen, f"fix_{f}", fit.names[f], fit.X[:, f])
        for f in others
        if fit.names[f] in chosen
    }


def _along(
    fit: Fit, given: int, along: Array, fixed: dict[int, float], asked: int, share: float
) -> dict[str, Array]:
    known = {given: along, **{f: np.full(PLACES, value) for f, value in fixed.items()}}
    return regression(fit.model, known, asked, ((1 - share) / 2, (1 + share) / 2))


def _slice(screen: Screen, fit: Fit, known: dict[int, float], asked: int, share: float) -> go.Figure:
    """The distribution at one place, with its numbers."""
    free = [f for f in range(len(fit.names)) if f not in known]
    one = fit.model.condition(known).marginal([free.index(asked)])
    answer = regression(
        fit.model, {f: [value] for f, value in known.items()}, asked, ((1 - share) / 2, (1 + share) / 2)
    )
    expected, (low, high) = float(answer["mean"][0]), answer["quantiles"][0]
    name = fit.names[asked]
    conditions = ", ".join(f"{fit.names[f]} {value:.4g}" for f, value in known.items())
    st.header(f"{name} at {conditions}", anchor=False)
    fits.metrics(
        (
            ("Expected", f"{expected:.4g}", "Mean of the conditional distribution."),
            ("Standard deviation", f"{answer['deviation'][0]:.3g}", "Of the conditional distribution."),
            (f"{share:.0%} band", f"{low:.4g} to {high:.4g}", "Between the two quantiles."),
        )
    )
    intervals = highest_density_intervals(one, share)
    parts = models.parts(one), models.parts(fit.model.marginal([asked]))
    fig = figures.cut(name, *parts, intervals, expected)
    charts.show(screen, "slice", fig, figures.cut_alt(name, expected, intervals))
    return fig
