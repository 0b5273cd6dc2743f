"""The rows that starts are looked for on."""

from __future__ import annotations

import numpy as np

from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array


def draw(rows: MemoryRows, size: int, rng: np.random.RandomState) -> MemoryRows:
    """At most `size` rows: all of them with their weights, or a sample without.

    A sample is drawn by cumulative weight, evenly along the rows, so that weights act as
    repeated rows.
    """
    weight = rows.row_weights if rows.row_weights.size else None
    if rows.n <= size:
        if weight is None or weight.min() > 0:
            return rows
        present = weight > 0
        return MemoryRows(rows.X[present], weight[present], frame=rows.frame)
    position = (np.arange(size) + rng.uniform(size=size)) / size
    if weight is None:
        chosen = (position * rows.n).astype(np.intp)
    else:
        cumulative = np.cumsum(weight, dtype=np.float64)
        last = int(np.flatnonzero(weight)[-1])
        chosen = np.searchsorted(cumulative, position * cumulative[-1], side="right").clip(0, last)
    return MemoryRows(rows.X[chosen], frame=rows.frame)


def weights_of(rows: MemoryRows) -> Array:
    """Row weights (n,) in float64, scaled to mean one."""
    if not rows.row_weights.size:
        return np.ones(rows.n)
    weight = rows.row_weights.astype(np.float64)
    return np.asarray(weight / weight.mean())


def centred(rows: MemoryRows) -> Array:
    """The rows (n, d) in float64 about their weighted mean, in the frame's unit."""
    X = (rows.X.astype(np.float64) - rows.frame.centre) * rows.frame.scale
    return np.asarray(X - np.average(X, axis=0, weights=weights_of(rows)))
