"""Rows in a few coordinates: scatter with uncertainty ellipses, corners of a polygon, one row rebuilt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import scatter, theme
from gmm_engine.types import Array

ELLIPSE_CORNERS = 25
ROOM = 1.25  # half the width of a picture whose corners lie on the unit circle
MOST_COLUMNS = 30


def embedding(
    Z: Array,
    axes: Sequence[str],
    labels: Array,
    *,
    names: Sequence[str] | None = None,
    ellipses: tuple[Array, Array] | None = None,
    picked: int | None = None,
    corners: Array | None = None,
    legend: bool = True,
    height: int = 360,
) -> go.Figure:
    """Rows (n, 2) coloured by `labels`, some with ellipses of one standard deviation, one ringed.

    Parameters
    ----------
    Z : (n, 2) coordinates.
    labels, names : as for `scatter.points`.
    ellipses : positions (m,) of rows, and the covariances (m, 2, 2) of their places.
    picked : position of the row to ring.
    corners : (k, 2) corners of a polygon to name, instead of axes.
    legend : whether to name the colours.

    Examples
    --------
    >>> fig = embedding(np.zeros((3, 2)), ("a", "b"), np.zeros(3, int), picked=1)
    >>> fig.data[-1].name
    'row 2'
    """
    fig = scatter.points(Z, axes, labels=labels, names=names, height=height)
    traces: list[theme.Trace] = []
    if ellipses is not None and len(ellipses[0]):
        traces.append(_outlines(Z, *ellipses))
    if corners is not None:
        traces.append(_named(corners))
    if picked is not None:
        traces.append(_ring(Z[picked], picked, axes))
    layout = fig.layout.to_plotly_json() | {"showlegend": legend}
    if corners is not None:
        bare = {"visible": False, "range": [-ROOM, ROOM]}
        layout |= {"xaxis": bare, "yaxis": bare | {"scaleanchor": "x"}}
    return go.Figure({"data": [*fig.data, *traces], "layout": layout}, _validate=False)


def polygon(k: int) -> Array:
    """Corners (k, 2) of a regular polygon, the first at the top.

    Examples
    --------
    >>> polygon(4).round(6).tolist()[0]
    [0.0, 1.0]
    """
    angle = np.pi / 2 - 2 * np.pi * np.arange(k) / k
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def rebuilt(row: Array, versions: Mapping[str, Array], names: Sequence[str]) -> go.Figure:
    """One row (d,) and what each method makes of it from its coordinates, column by column.

    Parameters
    ----------
    row, versions : in comparable units, such as standard deviations from the mean. Of more than
        thirty columns those in which the row is strangest are shown.

    Examples
    --------
    >>> rebuilt(np.array([1.0, -2.0]), {"PCA": np.array([0.5, -1.5])}, ["a", "b"]).data[1].name
    'PCA'
    """
    order = np.sort(np.argsort(-np.abs(row), kind="stable")[:MOST_COLUMNS])
    words = [theme.plain(names[f]) for f in order]
    traces = [_dots(row[order], words, "the row", theme.INK, "line-ns-open", 16)]
    for j, (name, version) in enumerate(versions.items()):
        traces.append(_dots(version[order], words, name, theme.colour(j), theme.symbol(j), 9))
    up = theme.axis("", type="category", autorange="reversed")
    across = theme.axis("standard deviations")
    room = 44 if len(order) < 8 else 26  # few columns stand further apart
    return theme.figure(traces, 110 + room * len(order), xaxis=across, yaxis=up)


def explained(shares: Mapping[str, Array], height: int = 260) -> go.Figure:
    """Stacked bars: the share of all variance that each coordinate of each method explains.

    Examples
    --------
    >>> explained({"PCA": np.array([0.7, 0.2])}).data[1].x.tolist()
    [0.2]
    """
    most = max(len(share) for share in shares.values())
    traces = []
    for c in range(most):
        values = np.array([share[c] if c < len(share) else 0.0 for share in shares.values()])
        hover = f"%{{y}}, coordinate {c + 1}: %{{x:.1%}}<extra></extra>"
        traces.append(
            theme.trace(
                "bar", x=values, y=list(shares), orientation="h", name=f"coordinate {c + 1}",
                marker={"color": theme.colour(c)}, hovertemplate=hover,
            )
        )  # fmt: skip
    across = theme.axis("share of the columns' variance", tickformat=".0%", range=[0, 1.02])
    up = theme.axis("", type="category", autorange="reversed")
    fig = theme.figure(traces, height, xaxis=across, yaxis=up, barmode="stack")
    fig.layout.legend.traceorder = "normal"
    return fig


def _outlines(Z: Array, rows: Array, covariances: Array) -> theme.Trace:
    line = scatter.ellipse(Z[rows], covariances, 1.0, ELLIPSE_CORNERS)
    line = np.pad(line, ((0, 0), (0, 1), (0, 0)), constant_values=np.nan).reshape(-1, 2)
    return theme.trace(
        "scatter", x=theme.single(line[:, 0]), y=theme.single(line[:, 1]), mode="lines",
        line={"color": theme.INK, "width": 1}, opacity=0.55, hoverinfo="skip",
        name="one standard deviation", showlegend=False,
    )  # fmt: skip


def _named(corners: Array) -> theme.Trace:
    k = len(corners)
    places = ["top center" if y >= 0 else "bottom center" for y in corners[:, 1].round(6)]
    return theme.trace(
        "scatter", x=theme.single(corners[:, 0]), y=theme.single(corners[:, 1]), mode="markers+text",
        text=[str(j + 1) for j in range(k)], textposition=places, showlegend=False,
        marker={"size": 10, "symbol": "circle-open", "color": theme.INK},
        hovertemplate="here a row surely belongs to component %{text}<extra></extra>",
    )  # fmt: skip


def _ring(place: Array, row: int, axes: Sequence[str]) -> theme.Trace:
    x, y = (theme.plain(axis) for axis in axes)
    marker = {"size": 16, "symbol": "circle-open", "color": theme.INK, "line": {"width": 2.5}}
    return theme.trace(
        "scatter", x=[float(place[0])], y=[float(place[1])], mode="markers", marker=marker,
        name=f"row {row + 1}", showlegend=False,
        hovertemplate=f"row {row + 1}<br>{x} %{{x:.4~g}}<br>{y} %{{y:.4~g}}<extra></extra>",
    )  # fmt: skip


def _dots(values: Array, words: Sequence[str], name: str, shade: str, symbol: str, size: int) -> theme.Trace:
    marker = {"color": shade, "symbol": symbol, "size": size, "line": {"width": 2}}
    return theme.trace(
        "scatter", x=theme.single(values), y=list(words), mode="markers", name=name, marker=marker,
        hovertemplate=f"%{{y}}, {name}: %{{x:.2f}}<extra></extra>",
    )  # fmt: skip
