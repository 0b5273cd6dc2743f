"""True and estimated parameters side by side, components matched."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gmm_engine.figures import theme
from gmm_engine.types import Array

Pair = tuple[int | None, int | None]
ROW_HEIGHT = 30


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
    >>> [title.text for title in true_and_estimated(one, one, [(0, 0)], ["x"]).layout.annotations]
    ['weight', 'mean of x', 'spread of x']
    """
    titles, known, found = _panels(truth, estimate, columns)
    fig = make_subplots(
        rows=1, cols=len(titles), subplot_titles=titles, shared_yaxes=True, horizontal_spacing=0.02
    )
    names = [f"{_called(i, 'true')}, {_called(j, 'fitted')}" for i, j in pairs]
    for column, (real, guess) in enumerate(zip(known, found, strict=True), 1):
        for kind, values, chosen in (
            ("true", real, [i for i, _ in pairs]),
            ("fitted", guess, [j for _, j in pairs]),
        ):
            fig.add_trace(_dots(values, chosen, names, kind, column == 1, titles[column - 1]), 1, column)
    return _dressed(fig, len(pairs))


def alt(k: int) -> str:
    """The figure in a sentence, for those who do not see it."""
    return f"True and fitted weight, means and spreads of {k} components; the table below has the numbers."


def _dressed(fig: go.Figure, k: int) -> go.Figure:
    """The common look on every panel."""
    line = {"zeroline": False, "gridcolor": theme.GRID, "automargin": True}
    fig.update_xaxes(showline=True, linecolor=theme.GRID, showgrid=True, nticks=4, **line)
    fig.update_yaxes(autorange="reversed", showgrid=True, **line)
    legend = {"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"}
    margin = {"l": 8, "r": 8, "t": 28, "b": 8}
    fig.update_layout(template=theme.TEMPLATE, height=ROW_HEIGHT * k + 120, legend=legend, margin=margin)
    return fig.update_annotations(font={"size": 12})


def _panels(
    truth: Sequence[Array], estimate: Sequence[Array], columns: Sequence[str]
) -> tuple[list[str], list[Array], list[Array]]:
    """Titles, and the k values of each panel, true and estimated."""
    shown = range(min(2, len(columns)))
    names = [theme.plain(columns[f]) for f in shown]
    titles = ["weight", *(f"mean of {name}" for name in names), *(f"spread of {name}" for name in names)]
    return titles, _values(truth, shown), _values(estimate, shown)


def _values(mixture: Sequence[Array], shown: range) -> list[Array]:
    weights, means, covariances = mixture
    return [weights, *(means[:, f] for f in shown), *(np.sqrt(covariances[:, f, f]) for f in shown)]


def _dots(
    values: Array, chosen: Sequence[int | None], rows: Sequence[str], kind: str, first: bool, title: str
) -> object:
    kept = [(row, j) for row, j in zip(rows, chosen, strict=True) if j is not None]
    colours = [theme.colour(j if kind == "fitted" else rows.index(row)) for row, j in kept]
    marker: dict[str, object] = {"size": 12 if kind == "true" else 8, "color": colours, "line": {"width": 2}}
    marker["symbol"] = "circle-open" if kind == "true" else "circle"
    return go.Scatter(
        x=[float(values[j]) for _, j in kept], y=[row for row, _ in kept], mode="markers", name=kind,
        marker=marker, showlegend=first, legendgroup=kind,
        hovertemplate=f"{kind} {title} %{{x:.4g}}<extra></extra>",
    )  # fmt: skip


def _called(j: int | None, kind: str) -> str:
    return f"no {kind}" if j is None else f"{kind} {j + 1}"
