"""Sound: waveform and spectrum with their segments, scores of words, the vowel space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.types import Array

MOST_COLUMNS = 1500
MOST_SHADES = 400
F1_TICKS = (200, 300, 400, 500, 700, 1000, 1300)  # Hz
F2_TICKS = (600, 800, 1000, 1500, 2000, 3000)
ELLIPSE = np.linspace(0, 2 * np.pi, 60)


def segments(
    samples: Array,
    sample_rate: float,
    spectrum: Array,
    hop: float,
    stretches: Sequence[tuple[float, float, int]],
) -> go.Figure:
    """Waveform above, spectrum below, both shaded by the sound that each stretch belongs to.

    Parameters
    ----------
    samples : (n,) mono. sample_rate : Hz.
    spectrum : (t, bands) decibels. hop : seconds between its rows.
    stretches : start and end in seconds, and component from 0.

    Examples
    --------
    >>> tone = np.sin(np.arange(800) / 5)
    >>> fig = segments(tone, 8_000, np.zeros((10, 24)), 0.01, [(0.0, 0.05, 0), (0.05, 0.1, 1)])
    >>> len(fig.data)
    4
    """
    step = -(-len(spectrum) // MOST_COLUMNS)
    times = np.arange(0, len(spectrum), step) * hop
    heat = theme.trace(
        "heatmap", x=theme.single(times), z=theme.single(spectrum[::step].T), yaxis="y2", showscale=False,
        colorscale=theme.SEQUENTIAL, zmin=-60, zmax=0,
        hovertemplate="%{x:.2f} s, band %{y}: %{z:.0f} dB below the loudest<extra></extra>",
    )  # fmt: skip
    used = sorted({j for _, _, j in stretches})
    legend = [_swatch(j) for j in used]
    shades = [_shade(*stretch) for stretch in stretches[:MOST_SHADES]]
    return theme.figure(
        [_wave(samples, sample_rate), heat, *legend], 420, "time (s)", "amplitude",
        shapes=shades, yaxis={**theme.axis("amplitude"), "domain": [0.58, 1]},
        yaxis2={**theme.axis("mel band"), "domain": [0, 0.52], "anchor": "x"},
        xaxis={**theme.axis("time (s)", showgrid=False), "anchor": "y2"},
    )  # fmt: skip


def _wave(samples: Array, sample_rate: float) -> theme.Trace:
    """Smallest and largest sample of each column, joined to one line."""
    edges = np.linspace(0, len(samples), min(len(samples), MOST_COLUMNS) + 1).astype(int)
    low, high = np.minimum.reduceat(samples, edges[:-1]), np.maximum.reduceat(samples, edges[:-1])
    x = np.repeat(edges[:-1] / sample_rate, 2)
    return theme.trace(
        "scatter", x=theme.single(x), y=theme.single(np.column_stack([low, high]).ravel()), mode="lines",
        line={"width": 1, "color": theme.INK}, showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def _swatch(j: int) -> theme.Trace:
    marker = {"color": theme.colour(j), "symbol": theme.symbol(j), "size": 11}
    return theme.trace("scatter", x=[None], y=[None], mode="markers", marker=marker, name=f"sound {j + 1}")


def _shade(start: float, end: float, j: int) -> dict[str, Any]:
    place = {"xref": "x", "yref": "y domain", "x0": start, "x1": end, "y0": 0, "y1": 1}
    return {
        "type": "rect",
        **place,
        "fillcolor": theme.faint(theme.colour(j), 0.3),
        "line": {"width": 0},
        "layer": "below",
    }


def scores(words: Sequence[str], values: Array, threshold: float) -> go.Figure:
    """Log-likelihood ratio of each word to the background, with the threshold of refusal.

    Parameters
    ----------
    values : (c,) nats per frame. threshold : the same unit; infinite where there is none.

    Examples
    --------
    >>> scores(["yes", "no"], np.array([1.0, -2.0]), -1.0).data[0].x.tolist()
    [-2.0, 1.0]
    """
    order = np.argsort(values)
    best = order[-1]
    colours = [theme.colour(0) if i == best else theme.OUTSIDE for i in order]
    bar = theme.trace(
        "bar", x=np.asarray(values)[order], y=[theme.plain(words[i]) for i in order], orientation="h",
        marker={"color": colours}, hovertemplate="%{y}: %{x:.2f} nats per frame<extra></extra>",
    )  # fmt: skip
    layout: dict[str, Any] = {"showlegend": False}
    if np.isfinite(threshold):
        line = {"color": theme.INK, "dash": "dash", "width": 1.5}
        layout["shapes"] = [
            {
                "type": "line",
                "x0": threshold,
                "x1": threshold,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": line,
            }
        ]
        layout["annotations"] = [
            theme.note(
                "left of the line: none of these",
                y=0,
                x=threshold,
                xref="x",
                xanchor="left",
                yanchor="bottom",
            )
        ]
    axis = {**theme.axis(""), "type": "category"}
    return theme.figure(
        [bar], 60 + 26 * len(words), "log-likelihood ratio (nats per frame)", yaxis=axis, **layout
    )


def confusion(
    words: Sequence[str], counts: Array, *, true: str = "said", answer: str = "understood"
) -> go.Figure:
    """What was said (rows) and what was understood (columns), in percent of each row.

    true, answer : what rows and columns are called. A click gives the places of both.

    Examples
    --------
    >>> confusion(["yes", "no"], np.array([[9, 1], [0, 10]])).data[0].z.tolist()
    [[90.0, 10.0], [0.0, 100.0]]
    """
    counts = np.asarray(counts, np.float64)
    share = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [theme.plain(word) for word in words]
    heat = theme.trace(
        "heatmap", x=names, y=names, z=share, text=counts.astype(int), zmin=0, zmax=100, xgap=1, ygap=1,
        colorscale=theme.SEQUENTIAL, colorbar={"title": {"text": "%"}, "thickness": 12}, hoverinfo="skip",
    )  # fmt: skip
    if len(words) <= 12:
        heat["texttemplate"] = "%{text}"
    across = {**theme.axis(answer), "type": "category"}
    up = {**theme.axis(true), "type": "category", "autorange": "reversed"}
    targets = _cells(names, counts, share, true, answer)
    return theme.figure([heat, targets], 140 + 28 * len(words), xaxis=across, yaxis=up, showlegend=False)


def _cells(names: Sequence[str], counts: Array, share: Array, true: str, answer: str) -> theme.Trace:
    """An invisible marker per cell, to point at and to click: maps themselves cannot be selected from."""
    cells = list(np.ndindex(counts.shape))
    words = [
        f"{true} {names[i]}, {answer} {names[j]}: {counts[i, j]:.0f} ({share[i, j]:.0f}%)" for i, j in cells
    ]
    unseen = {"marker": {"opacity": 0}}
    return theme.trace(
        "scatter", x=[names[j] for _, j in cells], y=[names[i] for i, _ in cells], mode="markers",
        customdata=[[i, j] for i, j in cells], text=words, hovertemplate="%{text}<extra></extra>",
        marker={"size": 22, "symbol": "square", "opacity": 0}, selected=unseen, unselected=unseen,
    )  # fmt: skip


def vowels(
    labels: Sequence[str],
    words: Sequence[str],
    means: Array,
    spreads: Array,
    which: Array,
    point: Array | None,
) -> go.Figure:
    """The vowel space as phoneticians draw it: F2 to the left, F1 downwards, both logarithmic.

    Parameters
    ----------
    labels, words : symbol of each vowel, and a word with it. which (k,): vowel of each Gaussian.
    means, spreads : (k, 2 or more) of the logarithm of F1, F2 (Hz).
    point : (2,) F1 and F2 of the visitor's vowel in Hz, or None.

    Examples
    --------
    >>> fig = vowels(["ɑ"], ["hod"], np.log([[700.0, 1100.0]]), np.full((1, 2), 0.1), np.array([0]), None)
    >>> fig.layout.xaxis.autorange
    'reversed'
    """
    traces = [_vowel(labels[v], words[v], means[i], spreads[i], int(v)) for i, v in enumerate(which)]
    if point is not None:
        marker = {
            "symbol": "star",
            "size": 20,
            "color": theme.INK,
            "line": {"width": 1.5, "color": theme.PAPER},
        }
        traces.append(
            theme.trace(
                "scatter", x=[point[1]], y=[point[0]], mode="markers", marker=marker, name="your vowel",
                hovertemplate="your vowel: F1 %{y:.0f} Hz, F2 %{x:.0f} Hz<extra></extra>",
            )
        )  # fmt: skip
    log = {"type": "log", "autorange": "reversed"}
    return theme.figure(
        traces, 480, showlegend=False,
        xaxis={**theme.axis("F2 (Hz)", showgrid=False), **log, "tickvals": F2_TICKS},
        yaxis={**theme.axis("F1 (Hz)"), **log, "tickvals": F1_TICKS},
    )  # fmt: skip


def _vowel(label: str, word: str, mean: Array, spread: Array, v: int) -> theme.Trace:
    """The ellipse of one standard deviation with the vowel's name in its middle."""
    f1 = np.append(np.exp(mean[0] + spread[0] * np.sin(ELLIPSE)), [np.nan, np.exp(mean[0])])
    f2 = np.append(np.exp(mean[1] + spread[1] * np.cos(ELLIPSE)), [np.nan, np.exp(mean[1])])
    texts = [""] * (len(ELLIPSE) + 1) + [theme.plain(label)]
    colour = theme.colour(v)
    centre = f"F1 about {np.exp(mean[0]):.0f} Hz, F2 {np.exp(mean[1]):.0f} Hz"
    return theme.trace(
        "scatter", x=theme.single(f2), y=theme.single(f1), mode="lines+text", text=texts, name=label,
        line={"color": colour, "width": 2}, fill="toself", fillcolor=theme.faint(colour, 0.12),
        textfont={"size": 14, "color": theme.INK},
        hovertemplate=f"{theme.plain(label)} as in {theme.plain(word)}: {centre}<extra></extra>",
    )  # fmt: skip
