"""Two-sample statistics written out pair by pair."""

from __future__ import annotations

import numpy as np


def energy_distance(X, Y):
    """Twice the mean distance across, minus the mean distances within."""

    def mean(A, B):
        return sum(float(np.sqrt(((a - b) ** 2).sum())) for a in A for b in B) / (len(A) * len(B))

    return 2 * mean(X, Y) - mean(X, X) - mean(Y, Y)


def nearest_other(X):
    """Distance of every row to the nearest other one."""
    return np.array(
        [
            min(float(np.linalg.norm(X[i] - X[other])) for other in range(len(X)) if other != i)
            for i in range(len(X))
        ]
    )
