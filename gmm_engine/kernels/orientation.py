"""Common orientation, own shapes: the inner iterations of EVE and VVE."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gmm_engine.kernels._jit import inlined, kernel

Floats = NDArray[np.float64]

MAX_SWEEPS = 300
TOLERANCE = 1e-11
SMALLEST = 1e-200


@kernel
def turn_to_common_axes(turned: Floats, weight: Floats, axes: Floats, equal_volume: bool) -> float:
    """Rotate axes until they make all scatters as diagonal as they can be together.

    Minimises the sum over j of weight_j log|diag(D' W_j D)| (VVE), or with equal volumes the
    sum of |diag(D' W_j D)|^(1/d) (EVE), over orthonormal D. Each step majorises the criterion
    by one that is linear in the lengths and touches it at the present axes, as Browne and
    McNicholas (2014) do, and rotates one pair of axes to the bound's exact minimum, as Flury
    and Gautschi (1986) do; so the criterion never rises.

    turned (k, d, d): D' W_j D at the start. weight (k,). axes (d, d): D, one axis per column.
    Both arrays are rotated in place. Returns the criterion reached.
    """
    d = axes.shape[0]
    criterion = np.inf
    for _ in range(MAX_SWEEPS):
        for p in range(1, d):
            for q in range(p):
                cosine, sine = _best_rotation(turned, weight, p, q, equal_volume)
                _rotate(turned, axes, p, q, cosine, sine)
        previous, criterion = criterion, _criterion(turned, weight, equal_volume)
        if not previous - criterion > TOLERANCE:
            break
    return criterion


@inlined
def _volume(matrix: Floats) -> float:
    """Geometric mean of the diagonal."""
    total = 0.0
    for f in range(matrix.shape[0]):
        total += math.log(max(matrix[f, f], SMALLEST))
    return math.exp(total / matrix.shape[0])


@inlined
def _best_rotation(turned: Floats, weight: Floats, p: int, q: int, equal_volume: bool) -> tuple[float, float]:
    """Cosine and sine of the angle that minimises the bound in the plane of axes p and q.

    With a = mass / length held, the bound is constant + u cos(2 angle) + v sin(2 angle).
    """
    u = 0.0
    v = 0.0
    for j in range(turned.shape[0]):
        mass = _volume(turned[j]) if equal_volume else weight[j]
        along_p = max(turned[j, p, p], SMALLEST)
        along_q = max(turned[j, q, q], SMALLEST)
        steepness = mass / along_p - mass / along_q
        u += 0.5 * steepness * (along_p - along_q)
        v += steepness * turned[j, p, q]
    angle = 0.5 * np.arctan2(-v, -u)
    return np.cos(angle), np.sin(angle)


@inlined
def _rotate(turned: Floats, axes: Floats, p: int, q: int, cosine: float, sine: float) -> None:
    """Turn axes p and q, and every scatter with them, in place."""
    d = axes.shape[0]
    for f in range(d):
        old = axes[f, p]
        axes[f, p] = cosine * old + sine * axes[f, q]
        axes[f, q] = cosine * axes[f, q] - sine * old
    for j in range(turned.shape[0]):
        for f in range(d):
            old = turned[j, f, p]
            turned[j, f, p] = cosine * old + sine * turned[j, f, q]
            turned[j, f, q] = cosine * turned[j, f, q] - sine * old
        for f in range(d):
            old = turned[j, p, f]
            turned[j, p, f] = cosine * old + sine * turned[j, q, f]
            turned[j, q, f] = cosine * turned[j, q, f] - sine * old


@inlined
def _criterion(turned: Floats, weight: Floats, equal_volume: bool) -> float:
    """The mean log volume (VVE) or the log of the summed volumes (EVE), nats."""
    total = 0.0
    mass = 0.0
    for j in range(turned.shape[0]):
        volume = _volume(turned[j])
        total += volume if equal_volume else weight[j] * np.log(volume)
        mass += weight[j]
    return np.log(total) if equal_volume else total / mass
