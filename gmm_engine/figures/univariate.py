"""One column: histogram, each component's curve, and their sum."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from gmm_engine.figures import theme
from gmm_engine.types import Array

GRID_POINTS = 240
BINS = (10, 80)


def histogram(
    x: Array,
    axis: str,
    *,
    weights: Array | None = None,
    means: Array | None = None,
    variances: Array | None = None,
    height: int = 420,
) -> go.Figure:
    """Histogram of all values as a density, with weight times density of every component and their sum.

    Parameters
    ----------
    x : (n,) values; NaN is left out.
    axis : the column's name, with its unit.
    weights, means, variances : (k,) each, of the mixture to draw; None draws the histogram alone.

    Examples
    --------
    >>> fig = histogram(np.arange(100.0), "x", weights=np.ones(1), means=np.array([50.0]),
    ...                 variances=np.array([800.0]))
    >>> [trace.name for trace in fig.data]
    ['rows', 'component 1', 'mixture']
    """
    drawn = [bars(x, axis)]
    if weights is not None and means is not None and variances is not None:
        drawn += curves(x, weights, means, variances)
    return theme.figure(drawn, height, axis, "density", bargap=0.02, hovermode="closest")


def curves(x: Array, weights: Array, means: Array, variances: Array) -> list[theme.Trace]:
    """Each component's curve around the values x (n,), and their sum last."""
    grid = _grid(x, means, variances)
    heights = weighted_densities(grid, weights, means, variances)
    parts = [_curve(grid, height, theme.colour(j), theme.name(j)) for j, height in enumerate(heights.T)]
    return [*parts, _curve(grid, heights.sum(axis=1), theme.INK, "mixture", 2.5)]


def weighted_densities(x: Array, weights: Array, means: Array, variances: Array) -> Array:
    """Weight times normal density of every component at x (n,), as (n, k)."""
    z = (x[:, None] - means) / np.sqrt(variances)
    return np.asarray(weights * np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi * variances))


def bars(x: Array, axis: str) -> theme.Trace:
    """All finite values of x (n,) counted in bins, as a density."""
    kept = x[np.isfinite(x)]
    counts, edges = np.histogram(kept, bins=_n_bins(kept))
    width = np.diff(edges)
    x_name = theme.plain(axis)
    return theme.trace(
        "bar",
        x=theme.single((edges[1:] + edges[:-1]) / 2), y=theme.single(counts / (width * max(kept.size, 1))),
        width=theme.single(width), customdata=counts.astype(np.int32), name="rows",
        marker={"color": theme.GRID, "line": {"color": theme.MUTED, "width": 0.5}},
        hovertemplate=f"{x_name} about %{{x:.4~g}}<br>%{{customdata:,}} rows<extra></extra>",
    )  # fmt: skip


def _n_bins(x: Array) -> int:
    """Freedman and Diaconis's rule (1981), within reason."""
    if x.size < 2:
        return BINS[0]
    low, high = np.quantile(x, (0.25, 0.75))
    width = 2 * (high - low) / np.cbrt(x.size)
    return int(np.clip(np.ptp(x) / width, *BINS)) if width > 0 else BINS[0]


def _grid(x: Array, means: Array, variances: Array) -> Array:
    reach = 4 * np.sqrt(variances)
    low = min(float(np.nanmin(x)), float((means - reach).min()))
    high = max(float(np.nanmax(x)), float((means + reach).max()))
    near = np.concatenate([m + s * np.linspace(-4, 4, 41) for m, s in zip(means, reach / 4, strict=True)])
    return np.unique(np.concatenate([np.linspace(low, high, GRID_POINTS), near]))


def _curve(x: Array, y: Array, shade: str, label: str, width: float = 2.0) -> theme.Trace:
    return theme.trace(
        "scatter",
        x=theme.single(x), y=theme.single(y), mode="lines", name=label, line={"color": shade, "width": width},
        hovertemplate=f"{label} at %{{x:.4~g}}: density %{{y:.4~g}}<extra></extra>",
    )  # fmt: skip
