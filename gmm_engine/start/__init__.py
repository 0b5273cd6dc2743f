"""Where EM starts: initial responsibilities or parameters.

The default tries partitions around random rows, in raw, standardised and whitened
columns, and cuts of model-based trees; each is run for a few steps on a sample, and the
likeliest is kept.
"""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus

from gmm_engine.rows import MemoryRows
from gmm_engine.start.draw import centred, weights_of
from gmm_engine.start.hierarchy import THOROUGH, grow
from gmm_engine.start.tournament import Maximise, Partitions, one_hot, short_runs
from gmm_engine.start.views import half_whitened
from gmm_engine.types import Array, Params

METHODS = ("auto", "kmeans", "k-means++", "random", "random_from_data", "hierarchical")

__all__ = [
    "METHODS",
    "THOROUGH",
    "Maximise",
    "Partitions",
    "auto",
    "one_hot",
    "responsibilities",
    "short_runs",
]


def responsibilities(
    X: Array, weight: Array | None, k: int, method: str, rng: np.random.RandomState
) -> Array:
    """One start as responsibilities (n, k); rows of zeros are left out of the first M-step."""
    n = len(X)
    if method == "random":
        resp = rng.uniform(size=(n, k))
        return np.asarray(resp / resp.sum(axis=1, keepdims=True))
    if method == "kmeans":
        return one_hot(KMeans(k, n_init=1, random_state=rng).fit(X, sample_weight=weight).labels_, k)
    if method == "hierarchical":
        return _hierarchical(X, weight, k)
    if method == "random_from_data":
        chosen = rng.choice(n, size=k, replace=False)
    else:
        _, chosen = kmeans_plusplus(X, k, sample_weight=weight, random_state=rng)
    resp = np.zeros((n, k))
    resp[chosen, np.arange(k)] = 1
    return resp


def auto(
    rows: MemoryRows, k: int, maximise: Maximise, rng: np.random.RandomState, *, diagonal: bool
) -> Params:
    """Likeliest of several short runs on a sample, in the rows' coordinates."""
    if k == 1:
        return maximise(rows.weigh(np.ones((rows.n, 1)), diagonal=diagonal), None)
    starts = Partitions(rows, k, rng)
    labels = starts.hierarchical(k) + starts.seeded(k, rng)
    runs = short_runs(starts.rows, labels, k, maximise, diagonal=diagonal)
    return max(runs, key=lambda run: run.bound).params


def _hierarchical(X: Array, weight: Array | None, k: int) -> Array:
    """Responsibilities (n, k) of a model-based tree cut at k clusters."""
    present = np.ones(len(X), bool) if weight is None else weight > 0
    rows = MemoryRows(X[present], None if weight is None else weight[present])
    counts = weights_of(rows)
    labels = np.full(len(X), -1)
    labels[present] = grow(half_whitened(centred(rows), counts), counts).cut(k)
    return one_hot(labels, k)
