"""A density of one or two columns, what lies in a chosen part of it, and where its peaks are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, univariate, words
from gmm_engine.figures.model import Parts
from gmm_engine.figures.thinning import some
from gmm_engine.types import Array

MOST_DOTS = 3000
MOST_STEPS = 800
MASSES = (0.5, 0.8, 0.95)


def line(
    x: Array,
    axis: str,
    parts: Parts,
    *,
    span: tuple[float, float],
    intervals: Array,
    peaks: Array,
    height: int = 400,
) -> go.Figure:
    """Histogram and curves of one column, a chosen interval, the densest intervals and the modes.

    Parameters
    ----------
    x : (n,) values; NaN is left out.
    axis : the column's name.
    parts : the mixture of this column, means (k, 1).
    span : the chosen interval.
    intervals : (m, 2) highest-density intervals, drawn as bars below the axis.
    peaks : (p, 2) modes and the density there.

    Examples
    --------
    >>> one = Parts(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    >>> fig = line(np.arange(9.0), "x", one, span=(0, 1), intervals=np.array([[-1.0, 1.0]]),
    ...            peaks=np.array([[0.0, 0.4]]))
    >>> [trace.name for trace in fig.data][-2:]
    ['densest', 'mode']
    """
    kept = x[np.isfinite(x)]
    traces = [
        univariate.bars(kept, axis),
        *univariate.curves(kept, parts.weights, parts.means[:, 0], parts.covariances[:, 0, 0]),
        _densest(intervals, float(peaks[:, 1].max()) if len(peaks) else 1.0),
        _peaks(peaks[:, 0], peaks[:, 1], f"mode at {theme.plain(axis)} %{{x:.4~g}}<extra></extra>"),
    ]
    chosen = _band(span)
    return theme.figure(
        traces, height, axis, "density", bargap=0.02, hovermode="closest", shapes=[chosen],
        dragmode="select", selectdirection="h",
    )  # fmt: skip


def cumulative(
    x: Array, axis: str, curve: Array, span: tuple[float, float], quantile: tuple[float, float]
) -> go.Figure:
    """The share of rows and of probability below each value, with one quantile marked.

    Parameters
    ----------
    x : (n,) values; NaN is left out.
    axis : the column's name.
    curve : (m, 2) values and the mixture's cumulative probability there.
    span : the chosen interval, shaded.
    quantile : a value and the share below it.

    Examples
    --------
    >>> fig = cumulative(np.arange(9.0), "x", np.array([[0.0, 0.1], [9.0, 0.9]]), (1, 2), (4.0, 0.5))
    >>> [trace.name for trace in fig.data]
    ['rows', 'mixture', 'quantile']
    """
    values = np.sort(x[np.isfinite(x)])
    places = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_STEPS)).astype(int))
    name, (at, share) = theme.plain(axis), quantile
    left = float(min(values[0], curve[0, 0]))
    traces = [
        theme.trace(
            "scatter", x=theme.single(values[places]), y=theme.single((places + 1) / len(values)),
            mode="lines", name="rows", line={"shape": "hv", "color": theme.MUTED, "width": 1.5},
            hovertemplate=f"%{{y:.1%}} of the rows up to {name} %{{x:.4~g}}<extra></extra>",
        ),
        theme.trace(
            "scatter", x=theme.single(curve[:, 0]), y=theme.single(curve[:, 1]), mode="lines",
            name="mixture", line={"color": theme.INK, "width": 2.5},
            hovertemplate=f"probability %{{y:.1%}} up to {name} %{{x:.4~g}}<extra></extra>",
        ),
        theme.trace(
            "scatter", x=[left, at, at], y=[share, share, 0], mode="lines+markers", name="quantile",
            line={"color": theme.colour(1), "dash": "dot"}, marker={"size": [0, 9, 0]},
            hovertemplate=f"{share:.1%} lies below {name} {theme.amount(at)}<extra></extra>",
        ),
    ]  # fmt: skip
    axes: dict[str, Any] = {"yaxis": theme.axis("share below", range=[0, 1.02], tickformat=".0%")}
    shapes = [_band(span)]
    return theme.figure(traces, 320, axis, hovermode="closest", shapes=shapes, **axes)


def plane(
    X: Array,
    axes: Sequence[str],
    grid: tuple[Array, Array],
    mass: Array,
    *,
    box: tuple[tuple[float, float], tuple[float, float]],
    peaks: Array,
    height: int = 520,
) -> go.Figure:
    """Two columns as a map: each place has the size of the smallest region of highest density around it.

    Parameters
    ----------
    X : (n, 2) rows, of which up to 3,000 are drawn as dots.
    axes : the two columns' names.
    grid : places across (a,) and up (b,).
    mass : (b, a) from `gmm_engine.density.highest_density_mass`.
    box : chosen limits across and up.
    peaks : (p, 2) modes.

    Examples
    --------
    >>> fig = plane(np.zeros((3, 2)), ("a", "b"), (np.arange(2), np.arange(2)), np.eye(2),
    ...             box=((0, 1), (0, 1)), peaks=np.zeros((1, 2)))
    >>> list(dict.fromkeys(trace.name for trace in fig.data))
    ['density', 'half, 80% and 95%', 'rows', 'mode']
    """
    across, up = (theme.plain(axis) for axis in axes)
    kept = X[np.isfinite(X).all(axis=1)]
    drawn = kept[some(len(kept), MOST_DOTS)]
    place = {"x": theme.single(grid[0]), "y": theme.single(grid[1])}
    traces = [
        theme.trace(
            "heatmap", **place, z=theme.single(1 - mass), zmin=0, zmax=1.25, colorscale=theme.SEQUENTIAL,
            showscale=False, name="density", customdata=theme.single(mass), zsmooth="best",
            hovertemplate=f"{across} %{{x:.4~g}}<br>{up} %{{y:.4~g}}<br>"
            "%{customdata:.0%} of the probability is denser than here<extra></extra>",
        ),
        *[_outline(place, mass, level, i == 0) for i, level in enumerate(MASSES)],
        theme.trace(
            "scatter", x=theme.single(drawn[:, 0]), y=theme.single(drawn[:, 1]), mode="markers",
            name="rows", marker={"size": 4, "color": theme.INK, "opacity": 0.35}, hoverinfo="skip",
        ),
        _peaks(peaks[:, 0], peaks[:, 1], f"mode<br>{across} %{{x:.4~g}}<br>{up} %{{y:.4~g}}<extra></extra>"),
    ]  # fmt: skip
    note = f"showing {len(drawn):,} of {len(kept):,} rows as dots"
    notes = [theme.note(note)] if len(drawn) < len(kept) else []
    look: dict[str, Any] = {"dragmode": "select", "hovermode": "closest", "annotations": notes}
    look["xaxis"] = theme.axis(axes[0], showgrid=False, range=_ends(grid[0]))
    look["yaxis"] = theme.axis(axes[1], showgrid=False, range=_ends(grid[1]))
    return theme.figure(traces, height, shapes=[_box(box)], **look)


def line_alt(x: Array, axis: str, intervals: Array, mass: float, peaks: Array) -> str:
    """Where the density of one column peaks and lies, in a sentence; arguments as for `line`.

    Examples
    --------
    >>> line_alt(np.arange(9.0), "x", np.array([[1.0, 4.0]]), 0.9, np.array([[2.0, 0.3]]))
    'Density of x over 9 values: 1 mode at 2. 90% of it lies in 1 to 4.'
    """
    parts = words.listed([f"{words.amount(a)} to {words.amount(b)}" for a, b in intervals])
    at = words.listed([words.amount(value) for value in peaks[:, 0]])
    count = words.counted(int(np.isfinite(x).sum()), "value")
    modes = words.counted(len(peaks), "mode")
    return f"Density of {axis} over {count}: {modes} at {at}. {mass:.0%} of it lies in {parts}."


def cumulative_alt(axis: str, span: tuple[float, float], chance: float, quantile: tuple[float, float]) -> str:
    """The quantile and the chosen interval's probability `chance`, in a sentence.

    Examples
    --------
    >>> cumulative_alt("x", (1.0, 2.0), 0.25, (4.0, 0.5))
    '50% of x lies below 4, and 25% between 1 and 2.'
    """
    at, share = quantile
    between = words.listed([words.amount(end) for end in span])
    return f"{share:.0%} of {axis} lies below {words.amount(at)}, and {chance:.0%} between {between}."


def plane_alt(X: Array, axes: Sequence[str], peaks: Array) -> str:
    """Where the density peaks, in a sentence; arguments as for `plane`.

    Examples
    --------
    >>> plane_alt(np.zeros((3, 2)), ("a", "b"), np.array([[1.0, 2.0], [3.0, 4.0]]))
    'Density of a and b over 3 rows. 2 modes: 1 and 2; 3 and 4.'
    """
    places = "; ".join(words.listed([words.amount(value) for value in peak]) for peak in peaks)
    count, modes = words.counted(len(X), "row"), words.counted(len(peaks), "mode")
    return f"Density of {words.listed(axes)} over {count}. {modes}: {places}."


def _densest(intervals: Array, top: float) -> theme.Trace:
    """Bars just below the axis, one for each interval."""
    gap = np.full((len(intervals), 1), np.nan)
    x = np.hstack([intervals, gap]).ravel()
    return theme.trace(
        "scatter", x=theme.single(x), y=np.full(len(x), -0.035 * top, np.float32), mode="lines",
        name="densest", line={"color": theme.MUTED, "width": 7},
        hovertemplate="in the highest-density region up to %{x:.4~g}<extra></extra>",
    )  # fmt: skip


def _peaks(x: Array, y: Array, hover: str) -> theme.Trace:
    marker = {
        "symbol": "star",
        "size": 13,
        "color": theme.colour(1),
        "line": {"width": 1, "color": theme.PAPER},
    }
    return theme.trace(
        "scatter", x=theme.single(x), y=theme.single(y), mode="markers", name="mode", marker=marker,
        hovertemplate=hover,
    )  # fmt: skip


def _outline(place: dict[str, Array], mass: Array, level: float, first: bool) -> theme.Trace:
    contours = {"start": level, "end": level, "size": 1, "coloring": "none", "showlabels": False}
    return theme.trace(
        "contour", **place, z=theme.single(mass), contours=contours, showscale=False, hoverinfo="skip",
        line={"color": theme.INK, "width": 1.2}, name="half, 80% and 95%", showlegend=first,
        legendgroup="regions",
    )  # fmt: skip


def _band(span: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "rect", "xref": "x", "yref": "paper", "x0": span[0], "x1": span[1], "y0": 0, "y1": 1,
        "fillcolor": theme.colour(1), "opacity": 0.14, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _box(box: tuple[tuple[float, float], tuple[float, float]]) -> dict[str, Any]:
    (left, right), (bottom, top) = box
    return {
        "type": "rect", "x0": left, "x1": right, "y0": bottom, "y1": top,
        "line": {"width": 2, "color": theme.colour(1), "dash": "dot"},
    }  # fmt: skip


def _ends(places: Array) -> list[float]:
    return [float(places[0]), float(places[-1])]
