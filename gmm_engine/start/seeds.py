"""Partitions around randomly chosen, well separated rows."""

from __future__ import annotations

import numpy as np

from gmm_engine.types import Array


def seeded_labels(X: Array, weight: Array, k: int, rng: np.random.RandomState) -> Array:
    """Label (n,) each row by the nearest of k rows drawn by k-means++ (Arthur and Vassilvitskii, 2007).

    One step of k-means follows: the seeds move to the centres of their rows.
    """
    squares = np.einsum("if,if->i", X, X)
    chosen = [_drawn(weight / weight.sum(), rng)]
    nearest = _distances(X, squares, X[chosen])[:, 0]
    for _ in range(k - 1):
        share = nearest * weight
        total = share.sum()
        chosen.append(_drawn(share / total if total > 0 else weight / weight.sum(), rng))
        nearest = np.minimum(nearest, _distances(X, squares, X[chosen[-1:]])[:, 0])
    labels = np.argmin(_distances(X, squares, X[chosen]), axis=1)
    centres = _centres(X, weight, labels, X[chosen])
    return np.asarray(np.argmin(_distances(X, squares, centres), axis=1))


def _drawn(share: Array, rng: np.random.RandomState) -> int:
    """The row that `rng.choice` draws with those shares, without its checks."""
    borders = np.cumsum(share)
    return int(np.searchsorted(borders / borders[-1], rng.random_sample(), side="right"))


def _distances(X: Array, squares: Array, centres: Array) -> Array:
    """Squared distances (n, k)."""
    distances = squares[:, None] - 2 * X @ centres.T + np.einsum("jf,jf->j", centres, centres)
    return np.asarray(np.maximum(distances, 0))


def _centres(X: Array, weight: Array, labels: Array, fallback: Array) -> Array:
    """Weighted mean of each label's rows; `fallback` where a label has none."""
    k = len(fallback)
    mass = np.bincount(labels, weight, minlength=k)
    sums = np.stack([np.bincount(labels, weight * column, minlength=k) for column in X.T], axis=1)
    return np.where(mass[:, None] > 0, sums / np.where(mass > 0, mass, 1)[:, None], fallback)
