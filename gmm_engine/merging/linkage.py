"""Components joined by how near they are, with a guard against tiny clusters."""

from __future__ import annotations

import numpy as np

from gmm_engine.types import Array

GINI_LIMIT = 0.3


def join(distances: Array, weights: Array, n_clusters: int) -> Array:
    """Cluster (k,) of each component: nearest first, unless cluster sizes grow too unequal.

    While the Gini index of the cluster weights exceeds 0.3, the lightest cluster must join
    its nearest (the rule of Genie; Gagolewski, Bartoszuk and Cena, 2016).
    """
    labels = np.arange(len(weights))
    for _ in range(len(weights) - n_clusters):
        clusters, places = np.unique(labels, return_inverse=True)
        masses = np.bincount(places, weights)
        between = _nearest_members(distances, places, len(clusters))
        if gini(masses) > GINI_LIMIT:
            i = int(masses.argmin())
            j = int(between[i].argmin())
        else:
            i, j = divmod(int(between.argmin()), len(clusters))
        labels[labels == clusters[j]] = clusters[i]
    return np.asarray(np.unique(labels, return_inverse=True)[1])


def _nearest_members(distances: Array, places: Array, count: int) -> Array:
    """Smallest distance (count, count) between members of each two clusters; the diagonal infinite."""
    between = np.full((count, count), np.inf)
    np.minimum.at(between, (places[:, None], places[None]), distances)
    np.fill_diagonal(between, np.inf)
    return between


def gini(weights: Array) -> float:
    """Gini index of inequality, from 0 (all equal) to 1 (one has all)."""
    n, ordered = len(weights), np.sort(weights)
    if n < 2:
        return 0.0
    return float(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum() / ((n - 1) * ordered.sum()))
