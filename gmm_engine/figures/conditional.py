"""One column as others change: mixture regression with bands, slices, and cells that were filled in."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.figures.model import Parts
from gmm_engine.figures.thinning import some
from gmm_engine.figures.univariate import weighted_densities
from gmm_engine.types import Array

MOST_DOTS = 3000
LIMITS = 1.645  # standard deviations, which hold 90% of a normal distribution


def regression(
    rows: Array,
    axes: tuple[str, str],
    at: Array,
    found: dict[str, Array],
    share: float,
    slice_at: float,
) -> go.Figure:
    """Expected value and bands of one column along another, over the rows.

    Parameters
    ----------
    rows : (n, 2) given and asked-for column.
    axes : their names.
    at : (m,) values of the given column.
    found : from `gmm_engine.density.regression`, its quantiles those of the band's two ends.
    share : probability within the band.
    slice_at : where the slice is taken.

    Examples
    --------
    >>> found = {"mean": np.zeros(2), "quantiles": np.array([[-1.0, 1.0], [-1.0, 1.0]])}
    >>> fig = regression(np.zeros((3, 2)), ("x", "y"), np.arange(2.0), found, 0.9, 0.5)
    >>> [trace.name for trace in fig.data]
    ['rows', '90% of the probability', 'expected']
    """
    given, asked = (theme.plain(axis) for axis in axes)
    kept = rows[np.isfinite(rows).all(axis=1)]
    kept = kept[some(len(kept), MOST_DOTS)]
    low, high = found["quantiles"].T
    traces = [
        theme.trace(
            "scatter", x=theme.single(kept[:, 0]), y=theme.single(kept[:, 1]), mode="markers", name="rows",
            marker={"size": 5, "color": theme.MUTED, "opacity": 0.5},
            hovertemplate=f"{given} %{{x:.4~g}}<br>{asked} %{{y:.4~g}}<extra></extra>",
        ),
        theme.trace(
            "scatter", x=theme.single(np.concatenate([at, at[::-1]])),
            y=theme.single(np.concatenate([low, high[::-1]])), fill="toself", mode="lines",
            line={"width": 0}, fillcolor=theme.faint(theme.colour(0), 0.22), hoverinfo="skip",
            name=f"{share:.0%} of the probability",
        ),
        theme.trace(
            "scatter", x=theme.single(at), y=theme.single(found["mean"]), mode="lines", name="expected",
            line={"color": theme.colour(0), "width": 2.5}, customdata=theme.single(found["quantiles"]),
            hovertemplate=f"at {given} %{{x:.4~g}}: {asked} %{{y:.4~g}} expected, "
            "%{customdata[0]:.4~g} to %{customdata[1]:.4~g}<extra></extra>",
        ),
    ]  # fmt: skip
    mark: dict[str, Any] = {
        "type": "line", "x0": slice_at, "x1": slice_at, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": theme.colour(1), "width": 2, "dash": "dot"},
    }  # fmt: skip
    return theme.figure(traces, 460, *axes, shapes=[mark], hovermode="closest")


def regression_alt(axes: tuple[str, str], at: Array, found: dict[str, Array], share: float) -> str:
    """How the expected value goes, in a sentence; arguments as for `regression`.

    Examples
    --------
    >>> found = {"mean": np.array([0.0, 2.0]), "quantiles": np.array([[-1.0, 1.0], [0.0, 4.0]])}
    >>> regression_alt(("x", "y"), np.array([0.0, 1.0]), found, 0.9)
    'Expected y rises from 0 at x 0 to 2 at x 1; the 90% band is 2 to 4 wide.'
    """
    (left, right), wide = found["mean"][[0, -1]], np.ptp(found["quantiles"], axis=1)
    ends = [
        f"{words.amount(y)} at {axes[0]} {words.amount(x)}"
        for x, y in zip(at[[0, -1]], (left, right), strict=True)
    ]
    band = f"{words.amount(wide.min())} to {words.amount(wide.max())}"
    way = words.rising(left, right)
    return f"Expected {axes[1]} {way} from {ends[0]} to {ends[1]}; the {share:.0%} band is {band} wide."


def cut(axis: str, given: Parts, whole: Parts, intervals: Array, expected: float) -> go.Figure:
    """The distribution of a column under the conditions, beside its distribution without them.

    Parameters
    ----------
    axis : the column's name.
    given, whole : its mixture with and without the conditions, means (k, 1).
    intervals : (m, 2) highest-density intervals under the conditions.
    expected : its expected value under the conditions.

    Examples
    --------
    >>> one = Parts(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    >>> [trace.name for trace in cut("x", one, one, np.array([[-1.0, 1.0]]), 0.0).data]
    ['without conditions', 'given the conditions', 'densest']
    """
    places = np.concatenate([given.means[:, 0], whole.means[:, 0]])
    reach = 4 * np.sqrt(np.concatenate([given.covariances[:, 0, 0], whole.covariances[:, 0, 0]]))
    grid = np.linspace((places - reach).min(), (places + reach).max(), 400)
    heights = [_height(grid, parts) for parts in (whole, given)]
    name = theme.plain(axis)
    styles = (
        ("without conditions", {"color": theme.MUTED, "width": 1.5, "dash": "dot"}),
        ("given the conditions", {"color": theme.colour(0), "width": 2.5}),
    )
    traces = [
        theme.trace(
            "scatter", x=theme.single(grid), y=theme.single(height), mode="lines", name=label, line=line,
            hovertemplate=f"{name} %{{x:.4~g}}, {label}: density %{{y:.4~g}}<extra></extra>",
        )
        for (label, line), height in zip(styles, heights, strict=True)
    ]  # fmt: skip
    gap = np.full((len(intervals), 1), np.nan)
    x, floor = np.hstack([intervals, gap]).ravel(), -0.04 * float(max(map(np.max, heights)))
    traces.append(
        theme.trace(
            "scatter", x=theme.single(x), y=np.full(len(x), floor, np.float32), mode="lines", name="densest",
            line={"color": theme.MUTED, "width": 7}, hoverinfo="skip",
        )
    )  # fmt: skip
    mark = {
        "type": "line", "x0": expected, "x1": expected, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": theme.colour(0), "width": 1},
    }  # fmt: skip
    return theme.figure(traces, 320, axis, "density", shapes=[mark], hovermode="closest")


def cut_alt(axis: str, expected: float, intervals: Array) -> str:
    """The figure in a sentence."""
    parts = words.listed([f"{words.amount(a)} to {words.amount(b)}" for a, b in intervals])
    return f"{axis} under the conditions: {words.amount(expected)} expected, mostly {parts}."


def _height(grid: Array, parts: Parts) -> Array:
    variances = parts.covariances[:, 0, 0]
    return np.asarray(weighted_densities(grid, parts.weights, parts.means[:, 0], variances).sum(axis=1))


def filled(
    name: str, values: Array, deviations: Array, usual: tuple[float, float], truth: Array | None = None
) -> go.Figure:
    """Cells of one column that were filled in, smallest first, with how sure each is.

    Parameters
    ----------
    name : the column.
    values, deviations : (m,) filled value and its standard deviation; 200 of them are drawn.
    usual : mean and standard deviation of the observed cells, the guess without other columns.
    truth : (m,) what the cells held before they were hidden, or None.

    Examples
    --------
    >>> [trace.name for trace in filled("x", np.ones(3), np.ones(3), (0.0, 1.0)).data]
    ['filled in, with 90% limits']
    """
    order = np.argsort(values, kind="stable")
    if len(order) > 200:
        order = order[np.linspace(0, len(order) - 1, 200).astype(int)]
    plain = theme.plain(name)
    bars = {"type": "data", "array": theme.single(LIMITS * deviations[order]), "thickness": 1.2, "width": 0}
    traces = [
        theme.trace(
            "scatter", y=theme.single(values[order]), mode="markers", name="filled in, with 90% limits",
            marker={"size": 6, "color": theme.colour(0)}, error_y=bars,
            hovertemplate=f"{plain} filled in as %{{y:.4~g}} ± %{{error_y.array:.3~g}}<extra></extra>",
        )
    ]  # fmt: skip
    if truth is not None:
        traces.append(
            theme.trace(
                "scatter", y=theme.single(truth[order]), mode="markers", name="hidden value",
                marker={"size": 8, "symbol": "x-thin-open", "color": theme.colour(1), "line": {"width": 2}},
                hovertemplate=f"hidden {plain} %{{y:.4~g}}<extra></extra>",
            )
        )  # fmt: skip
    mean, spread = usual
    band = {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": mean - LIMITS * spread,
        "y1": mean + LIMITS * spread, "fillcolor": theme.MUTED, "opacity": 0.12, "line": {"width": 0},
        "layer": "below",
    }  # fmt: skip
    text = theme.note("shaded: 90% limits of the column alone")
    look: dict[str, Any] = {
        "xaxis": theme.axis("cells, in order of their value", showgrid=False, showticklabels=False)
    }
    return theme.figure(traces, 400, y=name, shapes=[band], annotations=[text], hovermode="closest", **look)


def filled_alt(
    name: str, values: Array, deviations: Array, usual: tuple[float, float], truth: Array | None = None
) -> str:
    """How sure the filled cells are, in a sentence; arguments as for `filled`.

    Examples
    --------
    >>> filled_alt("x", np.array([1.0, 3.0]), np.ones(2), (0.0, 2.0))
    '2 cells of x filled in with 1 to 3, ± 1 on average; the column alone has ± 2.'
    """
    span = f"{words.amount(values.min())} to {words.amount(values.max())}"
    sure = f"± {words.amount(deviations.mean())} on average; the column alone has ± {words.amount(usual[1])}"
    text = f"{words.counted(len(values), 'cell')} of {name} filled in with {span}, {sure}."
    if truth is None:
        return text
    inside = np.mean(np.abs(values - truth)[np.isfinite(truth)] <= (LIMITS * deviations)[np.isfinite(truth)])
    return f"{text} {inside:.0%} of the hidden values lie within the 90% limits."
