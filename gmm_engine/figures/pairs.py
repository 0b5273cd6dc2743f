"""All columns at once: every pair of them, and each row as a line across them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.figures.thinning import some
from gmm_engine.types import Array

MOST_COLUMNS = 5
MOST_DOTS = 1500  # of all cells together
MOST_LINES = 250
CELL = 150
# A trace holds all groups of a cell, so none of them can be taken away by a click.
KEY = theme.LEGEND | {"itemclick": False, "itemdoubleclick": False}
MARGIN = {"l": 76, "r": 8, "t": 36, "b": 72}  # for tick labels and titles of two lines


def matrix(X: Array, names: Sequence[str], labels: Array, called: Sequence[str] | None = None) -> go.Figure:
    """Scatter of every two of up to five columns; colours are the rows' groups.

    Parameters
    ----------
    X : (n, d) rows, of which so many are drawn that all cells together have 1,500 dots.
    names : the d columns' names.
    labels : (n,) group of each row, -1 outside.
    called : names of the groups.

    Examples
    --------
    >>> fig = matrix(np.eye(4)[:, :3], ["a", "b", "c"], np.zeros(4, int))
    >>> len(fig.data)
    3
    """
    columns = list(range(min(len(names), MOST_COLUMNS)))
    pairs = [(f, g) for f in columns[1:] for g in columns[:f]]
    rows = some(len(X), MOST_DOTS // max(1, len(pairs)))
    rows = rows[np.argsort(labels[rows], kind="stable")]
    looks = _looks(labels[rows], called)
    traces: list[theme.Trace] = []
    layout: dict[str, Any] = {"margin": MARGIN, "legend": KEY}
    for number, (f, g) in enumerate(pairs, 1):
        cell = "" if number == 1 else str(number)
        layout |= _axes(cell, f, g, columns[-1], names)
        traces.append(_cell(X[rows], (g, f), cell, names, looks))
    # After the cells: however many groups there are, each cell is drawn into the one before it.
    traces += _keys(np.unique(labels[rows]).tolist(), called)
    size = max(CELL * (len(columns) - 1), 300) + 60
    notes = [theme.note(f"{len(rows):,} of {len(X):,} rows")] if len(rows) < len(X) else []
    return theme.figure(traces, size, annotations=notes, hovermode="closest", **layout)


def matrix_alt(
    names: Sequence[str], labels: Array, telling: tuple[int, int], called: Sequence[str] | None = None
) -> str:
    """How large the groups are, and which of the d columns tell them apart, in a sentence.

    Parameters
    ----------
    names, labels, called : as for `matrix`.
    telling : the two columns that tell the groups apart best.

    Examples
    --------
    >>> matrix_alt(["a", "b", "c"], np.array([0, 0, 1]), (0, 2))
    'Every pair of a, b and c: component 1 with 2 rows, component 2 with 1 row. Apart most in a and c.'
    """
    groups, sizes = np.unique(labels, return_counts=True)
    parts = [
        f"{words.group(j, called)} with {words.counted(size, 'row')}"
        for j, size in zip(groups.tolist(), sizes.tolist(), strict=True)
    ]
    best = words.listed([names[f] for f in dict.fromkeys(telling)])
    return f"Every pair of {words.listed(names[:MOST_COLUMNS])}: {', '.join(parts)}. Apart most in {best}."


def parallel(
    X: Array, names: Sequence[str], labels: Array, means: Array, called: Sequence[str] | None = None
) -> go.Figure:
    """Each row a line across the standardised columns, each group's mean a thick one.

    Parameters
    ----------
    X : (n, d) rows, of which 250 are drawn; a line breaks where a cell is missing.
    names : the d columns' names.
    labels : (n,) group of each row, -1 outside.
    means : (k, d).
    called : names of the groups.

    Examples
    --------
    >>> fig = parallel(np.eye(3), ["a", "b", "c"], np.zeros(3, int), np.zeros((1, 3)))
    >>> [trace.name for trace in fig.data]
    ['component 1', 'mean of component 1']
    """
    centre, spread = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
    spread = np.where(spread > 0, spread, 1)
    rows = some(len(X), MOST_LINES)
    Z, middle = (X[rows] - centre) / spread, (means - centre) / spread
    places = np.arange(len(names), dtype=np.float32)
    traces = [_lines(Z[labels[rows] == j], places, int(j), called) for j in np.unique(labels[rows])]
    for j, mean in enumerate(middle):
        pairs = zip(names, means[j], strict=True)
        hover = [f"{theme.plain(name)} {theme.amount(value)}" for name, value in pairs]
        traces.append(
            theme.trace(
                "scatter", x=places, y=theme.single(mean), mode="lines+markers", text=hover,
                name=f"mean of {_named(j, called)}", line={"color": theme.colour(j), "width": 4},
                marker={"symbol": theme.symbol(j), "size": 10}, showlegend=False, legendgroup=f"group {j}",
                hovertemplate=f"mean of {theme.plain(_named(j, called))}: %{{text}}<extra></extra>",
            )
        )  # fmt: skip
    ticks: dict[str, Any] = {
        "tickvals": places.tolist(),
        "ticktext": [theme.plain(name) for name in names],
        "showgrid": True,
    }
    notes = [theme.note(f"{len(rows):,} of {len(X):,} rows")] if len(rows) < len(X) else []
    return theme.figure(
        traces, 460, y="standard deviations from the mean", xaxis=theme.axis(**ticks), annotations=notes,
        hovermode="closest",
    )  # fmt: skip


def parallel_alt(X: Array, names: Sequence[str], means: Array, called: Sequence[str] | None = None) -> str:
    """Where each group's mean is highest and lowest, in a sentence; arguments as for `parallel`.

    Examples
    --------
    >>> parallel_alt(np.eye(2), ["a", "b"], np.array([[1.0, 0.0]]))
    'Means in standard deviations: component 1 highest in a (+1.0), lowest in b (−1.0).'
    """
    spread = np.nanstd(X, axis=0)
    middle = (means - np.nanmean(X, axis=0)) / np.where(spread > 0, spread, 1)
    parts = []
    for j, mean in enumerate(middle):
        ends = [(names[f], f"{mean[f]:+.1f}") for f in (int(mean.argmax()), int(mean.argmin()))]
        (top, most), (low, least) = ends
        parts.append(f"{words.group(j, called)} highest in {top} ({most}), lowest in {low} ({least})")
    return f"Means in standard deviations: {'; '.join(parts)}.".replace("(-", "(\N{MINUS SIGN}")


def _axes(cell: str, f: int, g: int, last: int, names: Sequence[str]) -> dict[str, Any]:
    """Axes of the plot in row f - 1 and column g; names stand at the left and the bottom only."""
    step, gap = 1 / last, 0.012
    across, up = g * step, 1 - f * step
    tick = {"nticks": 4, "showgrid": False, "automargin": False}
    return {
        f"xaxis{cell}": theme.narrow_axis(
            names[g] if f == last else "", domain=[across + gap, across + step - gap], anchor=f"y{cell}",
            showticklabels=f == last, **tick,
        ),
        f"yaxis{cell}": theme.narrow_axis(
            names[f] if g == 0 else "", domain=[up + gap, up + step - gap], anchor=f"x{cell}",
            showticklabels=g == 0, **tick,
        ),
    }  # fmt: skip


def _looks(labels: Array, called: Sequence[str] | None) -> dict[str, Any]:
    """Colour, shape and name of every dot: the same in all cells.

    One trace for each cell and group would be drawn half as fast.
    """
    groups, place = np.unique(labels, return_inverse=True)
    shades, shapes, said = zip(*(_look(j, called) for j in groups.tolist()), strict=True)
    marker: dict[str, Any] = {"size": 4, "color": shades[0], "symbol": shapes[0]}
    if len(groups) > 1:
        # Numbers on a scale with a colour at each of them: a tenth of the colours' own length.
        last = len(groups) - 1
        scale = [[j / last, shade] for j, shade in enumerate(shades)]
        marker |= {"color": place.astype(np.int16), "colorscale": scale, "cmin": 0, "cmax": last}
        marker["symbol"] = np.array(shapes)[place]
    return {"marker": marker, "text": np.array(said)[place]}


def _look(j: int, called: Sequence[str] | None) -> tuple[str, str, str]:
    """Colour, shape and name of one group."""
    return theme.faint(theme.colour(j), 0.7), theme.symbol(j), _named(j, called)


def _keys(groups: Sequence[int], called: Sequence[str] | None) -> list[theme.Trace]:
    """What the legend names: a trace without dots for each of several groups."""
    if len(groups) < 2:
        return []
    return [
        theme.trace(
            "scatter", x=[None], y=[None], mode="markers", name=said, hoverinfo="skip",
            marker={"size": 4, "color": shade, "symbol": shape},
        )
        for shade, shape, said in (_look(j, called) for j in groups)
    ]  # fmt: skip


def _cell(
    X: Array, pair: tuple[int, int], cell: str, names: Sequence[str], looks: dict[str, Any]
) -> theme.Trace:
    x, y = (theme.plain(names[f]) for f in pair)
    return theme.trace(
        "scatter", x=theme.single(X[:, pair[0]]), y=theme.single(X[:, pair[1]]), mode="markers",
        xaxis=f"x{cell}", yaxis=f"y{cell}", showlegend=False, **looks,
        hovertemplate=f"{x} %{{x:.4~g}}<br>{y} %{{y:.4~g}}<extra>%{{text}}</extra>",
    )  # fmt: skip


def _lines(Z: Array, places: Array, j: int, called: Sequence[str] | None) -> theme.Trace:
    """All lines of one group as one trace with gaps between them."""
    gap = np.full((len(Z), 1), np.nan)
    x = np.hstack([np.tile(places, (len(Z), 1)), gap]).ravel()
    return theme.trace(
        "scatter", x=theme.single(x), y=theme.single(np.hstack([Z, gap]).ravel()), mode="lines",
        name=_named(j, called), line={"color": theme.faint(theme.colour(j), 0.3), "width": 1},
        hoverinfo="skip", legendgroup=f"group {j}",
    )  # fmt: skip


def _named(j: int, called: Sequence[str] | None) -> str:
    return theme.name(j) if called is None or j < 0 else theme.plain(called[j])
