"""Components merged into clusters: the tree, and how certainty grows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.types import Array


def tree(pairs: Array, suggested: int, height: int = 320) -> go.Figure:
    """Which components join, step by step; the dashed line leaves the suggested clusters below it.

    Parameters
    ----------
    pairs : (k - 1, 2) clusters (kept, absorbed), each named by its first component, in order.
    suggested : number of clusters after which merging gains little.

    Examples
    --------
    >>> len(tree(np.array([[0, 2], [0, 1]]), 2).data)
    3
    """
    k = len(pairs) + 1
    order = _order(pairs)
    place: dict[int, float] = {component: float(x) for x, component in enumerate(order)}
    level = dict.fromkeys(order, 0.0)
    traces = []
    for step, (kept, absorbed) in enumerate(pairs.tolist(), 1):
        left, right = place[kept], place[absorbed]
        x = [left, left, right, right]
        y = [level[kept], float(step), float(step), level[absorbed]]
        traces.append(_bracket(x, y, k - step))
        place[kept], level[kept] = (left + right) / 2, float(step)
    marker = {"color": [theme.colour(j) for j in order], "symbol": [theme.symbol(j) for j in order]}
    ends = theme.trace(
        "scatter", x=list(range(k)), y=[0.0] * k, mode="markers", hoverinfo="text",
        text=[theme.name(j) for j in order], marker={"size": 13, **marker},
    )  # fmt: skip
    labels = {"tickmode": "array", "tickvals": list(range(k))}
    return theme.figure(
        [*traces, ends],
        height,
        xaxis=theme.axis("component", showgrid=False, ticktext=[str(j + 1) for j in order], **labels),
        yaxis=theme.axis(
            "clusters left", range=[-0.35, k - 0.6], ticktext=[str(k - s) for s in range(k)], **labels
        ),
        showlegend=False,
        shapes=[_cut(k - suggested + 0.5)],
    )


def entropies(values: Array, suggested: int, height: int = 320) -> go.Figure:
    """Entropy of the memberships against the number of clusters, the suggested number ringed.

    Parameters
    ----------
    values : (k,) entropies in nats, of 1 cluster, 2 clusters, ... k.
    suggested : where the curve bends.

    Examples
    --------
    >>> entropies(np.array([0.0, 0.1, 20.0]), 2).data[0].name
    'entropy'
    """
    counts = np.arange(1, len(values) + 1)
    told = [words.counted(count, "cluster") for count in counts.tolist()]
    hover = "%{text}: entropy %{y:.3~g} nats<extra></extra>"
    line = theme.trace(
        "scatter", x=counts, y=_certain(values), mode="lines+markers", name="entropy", text=told,
        marker={"size": 8}, line={"color": theme.colour(0), "width": 2}, hovertemplate=hover,
        showlegend=False,
    )  # fmt: skip
    ring = theme.trace(
        "scatter", x=[suggested], y=[float(values[suggested - 1])], mode="markers", hoverinfo="skip",
        marker={"size": 19, "symbol": "circle-open", "color": theme.INK, "line": {"width": 2.5}},
        showlegend=False,
    )  # fmt: skip
    across = theme.axis("clusters", showgrid=False, dtick=1)
    return theme.figure([line, ring], height, xaxis=across, yaxis=theme.axis("entropy of memberships (nats)"))


def tree_alt(pairs: Array, suggested: int) -> str:
    """The tree in a sentence, for those who do not see it; arguments as for `tree`.

    Examples
    --------
    >>> tree_alt(np.array([[0, 2], [0, 1]]), 2)
    'Components merge: 3 into 1, then 2 into 1. The line leaves 2 clusters.'
    """
    steps: Sequence[list[int]] = (pairs + 1).tolist()
    joined = ", then ".join(f"{absorbed} into {kept}" for kept, absorbed in steps)
    return f"Components merge: {joined}. The line leaves {words.counted(suggested, 'cluster')}."


def entropies_alt(values: Array, suggested: int) -> str:
    """The curve in a sentence; arguments as for `entropies`.

    Examples
    --------
    >>> entropies_alt(np.array([0.0, 0.1, 20.0]), 2)
    'Entropy of the memberships, 1 to 3 clusters: 0, 0.1, 20 nats. It bends at 2 clusters.'
    """
    told = ", ".join(f"{value:.3g}" for value in _certain(values))
    bend = words.counted(suggested, "cluster")
    return f"Entropy of the memberships, 1 to {len(values)} clusters: {told} nats. It bends at {bend}."


def _certain(values: Array) -> Array:
    """Entropies of sure memberships are zero, not what rounding leaves of it."""
    return np.where(np.abs(values) < 1e-9, 0.0, values)


def _order(pairs: Array) -> list[int]:
    """Components so that brackets do not cross."""
    members = {j: [j] for j in range(len(pairs) + 1)}
    for kept, absorbed in pairs.tolist():
        members[kept] += members.pop(absorbed)
    return next(iter(members.values()))


def _bracket(x: list[float], y: list[float], left: int) -> theme.Trace:
    words = f"{left} cluster{'s' if left > 1 else ''} left"
    line = {"color": theme.MUTED, "width": 2}
    return theme.trace("scatter", x=x, y=y, mode="lines", line=line, hoverinfo="text", text=words)


def _cut(height: float) -> dict[str, object]:
    line = {"color": theme.INK, "width": 1.5, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": height, "y1": height, "line": line}
