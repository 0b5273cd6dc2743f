"""Common shape, own volumes: the inner iterations of VEI, VEV and VEE.

Both problems are geodesically convex (Wiesel, 2012, Geodesic convexity and covariance
estimation), so what they converge to does not depend on where they start.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gmm_engine.kernels._jit import inlined, kernel

Floats = NDArray[np.floating]

MAX_SWEEPS = 1000
TOLERANCE = 1e-12


@kernel
def balance_axes(scatter: Floats, weight: Floats, shape: Floats) -> Floats:
    """Volumes and common shape of scatters along axes, by alternating minimisation.

    scatter (k, d): sums of squares along each axis. weight (k,). shape (d,): positive start
    of the common shape, up to scale; overwritten by the shape that goes with the volumes.
    Returns the volumes (k,); variances are volume times shape.
    """
    k, d = scatter.shape
    volume = np.zeros(k)
    total = _sum(weight)
    for _ in range(MAX_SWEEPS):
        change = 0.0
        for j in range(k):
            trace = 0.0
            for f in range(d):
                trace += scatter[j, f] / shape[f]
            change = max(change, _update(volume, j, trace / (d * weight[j])))
        for f in range(d):
            shape[f] = 0.0
            for j in range(k):
                if volume[j] > 0:
                    shape[f] += scatter[j, f] / (volume[j] * total)
        if not change > TOLERANCE:
            break
    return volume


@kernel
def balance_matrices(scatter: Floats, weight: Floats, common: Floats) -> Floats:
    """Volumes and common matrix of scatters, the same way.

    scatter (k, d, d). weight (k,). common (d, d): start of the common matrix, up to scale;
    overwritten. Returns the volumes (k,); covariances are volume times common matrix.
    """
    k, d = scatter.shape[:2]
    volume = np.zeros(k)
    total = _sum(weight)
    for _ in range(MAX_SWEEPS):
        change = 0.0
        inverse = np.linalg.inv(common)
        for j in range(k):
            change = max(change, _update(volume, j, _inner(scatter[j], inverse) / (d * weight[j])))
        common[:] = 0.0
        for j in range(k):
            if volume[j] > 0:
                _add(common, scatter[j], 1.0 / (volume[j] * total))
        if not change > TOLERANCE:
            break
    return volume


@inlined
def _sum(values: Floats) -> float:
    total = 0.0
    for j in range(values.shape[0]):
        total += values[j]
    return total


@inlined
def _update(volume: Floats, j: int, updated: float) -> float:
    """Set one volume; returns the relative change, 0 for a component without spread."""
    change = abs(updated - volume[j]) / updated if updated > 0 else 0.0
    volume[j] = updated
    return change


@inlined
def _inner(left: Floats, right: Floats) -> float:
    """Sum of products of two square matrices."""
    total = 0.0
    for f in range(left.shape[0]):
        for g in range(left.shape[0]):
            total += left[f, g] * right[f, g]
    return total


@inlined
def _add(target: Floats, matrix: Floats, factor: float) -> None:
    for f in range(target.shape[0]):
        for g in range(target.shape[0]):
            target[f, g] += factor * matrix[f, g]
