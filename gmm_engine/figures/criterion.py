"""A criterion along the number of components: a line per family, the leading ones named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.figures.selection import ranking
from gmm_engine.types import Array

LEADERS = 4  # families in colour, with their names
TOP, LINE = 16, 15  # pixels: upper margin, and height of a name


def curves(
    counts: Sequence[int],
    families: Sequence[str],
    values: Array,
    label: str,
    best: tuple[int, int] | None = None,
    height: int = 380,
) -> go.Figure:
    """One line per family over the number of components, the best candidate ringed.

    The families that come closest to the best are in colour, with their names at their ends; the
    others are grey, and named by the hover.

    Parameters
    ----------
    counts, families : the K numbers of components and F names.
    values : (F, K) criterion, smaller is better; NaN where there is no sound fit (yet).
    label : the criterion's name.
    best : row and column of the best candidate.

    Examples
    --------
    >>> curves([1, 2], ["EII"], np.array([[5.0, 3.0]]), "BIC", (0, 1)).data[-1].name
    'best'
    """
    window, leaders = _window(values), _leaders(values)
    order = sorted(range(len(families)), key=lambda i: i in leaders)  # leaders lie on top
    traces = [_line(counts, families[i], values[i], label, leaders, i) for i in order]
    notes = [] if window is None else _ends(counts, families, values, leaders, window, height)
    if best is not None:
        i, j = best
        ring = {"size": 17, "symbol": "circle-open", "color": theme.INK, "line": {"width": 2.5}}
        traces.append(
            theme.trace(
                "scatter", x=[counts[j]], y=[float(values[i, j])], mode="markers", name="best", marker=ring,
                hoverinfo="skip",
            )
        )  # fmt: skip
        words_at = {"xref": "x", "x": counts[j], "y": float(values[i, j]), "xanchor": "center", "yshift": -12}
        notes.append(theme.note(f"best: {families[i]}, {counts[j]}", yref="y", **words_at))
    span = [counts[0] - 0.3, counts[-1] + 0.3]
    across = theme.axis(
        "components", showgrid=False, range=span, tickmode="array", tickvals=list(counts),
        automargin=window is None,
    )  # fmt: skip
    up = theme.axis(f"{label} (smaller is better)", range=window, automargin=window is None)
    room = theme.margin(*(window or (0.0, 1.0))) | {"t": TOP, "r": 34 + 8 * max(map(len, families))}
    return theme.figure(
        traces, height, xaxis=across, yaxis=up, margin=room, annotations=notes, showlegend=False,
        hovermode="closest",
    )  # fmt: skip


def curves_alt(counts: Sequence[int], families: Sequence[str], values: Array, label: str) -> str:
    """The best candidate of the leading families in a sentence.

    Examples
    --------
    >>> curves_alt([1, 2], ["EII", "VVV"], np.array([[5.0, 3.0], [4.5, np.nan]]), "BIC")
    'BIC by number of components: best EII, 2 (3.0); behind it VVV, 1 by 1.5.'
    """
    places = [(i, int(np.nanargmin(values[i]))) for i in _leaders(values)]
    return f"{label} by number of components{ranking(counts, families, values, places)}"


def _leaders(values: Array) -> list[int]:
    """Families whose best candidates are the best ones, in that order."""
    lowest = np.where(np.isfinite(values), values, np.inf).min(axis=1)
    return [i for i in np.argsort(lowest, kind="stable").tolist() if np.isfinite(lowest[i])][:LEADERS]


def _line(
    counts: Sequence[int], name: str, values: Array, label: str, leaders: Sequence[int], i: int
) -> theme.Trace:
    place = leaders.index(i) if i in leaders else None
    shade = theme.MUTED if place is None else theme.colour(place)
    marker = {"symbol": "circle" if place is None else theme.symbol(place), "color": shade}
    return theme.trace(
        "scatter", x=list(counts), y=theme.single(values), mode="lines+markers", name=name,
        line={"color": shade, "width": 1 if place is None else 1.75 if place else 3},
        marker=marker | {"size": 4 if place is None else 8}, opacity=0.45 if place is None else 1,
        hovertemplate=f"{name}, %{{x}} components: {label} %{{y:,.1f}}<extra></extra>",
    )  # fmt: skip


def _ends(
    counts: Sequence[int],
    families: Sequence[str],
    values: Array,
    leaders: Sequence[int],
    window: Sequence[float],
    height: int,
) -> list[dict[str, object]]:
    """The leaders' names beside the last point of each that is in the window, none over another."""
    scale = (height - TOP - theme.margin(*window)["b"]) / (window[1] - window[0])
    below = [(i, np.flatnonzero(values[i] <= window[1])) for i in leaders]
    last = [(i, int(columns[-1])) for i, columns in below if columns.size]
    notes: list[dict[str, object]] = []
    taken: dict[int, float] = {}  # by column, the lowest place in pixels above the axis
    for i, j in sorted(last, key=lambda end: -values[end]):
        at = (values[i, j] - window[0]) * scale
        free = min(at, taken.get(j, np.inf) - LINE)
        taken[j] = free
        arrow = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "standoff": 4}
        shade = {"arrowcolor": theme.colour(leaders.index(i))}
        place = {
            "x": counts[j],
            "y": float(values[i, j]),
            "ax": 18,
            "ay": float(at - free),
            "yanchor": "middle",
        }
        font = {"size": 12, "color": theme.INK, "weight": 700 if i == leaders[0] else 400}
        look = {"font": font, "bgcolor": theme.PAPER, "xanchor": "left"}
        notes.append(
            {"text": families[i], "xref": "x", "yref": "y"} | look | place | arrow | shade
        )  # fmt: skip
    return notes


def _window(values: Array) -> list[float] | None:
    """The part of the vertical axis where the decision falls; hopeless candidates may lie above it."""
    sound = values[np.isfinite(values)]
    if not sound.size:
        return None
    low, high = float(sound.min()), float(np.quantile(sound, 0.65))
    edge = 0.06 * (high - low) or 1.0
    return [low - 2 * edge, high + edge]  # below the best one stands its name
