"""Every number of components with every family: a grid of differences, and which are best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.types import Array

ROW_HEIGHT = 27
# Differences above this are drawn alike.
FAR = 300.0
DARK = 0.55
NAMED = 4  # candidates told in words


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


def alt(counts: Sequence[int], families: Sequence[str], values: Array, label: str) -> str:
    """The best candidates of a grid in a sentence, for those who do not see it.

    Examples
    --------
    >>> alt([1, 2], ["EII", "VVV"], np.array([[5.0, 3.0], [4.5, np.nan]]), "BIC")
    'BIC of 3 models, 1 to 2 components: best EII, 2 (3.0); behind it VVV, 1 by 1.5 and EII, 1 by 2.0.'
    """
    found = np.argsort(np.where(np.isfinite(values), values, np.inf), axis=None)
    ranked = found[: int(np.isfinite(values).sum())]
    places = [divmod(int(cell), len(counts)) for cell in ranked[:NAMED]]
    count = words.counted(len(ranked), "model")
    text = f"{label} of {count}, 1 to {max(counts)} components"
    return f"{text}{ranking(counts, families, values, places)}"


def ranking(
    counts: Sequence[int], families: Sequence[str], values: Array, places: Sequence[tuple[int, int]]
) -> str:
    """The candidates at `places`, best first, and how far each is behind, in words."""
    if not places:
        return ": no model yet."
    names = [f"{families[i]}, {counts[j]}" for i, j in places]
    best, *others = [float(values[place]) for place in places]
    behind = [f"{name} by {value - best:,.1f}" for name, value in zip(names[1:], others, strict=True)]
    rest = f"; behind it {words.listed(behind)}" if behind else ""
    return f": best {names[0]} ({best:,.1f}){rest}.".replace("(-", "(\N{MINUS SIGN}")


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
    hovers = [
        f"{families[i]}, {counts[j]} components<br>"
        + (theme.plain(reasons[i][j]) or _told(values[i, j], differences[i, j], label))
        for i, j in cells
    ]
    unseen = {"marker": {"opacity": 0}}
    return theme.trace(
        "scatter", x=[counts[j] for _, j in cells], y=[families[i] for i, _ in cells], mode="markers",
        customdata=[[families[i], counts[j]] for i, j in cells], text=hovers,
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
