"""The uniform noise component: a constant density over the box of the data.

Banfield and Raftery (1993), section 3; starts by how lonely a row is, after Byers and
Raftery (1998).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree

from gmm_engine import em
from gmm_engine.mixture.mstep import MStep
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params, Run

SHARES = (0.05, 0.2, 0.5)
NEIGHBOUR = 8
SHORT_STEPS = 30


def box(X: Array) -> Array:
    """Lowest and highest observed value of each column (2, d), in the user's units."""
    return np.stack([np.nanmin(X, axis=0), np.nanmax(X, axis=0)]).astype(np.float64)


def log_widths(bounds: Array) -> Array:
    """Log width (d,) of each side; a side without width counts as one unit."""
    width = bounds[1] - bounds[0]
    return np.log(np.where(width > 0, width, 1.0))


def start(
    sample: MemoryRows, log_density: float, maximise: MStep, clean: Callable[[MemoryRows], Params]
) -> Params:
    """Likeliest of short runs that take different shares of the loneliest rows for noise.

    Parameters
    ----------
    sample : complete rows.
    log_density : of the noise, in the rows' frame.
    clean : start for rows without noise.
    """
    lonely = _loneliness(sample.X)
    runs: list[Run] = []
    for share in SHARES:
        kept = sample.X[lonely <= np.quantile(lonely, 1 - share)]
        inner = clean(MemoryRows(kept, frame=sample.frame))
        weights = inner.weights * (1 - share)
        first = Params(weights, inner.means, inner.factors, share, log_density)
        steps = em.run(sample, first, maximise, tol=1e-4, max_iter=SHORT_STEPS)
        runs.append(em.drain(steps, first, tol=1e-4))
    return max(runs, key=lambda run: run.bound).params


def _loneliness(X: Array) -> Array:
    """Distance (n,) to a near neighbour, columns standardised."""
    deviation = X.std(axis=0, dtype=np.float64)
    scaled = X / np.where(deviation > 0, deviation, 1)
    neighbours = min(NEIGHBOUR, len(X) - 1)
    return np.asarray(cKDTree(scaled).query(scaled, k=[neighbours + 1])[0][:, 0])
