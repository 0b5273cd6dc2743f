"""Rows as points in two columns, coloured by the components that claim them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.figures.thinning import some
from gmm_engine.types import Array

MOST_POINTS = 20_000
SAMPLE = 4_000
BINS = 160
OPACITY = 0.75
MOST_REACH = 2.5  # ellipses widen the window by at most so many margins
LONG_LABELS = 80  # pixels of margin; below the figure such labels may be turned, and need room


def points(
    X: Array,
    axes: Sequence[str],
    *,
    responsibilities: Array | None = None,
    labels: Array | None = None,
    means: Array | None = None,
    covariances: Array | None = None,
    names: Sequence[str] | None = None,
    size_by_doubt: bool = True,
    scales: Sequence[str] = ("linear", "linear"),
    height: int = 480,
) -> go.Figure:
    """Scatter of two columns with soft colours and ellipses at 1, 2 and 3 standard deviations.

    Above 20,000 rows the density of all rows is drawn as an image with a sample of 4,000
    points on it, and the figure says "showing 4,000 of n".

    Parameters
    ----------
    X : (n, 2) rows.
    axes : the two columns' names, with units.
    responsibilities : (n, k) rows summing to one; colours are mixed by them and, with
        `size_by_doubt`, doubtful rows are larger.
    labels : (n,) component or class of each row, used without `responsibilities`; -1 is noise.
    means, covariances : (k, 2) and (k, 2, 2), drawn as ellipses.
    names : legend entries of the components or classes.
    scales : "linear" or "log" for each axis; the density of many rows is drawn on even axes.

    Examples
    --------
    >>> fig = points(np.zeros((5, 2)), ("a", "b"), labels=np.zeros(5, int))
    >>> fig.data[0].name
    'component 1'
    """
    n = len(X)
    shown = some(n, n if n <= MOST_POINTS else SAMPLE)
    if responsibilities is not None:
        labels = responsibilities.argmax(axis=1)
    belongs = np.zeros(n, int) if labels is None else np.asarray(labels)
    traces: list[theme.Trace] = [_density(X, axes)] if len(shown) < n else []
    for j in np.unique(belongs[shown]).tolist():
        rows = shown[belongs[shown] == j]
        soft = None if responsibilities is None else responsibilities[rows]
        traces.append(_cloud(X[rows], axes, j, soft, names, size_by_doubt, len(shown) <= SAMPLE))
    if means is not None and covariances is not None:
        traces += _ellipses(means, covariances, axes)
    notes = [theme.note(_sample_words(len(shown), n))] if len(shown) < n else []
    bent = scales if len(shown) == n else ("linear", "linear")
    window = _window(X, axes, bent, _reach(means, covariances))
    return theme.figure(traces, height, *axes, annotations=notes, **window)


def ellipse(mean: Array, covariance: Array, sigmas: float, corners: int = 61) -> Array:
    """Outline (corners, 2) of the ellipse `sigmas` standard deviations from the mean.

    Of means (m, 2) and covariances (m, 2, 2) all outlines (m, corners, 2).

    Examples
    --------
    >>> np.abs(ellipse(np.zeros(2), np.eye(2), 2.0)).max().round(6).item()
    2.0
    """
    angle = np.linspace(0, 2 * np.pi, corners)
    values, vectors = np.linalg.eigh(covariance)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    radii = sigmas * np.sqrt(np.maximum(values, 0))[..., None, :]
    return np.asarray(mean[..., None, :] + circle * radii @ np.swapaxes(vectors, -1, -2))


def _reach(means: Array | None, covariances: Array | None) -> Array | None:
    """Lower and upper ends (2, 2) of the outermost ellipses."""
    if means is None or covariances is None:
        return None
    arms = 3 * np.sqrt(np.maximum(np.diagonal(covariances, axis1=1, axis2=2), 0))
    return np.stack([(means - arms).min(axis=0), (means + arms).max(axis=0)])


def _window(X: Array, axes: Sequence[str], scales: Sequence[str], reach: Array | None) -> dict[str, Any]:
    """Axes around the rows, and around ellipses that reach a little further than they do."""
    kept = X[np.isfinite(X).all(axis=1)]
    if len(kept) == 0:
        return {}
    bent = np.stack([np.log10(c) if kind == "log" else c for c, kind in zip(kept.T, scales, strict=True)])
    low, high = bent.min(axis=1), bent.max(axis=1)
    margin = np.maximum(0.06 * (high - low), 1e-9 * np.maximum(np.abs(low), np.abs(high)) + 1e-300)
    low, high = low - margin, high + margin
    if reach is not None and tuple(scales) == ("linear", "linear"):
        low = np.clip(reach[0] - margin / 4, low - MOST_REACH * margin, low)
        high = np.clip(reach[1] + margin / 4, high, high + MOST_REACH * margin)
    ranges = np.stack([low, high], axis=1).tolist()
    even = scales[1] == "linear"
    ends = ranges[1] if even else (0, 10**6)  # room for any power of ten
    turned = scales[0] == "linear" and theme.margin(*ranges[0])["l"] > LONG_LABELS
    across, up = ({"type": kind} | _decades(kind) for kind in scales)
    return {
        "xaxis": theme.axis(axes[0], showgrid=False, range=ranges[0], automargin=turned, **across),
        "yaxis": theme.axis(axes[1], range=ranges[1], automargin=False, **up),
        "margin": theme.margin(*ends),
    }


def _decades(kind: str) -> dict[str, Any]:
    """Ticks of a logarithmic axis at powers of ten only."""
    return {"dtick": 1} if kind == "log" else {}


def _cloud(
    X: Array,
    axes: Sequence[str],
    j: int,
    soft: Array | None,
    names: Sequence[str] | None,
    sized: bool,
    few: bool,
) -> theme.Trace:
    """The rows of one component; few of them as vectors, which need no graphics card."""
    label = theme.name(j) if names is None or j < 0 else theme.plain(names[j])
    sure = None if soft is None else theme.single(soft.max(axis=1))
    marker = {
        "symbol": theme.symbol(j),
        # Marker by marker, an opacity is painted a third more slowly than a colour that lets through.
        "color": theme.faint(theme.colour(j), OPACITY) if soft is None else theme.soft_colours(soft, OPACITY),
        "size": theme.single(6 + 8 * (1 - sure)) if sized and few and sure is not None else 6,
        "line": {"width": 1 if j < 0 else 0},
    }
    x, y = (theme.plain(axis) for axis in axes)
    belief = "" if sure is None else ", %{customdata:.1%} sure"
    hover = f"{x} %{{x:.4~g}}<br>{y} %{{y:.4~g}}<br>{label}{belief}<extra></extra>"
    return theme.trace(
        "scatter" if few else "scattergl",
        x=theme.single(X[:, 0]), y=theme.single(X[:, 1]), mode="markers", name=label, marker=marker,
        customdata=sure, hovertemplate=hover, legendgroup=f"component {j}",
    )  # fmt: skip


def _ellipses(means: Array, covariances: Array, axes: Sequence[str]) -> list[theme.Trace]:
    """Three outlines and a centre for every component, in lines that stay above the points."""
    traces: list[theme.Trace] = []
    for j, (mean, covariance) in enumerate(zip(means, covariances, strict=True)):
        gap = np.full((1, 2), np.nan)
        outline = np.concatenate([part for s in (1, 2, 3) for part in (ellipse(mean, covariance, s), gap)])
        hover = f"{theme.name(j)}: 1, 2 and 3 standard deviations<extra></extra>"
        traces.append(
            theme.trace(
        "scatter",
                x=theme.single(outline[:, 0]), y=theme.single(outline[:, 1]), mode="lines",
                line={"color": theme.colour(j), "width": 1.5}, hovertemplate=hover,
                legendgroup=f"component {j}", showlegend=False,
            )
        )  # fmt: skip
    traces.append(_centres(means, axes))
    return traces


def _centres(means: Array, axes: Sequence[str]) -> theme.Trace:
    x, y = (theme.plain(axis) for axis in axes)
    hover = f"mean of %{{text}}<br>{x} %{{x:.4~g}}<br>{y} %{{y:.4~g}}<extra></extra>"
    marker = {"symbol": "cross-thin-open", "size": 11, "color": theme.INK, "line": {"width": 2}}
    return theme.trace(
        "scatter",
        x=theme.single(means[:, 0]), y=theme.single(means[:, 1]), mode="markers", marker=marker,
        text=[theme.name(j) for j in range(len(means))], hovertemplate=hover, showlegend=False,
    )  # fmt: skip


def _density(X: Array, axes: Sequence[str]) -> theme.Trace:
    """Shading by the number of all rows in each cell, on a logarithmic scale."""
    counts, x_edges, y_edges = np.histogram2d(X[:, 0], X[:, 1], bins=BINS)
    with np.errstate(divide="ignore"):
        shade = np.where(counts > 0, np.log10(counts), np.nan).T
    x, y = (theme.plain(axis) for axis in axes)
    return theme.trace(
        "heatmap",
        x=theme.single((x_edges[1:] + x_edges[:-1]) / 2), y=theme.single((y_edges[1:] + y_edges[:-1]) / 2),
        z=theme.single(shade), colorscale=theme.SEQUENTIAL, showscale=False, hoverongaps=False,
        customdata=counts.T.astype(np.int32),
        hovertemplate=f"{x} %{{x:.4~g}}<br>{y} %{{y:.4~g}}<br>%{{customdata:,}} rows here<extra></extra>",
    )  # fmt: skip


def _sample_words(shown: int, n: int) -> str:
    return f"showing {shown:,} of {n:,} rows as points; the shading counts all of them"
