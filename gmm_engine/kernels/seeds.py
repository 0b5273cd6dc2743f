"""Partitions around rows that lie far from each other."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel


@kernel
def seed(X, weight, draws, labels):
    """Label rows (n, d) by the nearest of k of them, moved once to the centres of their rows.

    draws (k,): uniform numbers by which rows are chosen, the first by weight (n,), the others by
    weight times the squared distance to the nearest one before. labels (n,) is written.
    """
    n, d = X.shape
    k = draws.shape[0]
    centres, mass = np.empty((k, d)), np.zeros(k)
    nearest, share = np.full(n, np.inf), weight.copy()
    for j in range(k):
        row = _drawn(share, draws[j]) if share.sum() > 0 else _drawn(weight, draws[j])
        for f in range(d):
            centres[j, f] = X[row, f]
        for i in range(n):
            nearest[i] = min(nearest[i], _distance(X[i], centres[j]))
            share[i] = nearest[i] * weight[i]
    _label(X, centres, labels)
    chosen = centres.copy()
    centres[:] = 0.0
    for i in range(n):
        mass[labels[i]] += weight[i]
        for f in range(d):
            centres[labels[i], f] += weight[i] * X[i, f]
    for j in range(k):
        for f in range(d):
            centres[j, f] = centres[j, f] / mass[j] if mass[j] > 0 else chosen[j, f]
    _label(X, centres, labels)


@inlined
def _drawn(share, draw):
    """The first row up to which the shares exceed `draw` of their sum."""
    total, last = share.sum(), 0
    passed = 0.0
    for i in range(share.shape[0]):
        if share[i] > 0:
            passed += share[i]
            last = i
            if passed > draw * total:
                return i
    return last


@inlined
def _distance(x, y):
    """Squared."""
    found = 0.0
    for f in range(x.shape[0]):
        gap = x[f] - y[f]
        found += gap * gap
    return found


@inlined
def _label(X, centres, labels):
    """Each row by its nearest centre, the first of equally near ones."""
    for i in range(X.shape[0]):
        best = np.inf
        labels[i] = 0
        for j in range(centres.shape[0]):
            distance = _distance(X[i], centres[j])
            if distance < best:
                best = distance
                labels[i] = j
