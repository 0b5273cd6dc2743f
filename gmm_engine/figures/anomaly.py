"""Strange rows: how surprising all rows are, why one is strange, how well the ranking does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.types import Array

BINS = 60
MOST_COLUMNS = 15
FAR = 30  # times the median
PRECISION = "precision and recall"
STRANGE = theme.PALETTE[1]


def bins(surprise: Array, typical: float) -> tuple[Array, Array, float]:
    """Counts (m,), edges (m + 1,) in nats, and the scale of an axis that compresses the far tail.

    The axis shows arcsinh((surprise - typical) / scale): even around typical rows, logarithmic
    beyond.

    Examples
    --------
    >>> counts, edges, scale = bins(np.arange(100.0), 50.0)
    >>> int(counts.sum()), len(edges)
    (100, 61)
    """
    low, high = np.quantile(surprise, [0.25, 0.75])
    scale = max(2 * float(high - low), 1e-9)
    bent = np.arcsinh((surprise - typical) / scale)
    counts, edges = np.histogram(bent, bins=BINS)
    nats = typical + scale * np.sinh(edges)
    nats[0], nats[-1] = surprise.min(), surprise.max()  # to the last digit, or a row falls out
    return counts, nats, scale


def histogram(surprise: Array, typical: float, line: float, height: int = 320) -> go.Figure:
    """Rows by their surprise (n,) in nats, those above `line` in another colour.

    Examples
    --------
    >>> [trace.name for trace in histogram(np.arange(100.0), 50.0, 90.0).data]
    ['ordinary', 'flagged']
    """
    _, edges, scale = bins(surprise, typical)
    parts = {"ordinary": (surprise <= line, theme.OUTSIDE), "flagged": (surprise > line, STRANGE)}
    traces = [
        _bars(np.histogram(surprise[chosen], bins=edges)[0], edges, typical, scale, name, shade)
        for name, (chosen, shade) in parts.items()
    ]
    places = typical + scale * np.array([-4, -1, 0, 1, 4, 16, 64])
    places = places[(places >= edges[0]) & (places <= edges[-1])]
    ticks = {
        "tickvals": np.arcsinh((places - typical) / scale),
        "ticktext": [theme.amount(v) for v in places],
    }
    return theme.figure(
        traces, height, barmode="stack", bargap=0.02, yaxis=theme.axis("rows", type="log"),
        xaxis=theme.axis("surprise (nats)", showgrid=False, **ticks),
    )  # fmt: skip


def value(number: float) -> str:
    """A cell of the table as people write it, five significant digits.

    Examples
    --------
    >>> value(20000.0), value(5.63), value(0.000012345)
    ('20,000', '5.63', '1.2345e-05')
    """
    return f"{number:,.5g}"


def scale_of(x: Array) -> str:
    """The kind of axis that shows values (n,) with far outliers: "log" where all are positive.

    Examples
    --------
    >>> scale_of(np.array([1.0, 2.0, 900.0])), scale_of(np.array([1.0, 2.0, 3.0]))
    ('log', 'linear')
    """
    far = x.min() > 0 and x.max() > FAR * np.median(x)
    return "log" if far else "linear"


def reasons(names: Sequence[str], surprise: Array, row: Array, ordinary: Array) -> go.Figure:
    """What each column adds to one row's excess (d,), with its value and what would have been ordinary.

    Examples
    --------
    >>> fig = reasons(("a", "b"), np.array([5.0, -0.2]), np.array([9.0, 1.0]), np.array([2.0, 1.0]))
    >>> list(fig.data[0].y)
    ['b', 'a']
    """
    order = np.argsort(surprise)
    rest, order = order[:-MOST_COLUMNS], order[-MOST_COLUMNS:]
    sizes, called = surprise[order], [theme.plain(names[f]) for f in order]
    words = [
        value(row[f]) + ("" if ordinary[f] == row[f] else f", ordinary {value(ordinary[f])}") for f in order
    ]
    if len(rest):  # so that the bars sum to the excess
        sizes, called = np.append(surprise[rest].sum(), sizes), [f"{len(rest)} other columns", *called]
        words = ["taken together", *words]
    bars = theme.trace(
        "bar", orientation="h", x=theme.single(sizes), y=called,
        marker={"color": [STRANGE if size > 0 else theme.OUTSIDE for size in sizes]},
        text=words, textposition="none", hovertemplate="%{y} %{text}: %{x:.2f} nats<extra></extra>",
        showlegend=False,
    )  # fmt: skip
    ticks = [f"{name}<br>{said}" for name, said in zip(called, words, strict=True)]
    return theme.figure(
        [bars], 80 + 44 * len(called), "surprise added (nats)", bargap=0.4,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        yaxis=theme.axis("", showgrid=False, tickmode="array", tickvals=called, ticktext=ticks),
    )  # fmt: skip


def roc(points: Array, here: tuple[float, float], height: int = 320) -> go.Figure:
    """Anomalies found against false alarms, with the place of the line.

    Parameters
    ----------
    points : (m, 2) shares of ordinary rows and of anomalies above each line.
    here : the same two shares at the line on screen.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> [trace.name for trace in roc(square, (0.1, 0.5)).data]
    ['ROC', 'chance', 'the line']
    """
    hover = "%{x:.1%} of ordinary rows, %{y:.1%} of anomalies flagged"
    chance = _curve(np.array([[0, 0], [1, 1]]), "chance", theme.MUTED, "chance")
    chance["line"] |= {"dash": "dot", "width": 1}
    traces = [_curve(points, "ROC", theme.colour(0), hover), chance, _place(*here)]
    return _shares(traces, height, "ordinary rows flagged", "anomalies flagged")


def precision_recall(points: Array, here: tuple[float, float], height: int = 320) -> go.Figure:
    """Precision against recall, with the place of the line.

    Parameters
    ----------
    points : (m, 2) recall and precision above each line.
    here : the same two at the line on screen.

    Examples
    --------
    >>> square = np.array([[0.0, 1.0], [1.0, 0.1]])
    >>> [trace.name for trace in precision_recall(square, (0.5, 0.6)).data]
    ['precision and recall', 'the line']
    """
    curve = _curve(points, PRECISION, theme.colour(2), "recall %{x:.1%}, precision %{y:.1%}")
    return _shares([curve, _place(*here)], height, "anomalies flagged", "anomalies among flagged")


def _shares(traces: Sequence[theme.Trace], height: int, x: str, y: str) -> go.Figure:
    """A figure whose axes are both shares."""
    share = {"range": [-0.02, 1.02], "tickformat": ".0%", "nticks": 6}
    return theme.figure(
        traces, height, xaxis=theme.axis(x, **share), yaxis=theme.axis(y, **share), showlegend=False,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
    )  # fmt: skip


def _bars(counts: Array, edges: Array, typical: float, scale: float, name: str, shade: str) -> theme.Trace:
    bent = np.arcsinh((edges - typical) / scale)
    return theme.trace(
        "bar", name=name, y=counts, marker={"color": shade},
        x=theme.single((bent[1:] + bent[:-1]) / 2), width=theme.single(np.diff(bent)),
        customdata=theme.single((edges[1:] + edges[:-1]) / 2),
        hovertemplate=f"%{{y:,}} {name} rows at about %{{customdata:.4~g}} nats<extra></extra>",
    )  # fmt: skip


def _curve(points: Array, name: str, shade: str, hover: str) -> theme.Trace:
    step = max(1, len(points) // 1000)
    kept = np.concatenate([points[::step], points[-1:]])
    return theme.trace(
        "scatter", mode="lines", name=name, x=theme.single(kept[:, 0]), y=theme.single(kept[:, 1]),
        line={"color": shade, "width": 2},
        hovertemplate=hover + "<extra></extra>",
    )  # fmt: skip


def _place(x: float, y: float) -> theme.Trace:
    return theme.trace(
        "scatter", mode="markers", name="the line", x=[x], y=[y],
        marker={"color": STRANGE, "size": 11, "line": {"color": theme.PAPER, "width": 2}},
        hovertemplate="the line on screen: %{x:.1%}, %{y:.1%}<extra></extra>",
    )  # fmt: skip
