"""Time series: regimes as shading, strange rows, forecast fans and their past.

However long a series is, a figure carries a few thousand points: the smallest and the
largest value of each of `BUCKETS` stretches, so that no peak is lost.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.types import Array

BUCKETS = 1500
MOST_MARKS = 200
MOST_TOLD = 3
HISTORY = 4


def envelope(y: Array, start: int, stop: int, buckets: int = BUCKETS) -> Array:
    """Rows to draw of y[start:stop]: all of them, or smallest and largest of each stretch, in order.

    Examples
    --------
    >>> envelope(np.array([1.0, 9.0, 2.0, 3.0, 0.0, 5.0, 6.0, 7.0]), 0, 8, buckets=2)
    array([0, 1, 4, 7])
    """
    n = stop - start
    if n <= 2 * buckets:
        return np.arange(start, stop)
    edges = start + np.arange(buckets + 1) * n // buckets
    rows = []
    for first, last in pairwise(edges):
        part = y[first:last]
        if np.isnan(part).all():
            rows += [first, last - 1]
        else:
            rows += sorted((first + int(np.nanargmin(part)), first + int(np.nanargmax(part))))
    return np.array(rows)


def timeline(
    index: pd.Index, y: Array, name: str, proba: Array, span: tuple[int, int], marks: Array | None = None
) -> go.Figure:
    """The series over its regimes: at each place the shading is as high as the regime is probable.

    Parameters
    ----------
    index : dates or row numbers (n,).
    y : (n,) values, NaN where missing.
    proba : (n, K) probability of each regime.
    span : first row shown, and the one after the last.
    marks : rows to mark as strange.

    Examples
    --------
    >>> fig = timeline(pd.RangeIndex(4), np.arange(4.0), "x", np.full((4, 2), 0.5), (0, 4))
    >>> [trace.name for trace in fig.data]
    ['regime 1', 'regime 2', 'x']
    """
    start, stop = span
    rows = envelope(y, start, stop)
    centres, shares = averaged(proba, start, stop)
    traces = [_shade(_at(index, centres), shares[:, j], j) for j in range(proba.shape[1])]
    front = {"yaxis": "y2"}
    traces.append(_line(_at(index, rows), theme.single(y[rows]), name) | front)
    if marks is not None and len(marks):
        traces.append(_marked(index, y, marks[(marks >= start) & (marks < stop)][:MOST_MARKS]) | front)
    shading = {"range": [0, 1], "visible": False, "fixedrange": True}
    front = theme.axis(name, overlaying="y", side="left", tickmode="auto")
    return theme.figure(
        traces, 420, yaxis=shading, yaxis2=front, dragmode="select", selectdirection="h",
        hovermode="closest",
    ).update_layout(legend_traceorder="normal")  # fmt: skip


def detail(span: tuple[int, int]) -> str:
    """What a timeline of these rows leaves out, in words; empty if nothing."""
    n = span[1] - span[0]
    if n <= 2 * BUCKETS:
        return ""
    return f"Smallest and largest values of {BUCKETS:,} stretches of {n:,} rows. Drag across to see more."


def averaged(proba: Array, start: int, stop: int, buckets: int = BUCKETS) -> tuple[Array, Array]:
    """Middle rows (b,) and mean probabilities (b, K) of each stretch of rows start..stop."""
    n = stop - start
    if n <= buckets:
        return np.arange(start, stop), proba[start:stop]
    edges = start + np.arange(buckets + 1) * n // buckets
    sums = np.add.reduceat(proba[:stop], edges[:-1], axis=0, dtype=np.float64)
    return (edges[:-1] + edges[1:]) // 2, sums / np.diff(edges)[:, None]


def timeline_alt(
    index: pd.Index, y: Array, name: str, proba: Array, span: tuple[int, int], marks: Array | None = None
) -> str:
    """What the regimes are like in the rows shown, and where strange rows are; arguments as for `timeline`.

    Examples
    --------
    >>> proba = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> timeline_alt(pd.RangeIndex(3), np.array([1.0, 3.0, 9.0]), "x", proba, (0, 3))
    'x over 3 rows, 2 regimes with 1 change: regime 1 in 67% of the rows, mean 2; regime 2 in 33%, mean 9.'
    """
    start, stop = span
    part, path = y[start:stop], proba[start:stop].argmax(axis=1)
    changes = words.counted(int((np.diff(path) != 0).sum()), "change")
    told = [_regime_told(part, path, j) for j in range(proba.shape[1])]
    told[0] = told[0].replace("%,", "% of the rows,", 1)
    count = words.counted(proba.shape[1], "regime")
    text = f"{name} over {stop - start:,} rows, {count} with {changes}: {'; '.join(told)}."
    inside = [] if marks is None else marks[(marks >= start) & (marks < stop)].tolist()
    if inside:
        first = [str(index[row]).removesuffix(" 00:00:00") for row in inside[:MOST_TOLD]]
        text += f" {words.counted(len(inside), 'strange row')} marked, first at {words.listed(first)}."
    return text


def _regime_told(part: Array, path: Array, j: int) -> str:
    own = part[path == j]
    own = own[np.isfinite(own)]
    mean = f", mean {words.amount(float(own.mean()))}" if own.size else ", without a value"
    return f"regime {j + 1} in {np.mean(path == j):.0%}{mean}"


def transitions(matrix: Array) -> go.Figure:
    """Transition probabilities (K, K) as a grid: from the row's regime to the column's.

    Examples
    --------
    >>> transitions(np.eye(2)).data[0].type
    'heatmap'
    """
    names = [f"regime {j + 1}" for j in range(len(matrix))]
    text = [
        [f"{value:.1%}" if 0.0005 < value < 0.9995 else f"{value:.2%}" for value in row] for row in matrix
    ]
    grid = theme.trace(
        "heatmap", x=names, y=names, z=matrix, zmin=0, zmax=1, colorscale=theme.SEQUENTIAL, showscale=False,
        text=text, texttemplate="%{text}", xgap=2, ygap=2,
        hovertemplate="from %{y} to %{x}: %{text} of steps<extra></extra>",
    )  # fmt: skip
    fig = theme.figure([grid], 110 + 60 * len(matrix), "to", "from")
    return fig.update_layout(yaxis_autorange="reversed")


def transitions_alt(matrix: Array) -> str:
    """The grid in a sentence."""
    stay = ", ".join(f"regime {j + 1} {value:.1%}" for j, value in enumerate(np.diagonal(matrix)))
    away = np.where(np.eye(len(matrix), dtype=bool), -1.0, matrix)
    i, j = np.unravel_index(int(away.argmax()), away.shape)
    change = f"from regime {i + 1} to {j + 1} ({away[i, j]:.1%})"
    return f"Probability to stay from one row to the next: {stay}. The likeliest change is {change}."


def fan(index: pd.Index, y: Array, name: str, quantiles: pd.DataFrame) -> go.Figure:
    """The end of the series and the quantiles of what may follow.

    Parameters
    ----------
    quantiles : (h, 5) at .1, .25, .5, .75, .9, indexed by the dates or rows to come.

    Examples
    --------
    >>> future = pd.DataFrame(np.arange(10.0).reshape(2, 5), index=[3, 4], columns=[.1, .25, .5, .75, .9])
    >>> [trace.name for trace in fan(pd.RangeIndex(3), np.arange(3.0), "x", future).data]
    ['x', '80% band', '50% band', 'median']
    """
    h = len(quantiles)
    first = max(0, len(y) - max(HISTORY * h, 60))
    rows = envelope(y, first, len(y))
    x, q = _plain(quantiles.index), quantiles.to_numpy()
    traces = [
        _line(_at(index, rows), theme.single(y[rows]), name),
        _band(x, q[:, 0], q[:, 4], "80% band", 0.18),
        _band(x, q[:, 1], q[:, 3], "50% band", 0.3),
        _line(x, theme.single(q[:, 2]), "median", theme.colour(0)),
    ]
    return theme.figure(traces, 380, "", name, hovermode="x unified")


def fan_alt(name: str, quantiles: pd.DataFrame) -> str:
    """The fan in a sentence."""
    low, middle, high = (words.amount(float(quantiles.iloc[-1, column])) for column in (0, 2, 4))
    return (
        f"Forecast of {name} {len(quantiles)} rows ahead: {middle} at its end, 80% between {low} and {high}."
    )


def past_fans(index: pd.Index, table: pd.DataFrame, name: str) -> go.Figure:
    """What the fan would have said from past origins, beside what came.

    Examples
    --------
    >>> table = pd.DataFrame({"origin": [2.0], "row": [2.0], "actual": [1.0], "low": [0.0],
    ...                       "median": [1.0], "high": [2.0]})
    >>> past_fans(pd.RangeIndex(3), table, "x").data[-1].name
    'what came'
    """
    traces: list[theme.Trace] = []
    for number, (_, part) in enumerate(table.groupby("origin")):
        rows = part["row"].to_numpy(int)
        band = _band(_at(index, rows), part["low"].to_numpy(), part["high"].to_numpy(), "80% band", 0.16)
        traces.append(band | {"legendgroup": "band", "showlegend": number == 0})
    came = table.drop_duplicates("row").sort_values("row")
    rows = came["row"].to_numpy(int)
    drawn = rows[envelope(came["actual"].to_numpy(), 0, len(rows))]
    actual = came.set_index("row")["actual"].loc[drawn].to_numpy()
    if len(drawn) == len(rows):  # no line across rows that no fan foretold
        gaps = np.flatnonzero(np.diff(rows) > 1) + 1
        drawn, actual = np.insert(drawn, gaps, rows[gaps - 1]), np.insert(actual, gaps, np.nan)
    traces.append(_line(_at(index, drawn), theme.single(actual), "what came"))
    return theme.figure(traces, 300, "", name, hovermode="closest")


def _shade(x: Any, share: Array, j: int) -> theme.Trace:
    return theme.trace(
        "scatter", x=x, y=theme.single(share), name=f"regime {j + 1}", stackgroup="regimes",
        line={"width": 0, "shape": "hvh", "color": theme.colour(j)},
        fillcolor=theme.faint(theme.colour(j), 0.25),
        hovertemplate=f"regime {j + 1} with probability %{{y:.0%}}<br>%{{x}}<extra></extra>",
    )  # fmt: skip


def _line(x: Any, y: Array, name: str, shade: str = theme.INK) -> theme.Trace:
    return theme.trace(
        "scatter", x=x, y=y, mode="lines", name=theme.plain(name), line={"color": shade, "width": 1.4},
        hovertemplate=f"{theme.plain(name)} %{{y:.5~g}}<br>%{{x}}<extra></extra>",
    )  # fmt: skip


def _marked(index: pd.Index, y: Array, rows: Array) -> theme.Trace:
    return theme.trace(
        "scatter", x=_at(index, rows), y=theme.single(y[rows]), mode="markers", name="strange",
        marker={"size": 11, "symbol": "circle-open", "color": theme.colour(4), "line": {"width": 2.5}},
        hovertemplate="strange: %{y:.5~g}<br>%{x}<extra></extra>",
    )  # fmt: skip


def _band(x: Any, low: Array, high: Array, name: str, opacity: float) -> theme.Trace:
    return theme.trace(
        "scatter", x=np.concatenate([x, x[::-1]]), y=theme.single(np.concatenate([high, low[::-1]])),
        fill="toself", mode="lines", line={"width": 0, "color": theme.colour(0)}, name=name, hoverinfo="skip",
        fillcolor=theme.faint(theme.colour(0), opacity),
    )  # fmt: skip


def _at(index: pd.Index, rows: Array) -> Any:
    return _plain(index[rows])


def _plain(index: pd.Index) -> Any:
    """Dates as ISO text, row numbers as they are."""
    if isinstance(index, pd.DatetimeIndex):
        return np.datetime_as_string(index.to_numpy().astype("datetime64[s]"))
    return index.to_numpy()
