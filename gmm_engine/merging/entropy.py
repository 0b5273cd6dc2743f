"""Components merged into clusters, two by two, where the labels become surer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import xlogy

from gmm_engine.mixture import GaussianMixture
from gmm_engine.types import Array


@dataclass(frozen=True, eq=False)
class Merging:
    """A tree that merges k components into one cluster.

    Parameters
    ----------
    pairs : (k - 1, 2) clusters (kept, absorbed), each named by its first component, in order.
    entropies : (k,) entropy of the memberships in nats, of 1 cluster, 2 clusters, ... k.
    suggested : number of clusters after which merging gains little certainty.
    memberships : (n, k) probability of each component for each row.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import GaussianMixture, merge_components
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (200, 2)), rng.normal(9, 1, (200, 2))])
    >>> merged = merge_components(GaussianMixture(3, random_state=0).fit(X), X)
    >>> np.bincount(merged.labels(2))
    array([200, 200])
    """

    pairs: Array
    entropies: Array
    suggested: int
    memberships: Array

    def components(self, n_clusters: int) -> Array:
        """Cluster (k,) of each component."""
        parent = np.arange(len(self.pairs) + 1)
        for kept, absorbed in self.pairs[: len(parent) - n_clusters]:
            parent[parent == absorbed] = kept
        return np.asarray(np.unique(parent, return_inverse=True)[1])

    def probabilities(self, n_clusters: int) -> Array:
        """Probability (n, n_clusters) of each cluster for each row."""
        return self.memberships @ np.eye(n_clusters)[self.components(n_clusters)]

    def labels(self, n_clusters: int | None = None) -> Array:
        """Cluster (n,) of each row; by default of the suggested number."""
        return np.asarray(np.argmax(self.probabilities(n_clusters or self.suggested), axis=1))


def merge_components(model: GaussianMixture, X: Any) -> Merging:
    """Merge the components of a fitted mixture into clusters (Baudry et al., 2010).

    At each step the two clusters merge whose union lowers the entropy of the memberships
    most. The suggested number of clusters is where the entropy curve bends: the knot of
    two straight lines fitted to it.

    Parameters
    ----------
    model : fitted mixture of k components.
    X : (n, d) rows.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import GaussianMixture
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (200, 2)), rng.normal(9, 1, (200, 2))])
    >>> merge_components(GaussianMixture(2, random_state=0).fit(X), X).suggested
    2
    """
    return merge_memberships(model.predict_proba(X).astype(np.float64))


def merge_memberships(memberships: Array) -> Merging:
    """`merge_components` of memberships (n, k) that sum to one in each row."""
    current, names = memberships.copy(), list(range(memberships.shape[1]))
    entropies, pairs = [_entropy(current)], []
    while len(names) > 1:
        i, j = _surest_pair(current)
        pairs.append((names[i], names.pop(j)))
        current[:, i] += current[:, j]
        current = np.delete(current, j, axis=1)
        entropies.append(_entropy(current))
    curve = np.array(entropies[::-1])
    return Merging(np.array(pairs, np.int64).reshape(-1, 2), curve, bend(curve), memberships)


def _entropy(memberships: Array) -> float:
    return -float(xlogy(memberships, memberships).sum()) + 0.0


def _surest_pair(memberships: Array) -> tuple[int, int]:
    """Columns i < j whose sum has the least entropy compared with the two."""
    k = memberships.shape[1]
    single = xlogy(memberships, memberships).sum(axis=0)
    best, pair = -np.inf, (0, 1)
    for i in range(k - 1):
        union = memberships[:, i, None] + memberships[:, i + 1 :]
        gains = xlogy(union, union).sum(axis=0) - single[i] - single[i + 1 :]
        if gains.max() > best:
            best, pair = float(gains.max()), (i, i + 1 + int(gains.argmax()))
    return pair


def bend(entropies: Array) -> int:
    """Where a curve over 1, 2, ... k bends: the knot of the best two straight lines."""
    k = len(entropies)
    if k < 3:
        return k
    x = np.arange(1.0, k + 1)
    errors = [
        _line_error(x[:c], entropies[:c]) + _line_error(x[c - 1 :], entropies[c - 1 :]) for c in range(2, k)
    ]
    return 2 + int(np.argmin(errors))


def _line_error(x: Array, y: Array) -> float:
    """Sum of squared residuals of a straight line."""
    fitted = np.polynomial.Polynomial.fit(x, y, 1)(x)
    return float(np.square(y - fitted).sum())
