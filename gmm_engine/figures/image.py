"""Figures of a segmented picture: its palette, and its colours as a cloud with the components."""

from __future__ import annotations

from collections.abc import Sequence
from colorsys import rgb_to_hls

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme, words
from gmm_engine.types import Array

MOST_POINTS = 4_000
SIGMAS = 2.0
MOST_TOLD = 8  # segments
DARKEST, DARK, LIGHT, LIGHTEST = 0.1, 0.3, 0.7, 0.93
GREYEST = 0.13
BROWN = (12, 45)  # hues that are brown when dark, in degrees
HUES = (
    (12, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (195, "turquoise"), (255, "blue"),
    (290, "purple"), (340, "pink"), (361, "red"),
)  # fmt: skip


def palette(colours: Array, shares: Array, chosen: int | None = None) -> go.Figure:
    """Bars of the segments' mean colours, as long as their shares of the picture.

    Parameters
    ----------
    colours : uint8 (k, 3), largest segment first.
    shares : (k,) from 0 to 1.
    chosen : segment to point out.

    Examples
    --------
    >>> fig = palette(np.array([[200, 30, 30], [20, 20, 90]], np.uint8), np.array([0.7, 0.3]))
    >>> fig.data[0].y
    ('segment 1', 'segment 2')
    """
    codes = [hexadecimal(colour) for colour in colours]
    width = [2.5 if j == chosen else 0.5 for j in range(len(codes))]
    bars = theme.trace(
        "bar",
        orientation="h",
        x=theme.single(100 * shares), y=tuple(segment(j) for j in range(len(codes))),
        marker={"color": codes, "line": {"color": theme.INK, "width": width}},
        text=[f"{share:.1%}" for share in shares], textposition="outside", cliponaxis=False,
        customdata=codes,
        hovertemplate="%{y} covers %{x:.2f}% of the picture, colour %{customdata}<extra></extra>",
    )  # fmt: skip
    yaxis = theme.axis(autorange="reversed", showgrid=False)
    xaxis = theme.axis("share of the picture (%)", range=[0, float(125 * shares.max())])
    return theme.figure([bars], 90 + 26 * len(codes), yaxis=yaxis, xaxis=xaxis, bargap=0.25)


def palette_alt(colours: Array, shares: Array) -> str:
    """The palette in a sentence."""
    parts = [f"{colour_name(c)} {s:.0%}" for c, s in zip(colours, shares, strict=True)]
    rest = "" if len(parts) <= MOST_TOLD else f", and {len(parts) - MOST_TOLD} smaller ones"
    count = words.counted(len(parts), "segment")
    return f"{count} by share of the picture: {', '.join(parts[:MOST_TOLD])}{rest}."


def colour_name(colour: Array) -> str:
    """What people call a colour, roughly.

    Examples
    --------
    >>> colour_name(np.array([185, 109, 63])), colour_name(np.array([30, 30, 90]))
    ('brown', 'dark blue')
    """
    hue, light, strong = rgb_to_hls(*(np.asarray(colour, float) / 255).tolist())
    if not DARKEST < light < LIGHTEST:
        return "black" if light <= DARKEST else "white"
    shade = "dark " if light < DARK else "light " if light > LIGHT else ""
    if strong < GREYEST:
        return f"{shade}grey"
    if BROWN[0] < 360 * hue < BROWN[1] and light < 0.5:
        return f"{shade}brown"
    return shade + next(name for end, name in HUES if 360 * hue < end)


def cloud_alt(means: Array, axes: Sequence[str], colours: Array, shares: Array) -> str:
    """Where the largest segments lie in the colour space, in a sentence.

    Examples
    --------
    >>> cloud_alt(np.array([[50.0, 10.0, 20.0]]), ("L*", "a*", "b*"), np.array([[185, 109, 63]]), np.ones(1))
    'Centres of the segments by L*, a* and b*: brown (100%) at 50, 10, 20.'
    """
    parts = [
        f"{colour_name(c)} ({s:.0%}) at {', '.join(words.amount(value) for value in mean)}"
        for mean, c, s in zip(means, colours, shares, strict=True)
    ]
    return f"Centres of the segments by {words.listed(axes)}: {'; '.join(parts[: words.MOST_NAMED])}."


def colour_cloud(
    points: Array,
    paints: Array,
    means: Array,
    covariances: Array,
    palette: Array,
    axes: Sequence[str],
    total: int | None = None,
) -> go.Figure:
    """Pixels as points of a colour space, with each segment's Gaussian as three rings.

    Parameters
    ----------
    points : (n, d) pixels in the colour space, d = 3, or 1 for greys.
    paints : uint8 (n, 3), their colours.
    means, covariances, palette : (k, d), (k, d, d) and uint8 (k, 3) of the segments.
    axes : names of the d channels.
    total : pixels of the picture, of which `points` are a sample.

    Examples
    --------
    >>> points, paints = np.zeros((5, 3)), np.zeros((5, 3), np.uint8)
    >>> fig = colour_cloud(points, paints, np.zeros((1, 3)), np.eye(3)[None], paints[:1], ("L*", "a*", "b*"))
    >>> [trace.type for trace in fig.data]
    ['scatter3d', 'scatter3d']
    """
    shown = np.linspace(0, len(points) - 1, min(MOST_POINTS, len(points))).astype(int)
    lifted, names = _in_space(points[shown], axes)
    cloud = theme.trace(
        "scatter3d",
        x=lifted[0], y=lifted[1], z=lifted[2], mode="markers", name="pixels", hoverinfo="skip",
        marker={"size": 2, "color": [hexadecimal(c) for c in paints[shown]], "opacity": 0.6},
    )  # fmt: skip
    rings = [
        _rings(j, mean, covariance, colour, names)
        for j, (mean, covariance, colour) in enumerate(zip(means, covariances, palette, strict=True))
    ]
    scene = {
        f"{letter}axis": {
            "title": {"text": name},
            "gridcolor": theme.GRID,
            "backgroundcolor": "rgba(0,0,0,0)",
        }
        for letter, name in zip("xyz", names, strict=True)
    }
    note = theme.note(
        f"showing {len(shown):,} of {total or len(points):,} pixels<br>rings: two standard deviations"
    )
    margin = {"l": 0, "r": 0, "t": 40, "b": 0}
    scene["camera"] = {"eye": {"x": 1.6, "y": 1.6, "z": 1.15}, "center": {"x": 0, "y": 0, "z": -0.12}}
    return theme.figure(
        [cloud, *rings], 460, scene=scene, annotations=[note], showlegend=False, margin=margin
    )


def _in_space(rows: Array, axes: Sequence[str]) -> tuple[Array, Sequence[str]]:
    """Coordinates (3, n) and axis names; missing dimensions are zero."""
    lifted = np.zeros((3, len(rows)), np.float32)
    lifted[: rows.shape[1]] = rows.T[:3]
    return lifted, [*axes[:3], *[""] * (3 - len(axes[:3]))]


def _rings(j: int, mean: Array, covariance: Array, colour: Array, axes: Sequence[str]) -> theme.Trace:
    """Three ellipses through the component's principal directions, in one line."""
    d = min(3, len(mean))
    values, vectors = np.linalg.eigh(covariance[:d, :d])
    arms = vectors * np.sqrt(np.maximum(values, 0)) * SIGMAS
    angle = np.linspace(0, 2 * np.pi, 41)
    parts = []
    for one in range(d):
        other = (one + 1) % d
        ring = mean[:d] + np.outer(np.cos(angle), arms[:, one]) + np.outer(np.sin(angle), arms[:, other])
        parts += [ring, np.full((1, d), np.nan)]
    lifted, _ = _in_space(np.concatenate(parts), axes)
    return theme.trace(
        "scatter3d",
        x=lifted[0], y=lifted[1], z=lifted[2], mode="lines", name=segment(j),
        line={"color": hexadecimal(colour), "width": 5}, hovertemplate=f"{segment(j)}<extra></extra>",
    )  # fmt: skip


def segment(j: int) -> str:
    """What segment j is called; people count from one."""
    return f"segment {j + 1}"


def hexadecimal(colour: Array) -> str:
    """A colour as browsers write it.

    Examples
    --------
    >>> hexadecimal(np.array([255, 0, 16]))
    '#ff0010'
    """
    return "#" + "".join(f"{int(value):02x}" for value in colour)
