"""Figures of small pictures: side by side, and how probable each reading is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.types import Array

ACROSS, GAP, ROOM = 10, 1, 4  # pictures in a line, pixels between them, pixels for the words
CELL = 62  # pixels of height for one picture and its words


def readings(labels: Sequence[object], proba: Array) -> go.Figure:
    """Probability of each class, (c,), as bars; the most probable one stands out.

    Examples
    --------
    >>> readings([0, 1], np.array([0.9, 0.1])).data[0].x.tolist()
    [0.9, 0.1]
    """
    names = [theme.plain(label) for label in labels]
    best = int(np.argmax(proba))
    shades = [theme.colour(0) if j == best else theme.OUTSIDE for j in range(len(names))]
    bar = theme.trace(
        "bar", x=proba, y=names, orientation="h", marker={"color": shades}, textposition="outside",
        text=[f"{share:.1%}" for share in proba], cliponaxis=False,
        hovertemplate="%{y}: %{x:.1%}<extra></extra>",
    )  # fmt: skip
    across = theme.axis("probability", range=[0, 1.15], tickformat=".0%", tickvals=[0, 0.5, 1])
    up = theme.axis("", type="category", autorange="reversed")
    return theme.figure([bar], 60 + 26 * len(names), xaxis=across, yaxis=up)


def pictures(rows: Array, words: Sequence[str], across: int = ACROSS) -> go.Figure:
    """Pictures (n, h, w) side by side with a few words under each, in one scale.

    Examples
    --------
    >>> pictures(np.zeros((2, 8, 8)), ["3", "5"]).data[0].z.shape
    (12, 18)
    """
    n, h, w = rows.shape
    across = min(across, n)
    down = -(-n // across)
    tall, wide = h + ROOM, w + GAP
    sheet = np.full((down * tall, across * wide), np.nan, np.float32)
    notes = []
    for i, (row, text) in enumerate(zip(rows, words, strict=True)):
        top, left = i // across * tall, i % across * wide
        sheet[top : top + h, left : left + w] = row
        place = {"xref": "x", "yref": "y", "x": left + (w - 1) / 2, "y": top + h - 0.4}
        notes.append(theme.note(theme.plain(text), xanchor="center", yanchor="top", **place))
        notes[-1]["font"] = {"size": 11, "color": theme.INK}
    heat = theme.trace(
        "heatmap", z=sheet, zmin=0, zmax=float(max(rows.max(), 1)), colorscale=theme.SEQUENTIAL,
        showscale=False, hoverinfo="skip", hoverongaps=False,
    )  # fmt: skip
    plain = {"visible": False, "showgrid": False, "zeroline": False}
    up = {**plain, "autorange": "reversed", "scaleanchor": "x"}
    margin = {"l": 0, "r": 0, "t": 4, "b": 18}
    return theme.figure(
        [heat], 24 + down * (CELL + 26), xaxis=plain, yaxis=up, margin=margin, annotations=notes
    )
