"""A table and rows made like it: side by side, column by column, pair by pair, and how near they lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.figures.thinning import some
from gmm_engine.types import Array

MOST_DOTS = 2000
MOST_PANELS = 9
IN_A_ROW = 3
PANEL = 190
REAL, MADE = "table", "made"


def side_by_side(real: Array, made: Array, axes: Sequence[str]) -> go.Figure:
    """Two scatters with the same axes: the table's rows left, made ones right.

    Parameters
    ----------
    real, made : (n, 2) and (m, 2) rows, of which 2,000 each are drawn.
    axes : the two columns' names.

    Examples
    --------
    >>> [trace.name for trace in side_by_side(np.eye(2), np.eye(2), ("a", "b")).data]
    ['table', 'made']
    """
    both = np.concatenate([real, made])
    both = both[np.isfinite(both).all(axis=1)]
    low, high = both.min(axis=0), both.max(axis=0)
    gap = 0.05 * np.maximum(high - low, 1e-12)
    ranges = np.stack([low - gap, high + gap], axis=1).tolist()
    traces = [_dots(real, axes, REAL, ""), _dots(made, axes, MADE, "2")]
    look: dict[str, Any] = {
        "xaxis": theme.axis(axes[0], domain=[0, 0.49], range=ranges[0], showgrid=False),
        "yaxis": theme.axis(axes[1], range=ranges[1]),
        "xaxis2": theme.axis(axes[0], domain=[0.51, 1], range=ranges[0], anchor="y2", showgrid=False),
        "yaxis2": theme.axis(range=ranges[1], anchor="x2", showticklabels=False),
    }
    return theme.figure(traces, 420, hovermode="closest", **look)


def side_by_side_alt(real: Array, made: Array, axes: Sequence[str]) -> str:
    """How alike means and spreads are, in a sentence; arguments as for `side_by_side`.

    Examples
    --------
    >>> side_by_side_alt(np.eye(2), np.eye(2), ("a", "b"))
    '2 rows of the table beside 2 made ones: a 0.5 ± 0.5 and 0.5 ± 0.5, b 0.5 ± 0.5 and 0.5 ± 0.5.'
    """
    parts = [f"{axis} {_spread(real[:, f])} and {_spread(made[:, f])}" for f, axis in enumerate(axes)]
    return (
        f"{words.counted(len(real), 'row')} of the table beside {len(made):,} made ones: {', '.join(parts)}."
    )


def _spread(x: Array) -> str:
    return f"{words.amount(float(np.nanmean(x)))} ± {words.amount(float(np.nanstd(x)))}"


def columns(values: Sequence[tuple[str, Array, Array]]) -> go.Figure:
    """Each column's distribution in the table and in the made rows: histograms, or shares of categories.

    Parameters
    ----------
    values : name, the table's values and the made ones, up to nine of which are shown; numbers
        or text.

    Examples
    --------
    >>> len(columns([("x", np.arange(9.0), np.arange(9.0))]).data)
    2
    """
    traces: list[theme.Trace] = []
    layout: dict[str, Any] = {}
    shown = list(values)[:MOST_PANELS]
    n_rows = -(-len(shown) // IN_A_ROW)
    for number, (name, real, made) in enumerate(shown):
        cell = "" if number == 0 else str(number + 1)
        layout |= _panel(number, n_rows, len(shown), cell, name)
        bars = _histograms if real.dtype.kind in "iuf" else _shares
        traces += bars(name, real, made, cell, number == 0)
    return theme.figure(traces, n_rows * PANEL + 70, barmode="overlay", hovermode="closest", **layout)


def columns_alt(values: Sequence[tuple[str, Array, Array]]) -> str:
    """Means of the shown columns in the table and in the made rows, in a sentence; `values` as above.

    Examples
    --------
    >>> columns_alt([("x", np.arange(3.0), np.arange(5.0)), ("kind", np.array(["a", "a"]), np.array(["b"]))])
    'In the table and in the made rows: x 1 ± 0.8165 and 2 ± 1.414; kind mostly a and b.'
    """
    parts = []
    for name, *both in list(values)[:MOST_PANELS]:
        number = both[0].dtype.kind in "iuf"
        told = [_spread(one) if number else _most(one) for one in both]
        parts.append(f"{name} {'' if number else 'mostly '}{words.listed(told)}")
    return f"In the table and in the made rows: {'; '.join(parts)}."


def _most(x: Array) -> str:
    found, counts = np.unique(x.astype(str), return_counts=True)
    return str(found[counts.argmax()]) if len(found) else "nothing"


def correlations(names: Sequence[str], real: Array, made: Array) -> go.Figure:
    """Rank correlations of the table (below the diagonal) and of the made rows (above it).

    Parameters
    ----------
    names : the d columns.
    real, made : (d, d).

    Examples
    --------
    >>> correlations(["a", "b"], np.eye(2), np.full((2, 2), 0.5)).data[0].z[0][1]
    np.float32(0.5)
    """
    d = len(names)
    below = np.tril(np.ones((d, d), bool), -1)
    shown = np.where(below, real, made)
    np.fill_diagonal(shown, np.nan)
    words = np.where(below, "table", "made rows")
    plain = [theme.plain(name) for name in names]
    trace = theme.trace(
        "heatmap", x=plain, y=plain, z=theme.single(shown), zmin=-1, zmax=1, colorscale=theme.DIVERGING,
        text=words, hovertemplate="%{y} and %{x}, %{text}: %{z:.2f}<extra></extra>", hoverongaps=False,
        xgap=2, ygap=2,
        texttemplate="%{z:.2f}" if d <= 8 else None, colorbar={"thickness": 10, "len": 0.9},
    )  # fmt: skip
    axes: dict[str, Any] = {
        "xaxis": theme.axis(showgrid=False),
        "yaxis": theme.axis(showgrid=False, autorange="reversed", scaleanchor=None),
    }
    return theme.figure([trace], max(260, 60 * min(d, 9) + 120), **axes)


def correlations_alt(names: Sequence[str], real: Array, made: Array) -> str:
    """Where the correlations differ most, in a sentence; arguments as for `correlations`.

    Examples
    --------
    >>> correlations_alt(["a", "b"], np.eye(2), np.array([[1.0, 0.5], [0.5, 1.0]]))
    'Rank correlations differ by up to 0.50: a and b have 0.00 in the table, 0.50 in the made rows.'
    """
    f, g = divmod(int(np.abs(real - made).argmax()), len(names))
    both = f"{real[f, g]:.2f} in the table, {made[f, g]:.2f} in the made rows".replace("-", "\N{MINUS SIGN}")
    gap, pair = abs(real[f, g] - made[f, g]), f"{names[f]} and {names[g]}"
    return f"Rank correlations differ by up to {gap:.2f}: {pair} have {both}."


def nearness(made: Array, real: Array) -> go.Figure:
    """How far made rows lie from their nearest real row, beside real rows among themselves.

    Parameters
    ----------
    made, real : (m,) and (n,) distances in standardised columns.

    Examples
    --------
    >>> [trace.name for trace in nearness(np.arange(3.0), np.arange(4.0)).data]
    ['table', 'made']
    """
    top = float(np.quantile(np.concatenate([made, real]), 0.99)) or 1.0
    edges = np.linspace(0, top, 36)
    traces = [
        _bars(values, edges, "distance", label, "", True) for label, values in ((REAL, real), (MADE, made))
    ]
    title = "distance to the nearest row of the table (standard deviations)"
    return theme.figure(traces, 300, title, "share of rows", barmode="overlay", hovermode="closest")


def nearness_alt(closer: float) -> str:
    """The figure in a sentence."""
    return f"{closer:.0%} of the made rows are unusually near to a row of the table; about 5% is usual."


def _dots(rows: Array, axes: Sequence[str], label: str, cell: str) -> theme.Trace:
    kept = rows[np.isfinite(rows).all(axis=1)]
    kept = kept[some(len(kept), MOST_DOTS)]
    x, y = (theme.plain(axis) for axis in axes)
    return theme.trace(
        "scatter", x=theme.single(kept[:, 0]), y=theme.single(kept[:, 1]), mode="markers", name=label,
        marker={"size": 5, "color": theme.faint(_shade(label), 0.6), "symbol": theme.symbol(label == MADE)},
        xaxis=f"x{cell}", yaxis=f"y{cell}",
        hovertemplate=f"{x} %{{x:.4~g}}<br>{y} %{{y:.4~g}}<extra>{label}</extra>",
    )  # fmt: skip


def _shade(label: str) -> str:
    return theme.colour(0 if label == REAL else 1)


def _panel(number: int, n_rows: int, count: int, cell: str, name: str) -> dict[str, Any]:
    row, column = divmod(number, IN_A_ROW)
    width, height = 1 / min(IN_A_ROW, count), 1 / n_rows
    left, top = column * width, 1 - row * height
    return {
        f"xaxis{cell}": theme.narrow_axis(
            name, domain=[left + 0.01, left + width - 0.02], anchor=f"y{cell}", showgrid=False, nticks=5
        ),
        f"yaxis{cell}": theme.axis(
            domain=[top - (0.66 if n_rows > 1 else 1) * height, top], anchor=f"x{cell}", showticklabels=False
        ),
    }


def _histograms(name: str, real: Array, made: Array, cell: str, first: bool) -> list[theme.Trace]:
    kept = real[np.isfinite(real)], made[np.isfinite(made)]
    edges = np.histogram_bin_edges(np.concatenate(kept), bins=28)
    return [
        _bars(values, edges, name, label, cell, first)
        for label, values in zip((REAL, MADE), kept, strict=True)
    ]


def _bars(values: Array, edges: Array, name: str, label: str, cell: str, first: bool) -> theme.Trace:
    counts = np.histogram(values, edges)[0] / max(len(values), 1)
    return theme.trace(
        "bar", x=theme.single((edges[1:] + edges[:-1]) / 2), y=theme.single(counts),
        width=theme.single(np.diff(edges)), name=label, showlegend=first, legendgroup=label,
        marker={"color": _shade(label), "opacity": 0.5, "line": {"width": 0}},
        xaxis=f"x{cell}", yaxis=f"y{cell}",
        hovertemplate=f"{theme.plain(name)} about %{{x:.4~g}}: %{{y:.1%}} of the rows<extra>{label}</extra>",
    )  # fmt: skip


def _shares(name: str, real: Array, made: Array, cell: str, first: bool) -> list[theme.Trace]:
    words = sorted({*map(str, real), *map(str, made)})[:12]
    return [
        theme.trace(
            "bar", x=[theme.plain(word) for word in words], name=label, showlegend=first, legendgroup=label,
            y=[float(np.mean(values.astype(str) == word)) for word in words],
            marker={"color": _shade(label), "opacity": 0.5}, xaxis=f"x{cell}", yaxis=f"y{cell}",
            hovertemplate=f"{theme.plain(name)} %{{x}}: %{{y:.1%}} of the rows<extra>{label}</extra>",
        )
        for label, values in ((REAL, real), (MADE, made))
    ]  # fmt: skip
