"""Rows for tests of rows that are not in memory, and how two fits to them are compared."""

from __future__ import annotations

import numpy as np

from gmm_engine import GaussianMixture

PARAMETERS = ("weights_", "means_", "covariances_")


def difference(one: GaussianMixture, other: GaussianMixture) -> float:
    """Largest difference of a parameter of two fits, as a share of the largest such parameter."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in PARAMETERS]
    return max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in pairs)


def three_groups(*sizes: int) -> np.ndarray:
    """Shuffled rows (n, 3) of three groups of these sizes."""
    rng = np.random.default_rng(5)
    groups = zip((0.0, 5.0, -6.0), (1.0, 2.0, 0.5), sizes, strict=True)
    X = np.concatenate([rng.normal(mean, sd, (n, 3)) @ rng.normal(size=(3, 3)) for mean, sd, n in groups])
    rng.shuffle(X)
    return X
