"""The log-likelihood, iteration by iteration."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.types import Array


def climb(bounds: Array, height: int = 320) -> go.Figure:
    """Mean log-likelihood per row (nats) at the start and after every iteration, (T + 1,).

    Examples
    --------
    >>> climb(np.array([-5.0, -4.0, -3.9])).data[0].name
    'log-likelihood'
    """
    hover = "iteration %{x}: %{y:.4f} nats per row<extra></extra>"
    line = theme.trace(
        "scatter", x=np.arange(len(bounds)), y=bounds, mode="lines+markers", name="log-likelihood",
        line={"color": theme.colour(0), "width": 2}, marker={"size": 5}, hovertemplate=hover,
    )  # fmt: skip
    return theme.figure([line], height, "iteration", "log-likelihood per row (nats)")
