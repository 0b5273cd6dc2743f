"""A Dirichlet process: how many components it uses, and how it breaks its stick."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.figures.words import MOST_NAMED
from gmm_engine.types import Array


def used(chances: Array, bic: int | None = None, height: int = 300) -> go.Figure:
    """Posterior probability of every number of used components, with BIC's choice marked.

    Parameters
    ----------
    chances : (k + 1,) probability that 0, 1, ..., k components hold a row.
    bic : number of components that BIC chooses on the same rows.

    Examples
    --------
    >>> used(np.array([0.0, 0.2, 0.8]), bic=2).data[0].name
    'Dirichlet process'
    """
    counts = np.arange(1, len(chances))
    hover = "%{x} components: %{y:.1%} of the draws<extra></extra>"
    bars = theme.trace(
        "bar", x=counts, y=theme.single(chances[1:]), name="Dirichlet process", hovertemplate=hover,
        marker={"color": theme.colour(0)}, width=0.72,
    )  # fmt: skip
    traces = [bars]
    if bic is not None:
        mark = {"symbol": "triangle-down", "size": 14, "color": theme.colour(1)}
        place = float(chances[bic]) if bic < len(chances) else 0.0
        traces.append(
            theme.trace(
                "scatter", x=[bic], y=[place + 0.05], mode="markers", name="BIC's choice", marker=mark,
                hovertemplate=f"BIC chooses {bic}<extra></extra>",
            )
        )  # fmt: skip
    last = int(np.flatnonzero(chances > 0.0005).max(initial=1))
    across = theme.axis("used components", showgrid=False, dtick=1, range=[0.4, max(last, bic or 1) + 1.6])
    up = theme.axis("posterior probability", range=[0, 1.12], tickformat=".0%")
    return theme.figure(traces, height, xaxis=across, yaxis=up, showlegend=bic is not None)


def used_alt(chances: Array, bic: int | None = None) -> str:
    """The figure in a sentence.

    Examples
    --------
    >>> used_alt(np.array([0.0, 0.2, 0.8]), bic=1)
    'Most probable are 2 used components, with 80%; BIC chooses 1.'
    """
    best = int(np.argmax(chances))
    other = "" if bic is None else f"; BIC chooses {bic}"
    return f"Most probable are {best} used components, with {chances[best]:.0%}{other}."


def sticks(fractions: Array, height: int | None = None) -> go.Figure:
    """A stick of length one, broken piece by piece: each row takes a fraction of what is left.

    Parameters
    ----------
    fractions : (3, k) low, mean and high of the fraction that each component breaks off.

    Examples
    --------
    >>> fig = sticks(np.array([[0.4, 0.3], [0.5, 0.5], [0.6, 0.7]]))
    >>> fig.data[1].x.tolist()
    [0.5, 0.25]
    """
    low, mean, high = fractions
    left = np.concatenate([[1.0], np.cumprod(1 - mean)[:-1]])
    gone, piece, k = 1 - left, left * mean, len(mean)
    rows = list(range(1, k + 1))
    text = [
        f"component {j}: {m:.1%} (90%: {a:.1%} to {b:.1%}) of what is left, {p:.2%} of the stick"
        for j, a, m, b, p in zip(rows, low, mean, high, piece, strict=True)
    ]
    bar = {"orientation": "h", "y": rows, "width": 0.7}
    rest = theme.trace(
        "bar", x=theme.single(left), base=theme.single(gone), name="left", **bar, hoverinfo="skip",
        marker={"color": theme.GRID},
    )  # fmt: skip
    broken = theme.trace(
        "bar", x=theme.single(piece), base=theme.single(gone), name="broken off", **bar, text=text,
        textposition="none", hovertemplate="%{text}<extra></extra>",
        marker={"color": [theme.colour(j) for j in range(k)]},
        error_x={
            "type": "data", "symmetric": False, "array": theme.single(left * (high - mean)),
            "arrayminus": theme.single(left * (mean - low)), "color": theme.INK, "thickness": 1.5, "width": 3,
        },
    )  # fmt: skip
    across = theme.axis("position on the stick", range=[0, 1.001], tickformat=".0%")
    up = theme.axis("component", autorange="reversed", dtick=1, showgrid=False)
    return theme.figure(
        [rest, broken], height or 90 + 24 * k, xaxis=across, yaxis=up, barmode="overlay", showlegend=False
    )


def sticks_alt(fractions: Array) -> str:
    """The figure in a sentence.

    Examples
    --------
    >>> sticks_alt(np.array([[0.4, 0.3], [0.5, 0.5], [0.6, 0.7]]))
    'A stick broken into 2 pieces: component 1 takes 50%, component 2 25%; 25.0% is left to further ones.'
    """
    mean = fractions[1]
    pieces = mean * np.concatenate([[1.0], np.cumprod(1 - mean)[:-1]])
    large = [j for j in np.argsort(-pieces, kind="stable")[:MOST_NAMED].tolist() if pieces[j] >= 0.005]
    told = ", ".join(
        f"component {j + 1}{' takes' if i == 0 else ''} {pieces[j]:.0%}" for i, j in enumerate(large)
    )
    rest = f"{float(np.prod(1 - mean)):.1%} is left to further ones"
    return f"A stick broken into {len(mean)} pieces: {told}; {rest}."
