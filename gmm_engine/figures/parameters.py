"""True and estimated parameters side by side, components matched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.types import Array

Pair = tuple[int | None, int | None]
ROW_HEIGHT = 26
AXIS_HEIGHT = 80
IN_A_ROW = 3


def true_and_estimated(
    truth: Sequence[Array], estimate: Sequence[Array], pairs: Sequence[Pair], columns: Sequence[str]
) -> go.Figure:
    """One small panel for the weights and each column's means and spreads; open marker: true.

    Parameters
    ----------
    truth, estimate : weights (k,), means (k, d) and covariances (k, d, d) of each.
    pairs : matched components, from `gmm_engine.match_components`.
    columns : names of the d columns, the first two of which are shown.

    Examples
    --------
    >>> one = (np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    >>> true_and_estimated(one, one, [(0, 0)], ["x"]).layout.xaxis2.title.text
    'mean of x'
    """
    titles, known, found = _panels(truth, estimate, columns)
    names = [_called(i, j) for i, j in pairs]
    traces = []
    for panel, (real, guess) in enumerate(zip(known, found, strict=True), 1):
        for kind, values, side in (("true", real, 0), ("fitted", guess, 1)):
            chosen = [pair[side] for pair in pairs]
            traces.append(_dots(values, chosen, names, kind, panel, titles[panel - 1]))
    n_rows = -(-len(titles) // IN_A_ROW)
    sides = {"l": 12 + theme.LETTER * max(map(len, names), default=0), "r": 8, "t": 36, "b": 52}
    height = n_rows * ROW_HEIGHT * len(pairs) + (n_rows - 1) * AXIS_HEIGHT + 88  # upper and lower margin
    return theme.figure(traces, height, margin=sides, **_axes(titles, names))


def alt(
    truth: Sequence[Array], estimate: Sequence[Array], pairs: Sequence[Pair], columns: Sequence[str]
) -> str:
    """How far the fit is from the truth in every panel, in a sentence; arguments as for the figure.

    Examples
    --------
    >>> one = (np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    >>> alt(one, one, [(0, 0)], ["x"])
    'True against fitted, largest differences: weight 0, mean of x 0, spread of x 0.'
    """
    titles, known, found = _panels(truth, estimate, columns)
    both = [(i, j) for i, j in pairs if i is not None and j is not None]
    gaps = [max(abs(real[i] - guess[j]) for i, j in both) for real, guess in zip(known, found, strict=True)]
    told = ", ".join(f"{title} {theme.amount(gap)}" for title, gap in zip(titles, gaps, strict=True))
    lost = [_called(i, j) for i, j in pairs if i is None or j is None]
    return f"True against fitted, largest differences: {told}.{f' {words.listed(lost)}.' if lost else ''}"


def _axes(titles: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """Panels in rows of three, so that they fit a phone; every row names the pairs once."""
    n_rows = -(-len(titles) // IN_A_ROW)
    width = 1 / min(IN_A_ROW, len(titles))
    dots = ROW_HEIGHT * len(names)
    tall = dots / (n_rows * dots + (n_rows - 1) * AXIS_HEIGHT)  # the margin below has the last axis
    step = tall * (dots + AXIS_HEIGHT) / dots
    layout: dict[str, Any] = {}
    for panel, title in enumerate(titles):
        row, column = divmod(panel, IN_A_ROW)
        left, top = column * width, 1 - row * step
        number = "" if panel == 0 else str(panel + 1)
        layout[f"xaxis{number}"] = theme.axis(
            title,
            domain=[left, left + 0.94 * width],
            anchor=f"y{number}",
            nticks=3,
            showgrid=True,
            automargin=False,
        )
        layout[f"yaxis{number}"] = theme.axis(
            domain=[max(top - tall, 0.0), top],
            anchor=f"x{number}",
            categoryorder="array",
            categoryarray=list(reversed(names)),
            showline=False,
            showticklabels=column == 0,
            automargin=False,
        )
    return layout


def _panels(
    truth: Sequence[Array], estimate: Sequence[Array], columns: Sequence[str]
) -> tuple[list[str], list[Array], list[Array]]:
    """Titles, and the k values of each panel, true and estimated."""
    shown = range(min(2, len(columns)))
    names = [theme.plain(columns[f]) for f in shown]
    titles = ["weight", *(f"{what} of {name}" for name in names for what in ("mean", "spread"))]
    return titles, _values(truth, shown), _values(estimate, shown)


def _values(mixture: Sequence[Array], shown: range) -> list[Array]:
    weights, means, covariances = mixture
    pairs = [(means[:, f], np.sqrt(covariances[:, f, f])) for f in shown]
    return [weights, *(values for pair in pairs for values in pair)]


def _dots(
    values: Array, chosen: Sequence[int | None], names: Sequence[str], kind: str, panel: int, title: str
) -> theme.Trace:
    """The true or the fitted values of one panel; both have the colour of the pair."""
    kept = [(i, j) for i, j in enumerate(chosen) if j is not None]
    marker = {
        "size": 13 if kind == "true" else 8,
        "color": [theme.colour(i) for i, _ in kept],
        "symbol": "circle-open" if kind == "true" else "circle",
        "line": {"width": 2 if kind == "true" else 0},
    }
    return theme.trace(
        "scatter",
        x=[float(values[j]) for _, j in kept],
        y=[names[i] for i, _ in kept],
        mode="markers",
        name=kind,
        marker=marker,
        xaxis="x" if panel == 1 else f"x{panel}",
        yaxis="y" if panel == 1 else f"y{panel}",
        showlegend=panel == 1,
        legendgroup=kind,
        hovertemplate=f"%{{y}}: {kind} {title} %{{x:.4~g}}<extra></extra>",
    )


def _called(i: int | None, j: int | None) -> str:
    if i is None:
        return f"extra {(j or 0) + 1}"
    return theme.name(i) if j is not None else f"{theme.name(i)}, not found"
