"""Every number of components with every family: curves, and a grid of differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.types import Array

ROW_HEIGHT = 27
# Differences above this are drawn alike.
FAR = 300.0
DARK = 0.55
DASHES = ("solid", "dash", "dot", "dashdot")


def curves(
    counts: Sequence[int],
    families: Sequence[str],
    values: Array,
    label: str,
    best: tuple[int, int] | None = None,
    height: int = 380,
) -> go.Figure:
    """One line per family over the number of components, the best candidate ringed.

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
    winner = -1 if best is None else best[0]
    traces = [_line(counts, name, values[i], label, i, i == winner) for i, name in enumerate(families)]
    if best is not None:
        i, j = best
        ring = {"size": 17, "symbol": "circle-open", "color": theme.INK, "line": {"width": 2.5}}
        traces.append(
            theme.trace(
                "scatter", x=[counts[j]], y=[float(values[i, j])], mode="markers", name="best", marker=ring,
                showlegend=False, hoverinfo="skip",
            )
        )  # fmt: skip
    window = _window(values)
    across = theme.axis(
        "components", showgrid=False, tickmode="array", tickvals=list(counts), automargin=window is None
    )
    up = theme.axis(f"{label} (smaller is better)", range=window, automargin=window is None)
    room = theme.margin(*(window or (0.0, 1.0)))
    return theme.figure(traces, height, xaxis=across, yaxis=up, margin=room)


def grid(
    counts: Sequence[int],
    families: Sequence[str],
    values: Array,
    reasons: Sequence[Sequence[str]],
    label: str,
    chosen: tuple[int, int] | None = None,
) -> go.Figure:
    """How much worse than the best each candidate is, a cell each; cells can be clicked.

    Parameters
    ----------
    counts, families, values, label : as for `curves`.
    reasons : (F, K) why a candidate was discarded; empty where it was not.
    chosen : row and column of the cell to frame.

    Notes
    -----
    The last trace holds one invisible marker per cell, row by row, whose custom data are
    family and number of components: what a click selects.

    Examples
    --------
    >>> fig = grid([1, 2], ["EII"], np.array([[5.0, 3.0]]), [["", ""]], "BIC")
    >>> fig.data[-1].customdata[1]
    ['EII', 2]
    """
    sound = values[np.isfinite(values)]
    differences = values - (sound.min() if sound.size else 0.0)
    nearness = 1 - np.log1p(np.minimum(differences, FAR)) / np.log1p(FAR)
    shades = theme.trace(
        "heatmap", x=list(counts), y=list(families), z=theme.single(nearness), colorscale=theme.SEQUENTIAL,
        zmin=0, zmax=1, showscale=False, hoverinfo="skip", xgap=2, ygap=2,
    )  # fmt: skip
    traces = [shades, *_writing(counts, families, differences, nearness, reasons)]
    traces.append(_targets(counts, families, values, differences, reasons, label))
    bare = {"showgrid": False, "ticks": "", "showline": False, "fixedrange": True, "automargin": False}
    return theme.figure(
        traces,
        ROW_HEIGHT * len(families) + 70,
        xaxis=theme.axis("components", tickmode="array", tickvals=list(counts)) | bare,
        yaxis=theme.axis(range=[len(families) - 0.5, -0.5]) | bare,
        showlegend=False,
        clickmode="event+select",
        margin={"l": 14 + theme.LETTER * max(map(len, families)), "r": 8, "t": 8, "b": 44},
        shapes=_frame(counts, chosen),
    )


def alt(counts: Sequence[int], families: Sequence[str], best: str, label: str) -> str:
    """The figures in a sentence, for those who do not see them."""
    return (
        f"{label} of 1 to {max(counts)} components in {len(families)} covariance families; best is {best}. "
        "The table below has the numbers."
    )


def _line(counts: Sequence[int], name: str, values: Array, label: str, i: int, wins: bool) -> theme.Trace:
    shade = theme.colour(i)
    return theme.trace(
        "scatter", x=list(counts), y=theme.single(values), mode="lines+markers", name=name,
        line={"color": shade, "width": 3.5 if wins else 1.25, "dash": DASHES[i // 10 % len(DASHES)]},
        marker={"symbol": theme.symbol(i), "color": shade, "size": 7},
        hovertemplate=f"{name}, %{{x}} components: {label} %{{y:,.1f}}<extra></extra>",
    )  # fmt: skip


def _window(values: Array) -> list[float] | None:
    """The part of the vertical axis where the decision falls; hopeless candidates may lie above it."""
    sound = values[np.isfinite(values)]
    if not sound.size:
        return None
    low, high = float(sound.min()), float(np.quantile(sound, 0.65))
    edge = 0.06 * (high - low) or 1.0
    return [low - edge, high + edge]


def _writing(
    counts: Sequence[int],
    families: Sequence[str],
    differences: Array,
    nearness: Array,
    reasons: Sequence[Sequence[str]],
) -> list[theme.Trace]:
    """Differences in the cells, in ink on light cells and in the paper's colour on strong ones."""
    traces = []
    for colour, strong in ((theme.INK, False), (theme.PAPER, True)):
        cells = [
            (counts[j], name, _short(differences[i, j], reasons[i][j]))
            for i, name in enumerate(families)
            for j in range(len(counts))
            if bool(nearness[i, j] > DARK) == strong
        ]
        x, y, text = ([cell[f] for cell in cells] for f in range(3))
        font = {"color": colour, "size": 12}
        traces.append(
            theme.trace(
                "scatter", x=x, y=y, text=text, mode="text", textfont=font, hoverinfo="skip",
                unselected={"textfont": {"color": colour}}, selected={"textfont": {"color": colour}},
            )
        )  # fmt: skip
    return traces


def _targets(
    counts: Sequence[int],
    families: Sequence[str],
    values: Array,
    differences: Array,
    reasons: Sequence[Sequence[str]],
    label: str,
) -> theme.Trace:
    """An invisible marker per cell, to point at and to click."""
    cells = [(i, j) for i in range(len(families)) for j in range(len(counts))]
    words = [
        f"{families[i]}, {counts[j]} components<br>"
        + (theme.plain(reasons[i][j]) or _told(values[i, j], differences[i, j], label))
        for i, j in cells
    ]
    unseen = {"marker": {"opacity": 0}}
    return theme.trace(
        "scatter", x=[counts[j] for _, j in cells], y=[families[i] for i, _ in cells], mode="markers",
        customdata=[[families[i], counts[j]] for i, j in cells], text=words,
        hovertemplate="%{text}<extra></extra>",
        marker={"size": 24, "symbol": "square", "opacity": 0}, selected=unseen, unselected=unseen,
    )  # fmt: skip


def _told(value: float, difference: float, label: str) -> str:
    if not np.isfinite(value):
        return "not fitted yet"
    place = f"{difference:,.1f} behind the best" if difference > 0 else "the best"
    return f"{label} {value:,.1f}, {place}"


def _short(difference: float, reason: str) -> str:
    """A difference in at most four characters."""
    if not np.isfinite(difference):
        return "×" if reason else ""
    if difference < 9.95:
        return f"{difference:.1f}" if difference else "best"
    return f"{difference:.0f}" if difference < 999.5 else f"{difference / 1000:.1f}k"


def _frame(counts: Sequence[int], chosen: tuple[int, int] | None) -> list[dict[str, object]]:
    if chosen is None:
        return []
    i, x = chosen[0], counts[chosen[1]]
    place = {"x0": x - 0.5, "x1": x + 0.5, "y0": i - 0.5, "y1": i + 0.5}
    return [{"type": "rect", **place, "line": {"color": theme.INK, "width": 2.5}}]
