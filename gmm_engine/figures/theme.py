"""One look for every figure: colours, markers, axes, number formats.

Component j has ``colour(j)`` and ``symbol(j)`` in every figure. These colours have a
contrast of at least 3 on white and on the dark page, and stay apart for the common kinds
of colour blindness. Text, grids and the sequential scale follow the reader's theme: they
are written as tokens that Streamlit replaces in the browser, and `concrete` replaces them
where a figure leaves the app.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures.spelling import spelled
from gmm_engine.types import Array

Trace = dict[str, Any]
PALETTE = (
    "#1F77C4", "#D96A0B", "#0E9678", "#C0549A", "#B23C2C",
    "#119DD0", "#6B57D6", "#8F7A00", "#7A828C", "#BF02A1",
)  # fmt: skip
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "triangle-down")
OUTSIDE = "#8A9199"
BARE = 12  # pixels above a figure without a legend
NEVER_LISTED = ("heatmap", "image")
LETTER = 7.5  # pixels, in tick labels
FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"

INK, MUTED, PAPER, GRID = "#000037", "#000036", "#000038", "#000039"
SEQUENTIAL_TOKENS = tuple(f"#0000{number}" for number in range(11, 21))
DIVERGING_TOKENS = tuple(f"#0000{number}" for number in range(21, 31))
SEQUENTIAL = [[i / 9, token] for i, token in enumerate(SEQUENTIAL_TOKENS)]
DIVERGING = [[i / 9, token] for i, token in enumerate(DIVERGING_TOKENS)]
# Held to the upper edge of the figure: held to the plot it slips into it when a window widens.
LEGEND = {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top", "itemsizing": "constant"}
BLUES = (
    "#F1F5F8", "#DCE7F0", "#C2D7E7", "#A3C4DC", "#81AECF",
    "#5F97C0", "#427FAE", "#2A6797", "#184F7C", "#0B375C",
)  # fmt: skip
BROWN_TO_BLUE = (
    "#8C3A0B", "#B4561A", "#D27B3F", "#E5A878", "#F2D6BF",
    "#C4DAEE", "#8DBBE0", "#5698CE", "#2C76B4", "#165590",
)  # fmt: skip
LIGHT = {INK: "#1C2126", MUTED: "#5B636C", PAPER: "#FFFFFF", GRID: "#E6E8E6"} | dict(
    zip(SEQUENTIAL_TOKENS + DIVERGING_TOKENS, BLUES + BROWN_TO_BLUE, strict=True)
)
TEMPLATE: Trace = {
    "layout": {
        "colorway": PALETTE,
        "font": {"family": FONT, "size": 13},
        "hoverlabel": {"align": "left"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
}


def colour(j: int) -> str:
    """Colour of component j (from 0); -1 stands for noise and outliers."""
    return OUTSIDE if j < 0 else PALETTE[j % len(PALETTE)]


def symbol(j: int) -> str:
    """Marker of component j: with the colour, distinct for the first seventy components."""
    return "x-thin-open" if j < 0 else SYMBOLS[j % len(SYMBOLS)]


def name(j: int) -> str:
    """What component j is called in legends and hovers; people count from one."""
    return "outliers" if j < 0 else f"component {j + 1}"


def soft_colours(responsibilities: Array, opacity: float = 1.0) -> list[str]:
    """One colour per row: the components' colours mixed by responsibility (n, k), in linear light.

    Examples
    --------
    >>> soft_colours(np.array([[1.0, 0.0], [0.5, 0.5]]))
    ['#1f77c4', '#9f718f']
    """
    k = responsibilities.shape[1]
    base = np.array([[int(colour(j)[i : i + 2], 16) for i in (1, 3, 5)] for j in range(k)]) / 255
    mixed = (responsibilities @ base**2.2) ** (1 / 2.2)
    levels = np.clip(np.rint(mixed * 255), 0, 255).astype(np.uint32)
    through = "" if opacity == 1 else faint("", opacity)
    return [f"#{code:06x}{through}" for code in (levels @ np.array([65536, 256, 1], np.uint32)).tolist()]


def faint(hexadecimal: str, opacity: float) -> str:
    """The colour with an opacity from 0 to 1."""
    return f"{hexadecimal}{round(opacity * 255):02x}"


def plain(text: object) -> str:
    """A column name or label as figures must show it: literally."""
    return html.escape(str(text), quote=False).replace("%{", "% {").replace("$", "&#36;")


def figure(traces: Sequence[Trace], height: int, x: str = "", y: str = "", **layout: Any) -> go.Figure:
    """A figure in the common look.

    Parameters
    ----------
    traces : as plain dicts, each with its ``type``.
    height : pixels.
    x, y : axis titles, with units.
    layout : more of Plotly's layout.

    Notes
    -----
    Plotly's validation of every property costs thirty times as much as the rest, so it is
    left out here; a test validates one figure of each kind.

    Examples
    --------
    >>> figure([{"type": "scatter", "x": [1], "y": [2]}], 300, "length (cm)").layout.height
    300
    """
    look: dict[str, Any] = {
        "template": TEMPLATE,
        "height": height,
        "xaxis": axis(x, showgrid=False),
        "yaxis": axis(y),
        "legend": LEGEND,
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "uirevision": "stay",
    }
    whole = look | layout
    if not _has_legend(traces, whole):
        whole["margin"] = whole["margin"] | {"t": min(whole["margin"].get("t", BARE), BARE)}
    return go.Figure({"data": list(traces), "layout": whole}, _validate=False)


def _has_legend(traces: Sequence[Trace], layout: dict[str, Any]) -> bool:
    """Whether there is one by Plotly's rule: it is asked for, or two traces or more may stand in it."""
    listed = sum(bool(trace.get("showlegend", trace["type"] not in NEVER_LISTED)) for trace in traces)
    return bool(layout.get("showlegend", listed > 1))


def trace(kind: str, **properties: Any) -> Trace:
    """One trace for `figure`, of Plotly's type `kind`."""
    return {"type": kind, **properties}


def axis(title: str = "", **options: Any) -> dict[str, Any]:
    """One axis in the common look."""
    lines = {"showline": True, "linecolor": GRID, "gridcolor": GRID, "zeroline": False}
    ticks = {"ticks": "outside", "tickcolor": GRID, "automargin": True}
    return {"title": {"text": plain(title)}, **lines, **ticks, **options}


def margin(low: float, high: float) -> dict[str, float]:
    """Room for an axis title and tick labels from `low` to `high` on the left, and below.

    Plotly can find it out by itself (`automargin`), but draws everything twice for that.

    Examples
    --------
    >>> margin(0, 10)["l"] < margin(-0.001, 0.001)["l"]
    True
    """
    largest, step = max(abs(low), abs(high)), (high - low) / 8
    power = math.floor(math.log10(largest)) if largest > 0 else 0
    prefix = 3 * (power // 3) if power > 3 or power < -3 else 0
    digits = max(0, prefix - math.floor(math.log10(step))) if step > 0 else 0
    letters = max(1, power - prefix + 1) + (digits + 1) * (digits > 0) + (low < 0) + (prefix != 0)
    return {"l": 40 + LETTER * min(letters, 12), "r": 8, "t": 36, "b": 52}


def narrow_axis(title: str, **options: Any) -> dict[str, Any]:
    """An axis of a small panel: its title in lines of one or two words, so that neighbours do not touch.

    Examples
    --------
    >>> narrow_axis("flipper length (mm)")["title"]["text"]
    'flipper<br>length (mm)'
    """
    lines = [""]
    for word in plain(title).split():
        if lines[-1] and len(lines[-1]) + len(word) >= 12:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return axis(**options) | {"title": {"text": "<br>".join(lines)}}


def note(text: str, **place: Any) -> dict[str, Any]:
    """A line of text in a figure's upper right corner, or at `place` (Plotly's annotation)."""
    corner = {"xref": "paper", "yref": "paper", "x": 1, "y": 1, "xanchor": "right", "yanchor": "top"}
    font = {"size": 12, "color": INK}
    return {"text": text, "showarrow": False, "font": font, "bgcolor": PAPER, **corner, **place}


def concrete(fig: go.Figure) -> go.Figure:
    """The same figure with the light theme's colours in place of tokens, for files."""
    text = spelled(fig).decode()
    for token, shade in LIGHT.items():
        text = text.replace(token, shade)
    paper = {"paper_bgcolor": LIGHT[PAPER], "plot_bgcolor": LIGHT[PAPER], "font_color": LIGHT[INK]}
    return go.Figure(json.loads(text), skip_invalid=True).update_layout(paper)


def single(array: Array) -> Array:
    """Contiguous float32, which takes half the bytes on the wire."""
    return np.ascontiguousarray(array, np.float32)


def amount(value: float) -> str:
    """A number with four significant digits, as hovers and captions show it.

    Examples
    --------
    >>> amount(1234567.0), amount(0.000012345), amount(3.14159)
    ('1.235e+06', '1.234e-05', '3.142')
    """
    return f"{value:.4g}"
