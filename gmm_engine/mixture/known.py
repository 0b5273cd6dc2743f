"""Where EM starts when some rows' components are known."""

from __future__ import annotations

import numpy as np

from gmm_engine.mixture.mstep import factorise
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params

# A component without labelled rows starts at a row this far out among the others: far from
# the known ones, yet not the oddest row of all.
FAR = 0.95


def start(rows: MemoryRows, labels: Array, k: int, *, diagonal: bool) -> Params:
    """Means of the labelled rows, one shared covariance, equal weights.

    Parameters
    ----------
    rows : complete rows.
    labels : (n,) known component, -1 unknown.
    """
    X = (rows.X.astype(np.float64) - rows.frame.centre) * rows.frame.scale
    present = np.unique(labels[labels >= 0])
    covariance = _shared(X, labels, present, k)
    whitened = X @ np.linalg.inv(np.linalg.cholesky(covariance)).T
    means = np.zeros((k, X.shape[1]))
    seeds: list[Array] = []
    for j in present:
        means[j] = X[labels == j].mean(axis=0)
        seeds.append(whitened[labels == j].mean(axis=0))
    for j in np.setdiff1d(np.arange(k), present):
        chosen = _far_from(seeds, whitened)
        means[j], seeds = X[chosen], [*seeds, whitened[chosen]]
    if diagonal:
        return Params(np.full(k, 1 / k), means, np.tile(np.sqrt(np.diag(covariance)), (k, 1)))
    return Params(np.full(k, 1 / k), means, factorise(np.tile(covariance, (k, 1, 1))))


def _shared(X: Array, labels: Array, present: Array, k: int) -> Array:
    """Pooled covariance within the labelled groups, shrunk towards a share of the whole."""
    d = X.shape[1]
    total = np.cov(X.T, bias=True).reshape(d, d) + 1e-9 * np.eye(d)
    prior = total * k ** (-2 / d)
    weight = d + 2.0
    pooled, freedom = weight * prior, weight
    for j in present:
        group = X[labels == j]
        centred = group - group.mean(axis=0)
        pooled, freedom = pooled + centred.T @ centred, freedom + len(group) - 1
    return np.asarray(pooled / freedom)


def _far_from(seeds: list[Array], whitened: Array) -> int:
    if not seeds:
        return int(np.argmin(np.square(whitened - whitened.mean(axis=0)).sum(axis=1)))
    distance = np.min([np.square(whitened - seed).sum(axis=1) for seed in seeds], axis=0)
    return int(np.argsort(distance)[int(FAR * (len(distance) - 1))])
