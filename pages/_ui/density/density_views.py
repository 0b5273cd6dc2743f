"""What the density page answers about one or two columns of a fitted mixture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from gmm_engine import telling_columns
from gmm_engine.density import highest_density_intervals, highest_density_mass, modes
from gmm_engine.figures import density as figures
from gmm_engine.figures import model as models
from gmm_engine.types import Array
from pages._ui import charts, controls, describe, fits
from pages._ui.fits import Fit
from pages._ui.jobs import Shown
from pages._ui.layout import Screen

GRID = 90
MARGIN = 0.12
Span = tuple[float, float]


@dataclass(frozen=True)
class Answer:
    """What a view leaves to take away: figures, rows, and Python that goes on after the fit."""

    figures: dict[str, go.Figure]
    rows: Callable[[], pd.DataFrame]
    body: str
    imports: tuple[str, ...] = ()


def density(screen: Screen, shown: Shown[Fit]) -> Answer:
    """One or two columns, whatever the others are."""
    fit = shown.value
    shapes = ("Two columns", "One column")
    alone = len(fit.names) == 1 or controls.choice(screen, "shape", "Show", shapes) == shapes[1]
    return _line(screen, shown) if alone else _plane(screen, shown)


def _line(screen: Screen, shown: Shown[Fit]) -> Answer:
    fit = shown.value
    f = 0 if len(fit.names) == 1 else controls.column(screen, "column", "Column", fit.names)
    name, x = fit.names[f], fit.X[:, f]
    one = fit.model.marginal([f])
    left, middle, right = st.columns(3)
    with left:
        text = "Drag across the chart, or move these ends."
        span = controls.span(screen, "span", f"Interval of {name}", x, help=text)
    with middle:
        text = "The shortest set of intervals that holds this share of the probability."
        mass = _percent(screen, "mass", "Highest-density region", 90, text)
    with right:
        share = _percent(screen, "quantile", "Quantile", 50, "The value below which this share lies.")
    intervals = shown.derive(("intervals", f, mass), lambda: highest_density_intervals(one, mass))
    peaks = shown.derive(("peaks", f), lambda: _line_modes(one))
    at = float(one.quantile([share])[0])
    fig = figures.line(x, name, models.parts(one), span=span, intervals=intervals, peaks=peaks)
    _chart(screen, "line", fig, figures.line_alt(x, name, intervals, mass, peaks), {"span": ("x", x)})
    inside = np.mean((x >= span[0]) & (x <= span[1])) / np.mean(np.isfinite(x))
    chance = float(np.diff(one.cdf(np.array(span)))[0])
    fits.metrics(
        (
            ("Probability of the interval", f"{chance:.2%}", "Under the fitted mixture."),
            ("Rows in it", f"{inside:.2%}", "Counted in the table."),
            (f"{share:.0%} quantile", _signed(at), f"{share:.0%} of the probability lies below."),
            ("Modes", f"{len(peaks)}", "Local maxima of the density."),
        )
    )
    st.markdown(_regions(intervals, mass, peaks))
    values = np.linspace(*one.quantile([0.0005, 0.9995]), 300)
    curve = np.column_stack([values, one.cdf(values)])
    below = figures.cumulative(x, name, curve, span, (at, share))
    st.header("Share below each value", anchor=False)
    charts.show(screen, "cumulative", below, figures.cumulative_alt(name, span, chance, (at, share)))
    body = (
        f"one = model.marginal([{f}])\n"
        f"print('probability', round(float(np.diff(one.cdf({list(span)}))[0]), 4))\n"
        f"print('quantile', one.quantile([{share}]))\n"
        f"print('densest', highest_density_intervals(one, {mass}).round(4).tolist())\n"
        "print('modes', modes(one)[0].ravel().round(4).tolist())"
    )
    needs = ("from gmm_engine.density import highest_density_intervals, modes",)
    return Answer({"density": fig, "cumulative": below}, lambda: with_density(shown), body, needs)


def _plane(screen: Screen, shown: Shown[Fit]) -> Answer:
    fit = shown.value
    pair = controls.view(screen, fit.names, telling_columns(*fit.parts))
    if pair[0] == pair[1]:
        pair = (pair[0], (pair[0] + 1) % len(fit.names))
    axes, X = tuple(fit.names[f] for f in pair), fit.X[:, pair]
    two = fit.model.marginal(pair)
    left, right = st.columns(2)
    text = "Draw a box in the chart, or move these ends."
    with left:
        across = controls.span(screen, "box_across", f"Limits of {axes[0]}", X[:, 0], help=text)
    with right:
        up = controls.span(screen, "box_up", f"Limits of {axes[1]}", X[:, 1], help=text)
    grid, mass = shown.derive(("map", pair), lambda: _map(two, X))
    peaks = shown.derive(("peaks", pair), lambda: modes(two))
    fig = figures.plane(X, axes, grid, mass, box=(across, up), peaks=peaks[0])
    moves = {"box_across": ("x", X[:, 0]), "box_up": ("y", X[:, 1])}
    _chart(screen, "plane", fig, figures.plane_alt(X, axes, peaks[0]), moves)
    chance, error = shown.derive(("box", pair, across, up), lambda: _box(two, across, up))
    low, high = np.transpose((across, up))
    inside = (low <= X) & (high >= X)
    known = np.isfinite(X).all(axis=1)
    text = f"Under the fitted mixture; numerical error about {error:.1g}."
    fits.metrics(
        (
            ("Probability of the box", f"{chance:.2%}", text),
            ("Rows in it", f"{inside.all(axis=1).sum() / max(known.sum(), 1):.2%}", "Counted in the table."),
            ("Modes", f"{len(peaks[0])}", "Local maxima of the density of these two columns."),
        )
    )
    table = pd.DataFrame(peaks[0], columns=axes).assign(**{"log density (nats)": peaks[1]})
    st.caption("The modes, densest first.")
    st.dataframe(table, hide_index=True, column_config=describe.digits(table))
    body = (
        f"two = model.marginal({list(pair)})\n"
        f"chance, error = two.box_probability({[across[0], up[0]]}, {[across[1], up[1]]})\n"
        "print('probability', round(chance, 4), '+/-', round(error, 6))\n"
        "print('modes', modes(two)[0].round(4).tolist())\n"
        "inside = highest_density_mass(two, X[:, " + f"{list(pair)}" + "]) <= 0.95\n"
        "print('rows in the 95% region', round(inside.mean(), 4))"
    )
    needs = ("from gmm_engine.density import highest_density_mass, modes",)
    return Answer({"density": fig}, lambda: with_density(shown), body, needs)


def with_density(shown: Shown[Fit]) -> pd.DataFrame:
    """The table's rows with components, probabilities and log density (nats)."""
    fit = shown.value
    frame = fit.labelled(shown.source.dataset.values)
    height = np.full(len(frame), np.nan)
    height[fit.used] = fit.model.score_samples(fit.X)
    return frame.assign(**{"log density": height.round(6)})


def _chart(screen: Screen, name: str, fig: go.Figure, alt: str, moves: dict[str, tuple[str, Array]]) -> None:
    """A chart in which dragging a box moves the sliders named in `moves`."""

    def dragged() -> None:
        area = charts.box(screen, name)
        if area:
            for control, (axis, values) in moves.items():
                st.session_state[screen.key(control)] = _within(area[axis], values)

    charts.show(screen, name, fig, alt, on_pick=dragged, pick="box")


def _within(found: list[Any], values: Array) -> Span:
    low, high, digits = controls.ends(values)
    first, last = sorted(round(min(max(float(end), low), high), digits) for end in found)
    return first, last


def _percent(screen: Screen, name: str, label: str, default: int, text: str) -> float:
    return int(controls.slider(screen, name, label, 1, 99, default, format="%d%%", help=text)) / 100


def _line_modes(one: Any) -> Array:
    places, heights = modes(one)
    return np.column_stack([places[:, 0], np.exp(heights)])


def _regions(intervals: Array, mass: float, peaks: Array) -> str:
    spans = " and ".join(f"**{_signed(a)} to {_signed(b)}**" for a, b in intervals)
    tops = ", ".join(_signed(place) for place in peaks[:6, 0])
    return f"The densest {mass:.0%} lies in {spans}. Most likely: {tops}."


def _map(two: Any, X: Array) -> tuple[tuple[Array, Array], Array]:
    """Places across and up, and each place's highest-density mass (up, across)."""
    low, high = np.nanmin(X, axis=0), np.nanmax(X, axis=0)
    gap = MARGIN * np.maximum(high - low, 1e-12)
    across, up = (np.linspace(low[f] - gap[f], high[f] + gap[f], GRID) for f in (0, 1))
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    return (across, up), highest_density_mass(two, places).reshape(GRID, GRID).astype(np.float32)


def _box(two: Any, across: Span, up: Span) -> tuple[float, float]:
    found: tuple[float, float] = two.box_probability((across[0], up[0]), (across[1], up[1]))
    return found


def _signed(number: float) -> str:
    return f"{number:.4g}".replace("-", "\N{MINUS SIGN}")
