"""How much of each frame moves, and how well the masks meet the truth."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.types import Array


def activity(seconds: Array, found: Array, truth: Array | None = None, height: int = 260) -> go.Figure:
    """Share of the frame that moves, over time.

    Parameters
    ----------
    seconds : (n,) time of each frame.
    found : (n,) share of pixels marked as foreground.
    truth : (n,) share that really moves, where it is known.

    Examples
    --------
    >>> import numpy as np
    >>> [line.name for line in activity(np.arange(3.0), np.array([0.0, 0.1, 0.2])).data]
    ['found']
    """
    lines = [_line(seconds, found, "found", 0, "solid")]
    if truth is not None:
        lines.append(_line(seconds, truth, "true", 1, "dot"))
    return theme.figure(lines, height, "time (s)", "moving pixels (%)")


def _line(seconds: Array, share: Array, name: str, j: int, dash: str) -> theme.Trace:
    return theme.trace(
        "scatter", x=np.asarray(seconds, np.float32), y=np.asarray(100 * share, np.float32), mode="lines",
        name=name, line={"color": theme.colour(j), "width": 2, "dash": dash},
        hovertemplate=f"%{{x:.2f}} s: %{{y:.2f}}% {name}<extra></extra>",
    )  # fmt: skip
