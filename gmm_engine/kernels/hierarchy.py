"""Model-based agglomeration: clusters merge while the Gaussian likelihood falls least."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gmm_engine.kernels._jit import inlined, kernel

Floats = NDArray[np.floating]
Integers = NDArray[np.int64]


@kernel
def agglomerate(points: Floats, weight: Floats, strength: float, ridge: float, merges: Integers) -> None:
    """Merge rows two by two into one tree, each time where the classification likelihood falls least.

    Every cluster is a Gaussian of its own covariance, (W + strength ridge I) / (count + strength),
    W being its scatter, as under a conjugate prior of that strength (Fraley, 1998, with
    another guard for small clusters).

    points (n, d): rows, in coordinates where `ridge` is one variance for all columns.
    weight (n,): how many rows each one stands for.
    merges (n - 1, 2): filled with (kept, absorbed) slots, in the order of merging; a cluster
    keeps the slot of its first row.
    """
    n, d = points.shape
    count, mean = weight.copy(), points.copy()
    scatter = np.zeros((n, d, d))
    for i in range(n):
        for f in range(d):
            scatter[i, f, f] = strength * ridge
    cost = np.empty(n)
    joint = np.empty((d, d))
    for i in range(n):
        cost[i] = _cost(scatter[i], count[i], strength, joint)
    gain = np.full((n, n), np.inf, np.float32)
    partner, best = np.zeros(n, np.int64), np.full(n, np.inf)
    active = np.arange(n)
    for i in range(n):
        _refresh(i, active[:i], count, mean, scatter, cost, gain, strength, ridge, joint)
        _find_partner(i, active[:i], gain, partner, best)
    for turn in range(n - 1):
        alive = n - turn
        i = active[_least(best, active[:alive])]
        j = partner[i]
        keep, gone = min(i, j), max(i, j)
        merges[turn, 0], merges[turn, 1] = keep, gone
        _join(keep, gone, count, mean, scatter, strength, ridge)
        cost[keep] = _cost(scatter[keep], count[keep], strength, joint)
        alive = _drop(active, alive, gone)
        _refresh(keep, active[:alive], count, mean, scatter, cost, gain, strength, ridge, joint)
        for slot in range(alive):
            other = active[slot]
            if partner[other] == keep or partner[other] == gone or other == keep:
                best[other] = np.inf
                _find_partner(other, active[:alive], gain, partner, best)
            elif gain[other, keep] < best[other]:
                partner[other], best[other] = keep, gain[other, keep]


@inlined
def _least(best: Floats, active: Integers) -> int:
    slot = 0
    for candidate in range(1, active.shape[0]):
        if best[active[candidate]] < best[active[slot]]:
            slot = candidate
    return slot


@inlined
def _drop(active: Integers, alive: int, gone: int) -> int:
    """Take one cluster out of the ordered list of active ones; returns how many remain."""
    slot = 0
    while active[slot] != gone:
        slot += 1
    for later in range(slot, alive - 1):
        active[later] = active[later + 1]
    return alive - 1


@inlined
def _find_partner(i: int, active: Integers, gain: Floats, partner: Integers, best: Floats) -> None:
    """The active cluster that `i` merges with at least cost."""
    best[i] = np.inf
    for slot in range(active.shape[0]):
        other = active[slot]
        if other != i and gain[i, other] < best[i]:
            partner[i], best[i] = other, gain[i, other]


@inlined
def _refresh(
    i: int,
    active: Integers,
    count: Floats,
    mean: Floats,
    scatter: Floats,
    cost: Floats,
    gain: Floats,
    strength: float,
    ridge: float,
    joint: Floats,
) -> None:
    """The price of merging cluster `i` with each active one."""
    for slot in range(active.shape[0]):
        other = active[slot]
        if other != i:
            _joint_scatter(i, other, count, mean, scatter, strength, ridge, joint)
            together = _cost(joint, count[i] + count[other], strength, joint)
            gain[i, other] = gain[other, i] = together - cost[i] - cost[other]


@inlined
def _joint_scatter(
    i: int, j: int, count: Floats, mean: Floats, scatter: Floats, strength: float, ridge: float, joint: Floats
) -> None:
    """Lower triangle of the ridged scatter of two clusters together."""
    share = count[i] * count[j] / (count[i] + count[j])
    for f in range(joint.shape[0]):
        step = share * (mean[i, f] - mean[j, f])
        for g in range(f + 1):
            joint[f, g] = scatter[i, f, g] + scatter[j, f, g] + step * (mean[i, g] - mean[j, g])
        joint[f, f] -= strength * ridge


@inlined
def _join(
    keep: int, gone: int, count: Floats, mean: Floats, scatter: Floats, strength: float, ridge: float
) -> None:
    """Put the rows of one cluster into another, in place."""
    _joint_scatter(keep, gone, count, mean, scatter, strength, ridge, scatter[keep])
    total = count[keep] + count[gone]
    for f in range(mean.shape[1]):
        mean[keep, f] += count[gone] / total * (mean[gone, f] - mean[keep, f])
    count[keep] = total


@inlined
def _cost(scatter: Floats, count: float, strength: float, factor: Floats) -> float:
    """Twice the negative classification log-likelihood of a cluster, up to a constant."""
    d = scatter.shape[0]
    log_det = 0.0
    for f in range(d):
        for g in range(f + 1):
            value = scatter[f, g]
            for e in range(g):
                value -= factor[f, e] * factor[g, e]
            if f == g:
                log_det += math.log(value)
                factor[f, f] = math.sqrt(value)
            else:
                factor[f, g] = value / factor[g, g]
    total = count + strength
    return float(total * (log_det - d * math.log(total)))
