"""Where EM starts: initial responsibilities or parameters.

The default whitens the rows, so that clusters of any shape look alike to k-means, tries
several short runs on a sample and keeps the likeliest.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus

from gmm_engine import em
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params, Stats

METHODS = ("auto", "kmeans", "k-means++", "random", "random_from_data")
SAMPLE_ROWS = 4000
SHORT_RUNS, SHORT_STEPS = 4, 10

Maximise = Callable[[Stats, Params | None], Params]


def responsibilities(X: Array, weight: Array | None, k: int, method: str, rng: np.random.RandomState) -> Array:
    """One start as responsibilities (n, k); rows of zeros are left out of the first M-step."""
    n = len(X)
    if method == "random":
        resp = rng.uniform(size=(n, k))
        return np.asarray(resp / resp.sum(axis=1, keepdims=True))
    if method == "kmeans":
        labels = KMeans(k, n_init=1, random_state=rng).fit(X, sample_weight=weight).labels_
        return _one_hot(labels, k)
    resp = np.zeros((n, k))
    if method == "random_from_data":
        chosen = rng.choice(n, size=k, replace=False)
    else:
        _, chosen = kmeans_plusplus(X, k, sample_weight=weight, random_state=rng)
    resp[chosen, np.arange(k)] = 1
    return resp


def auto(
    rows: MemoryRows, k: int, maximise: Maximise, rng: np.random.RandomState, *, diagonal: bool
) -> Params:
    """Best of several short runs on a sample of whitened rows, in the rows' coordinates."""
    if k == 1:
        return maximise(rows.weigh(np.ones((rows.n, 1)), diagonal=diagonal), None)
    X = draw(rows, SAMPLE_ROWS + 500 * k, rng)
    sample = MemoryRows(X, frame=rows.frame)
    runs = []
    for view in _views(X, SHORT_RUNS):
        labels = KMeans(k, n_init=1, max_iter=20, random_state=rng).fit(view).labels_
        start = maximise(sample.weigh(_one_hot(labels, k), diagonal=diagonal), None)
        steps = em.run(sample, start, maximise, tol=0, max_iter=SHORT_STEPS)
        runs.append(em.drain(steps, start, tol=0))
    return max(runs, key=lambda run: run.bound).params


def draw(rows: MemoryRows, size: int, rng: np.random.RandomState) -> Array:
    """At most `size` rows, drawn by cumulative weight so that weights act as repeated rows."""
    weight = rows.row_weights if rows.row_weights.size else None
    if weight is None and rows.n <= size:
        return rows.X
    position = (np.arange(size) + rng.uniform(size=size)) / size
    if weight is None:
        return rows.X[(position * rows.n).astype(np.intp)]
    cumulative = np.cumsum(weight, dtype=np.float64)
    return rows.X[np.searchsorted(cumulative, position * cumulative[-1], side="right").clip(0, rows.n - 1)]


def _views(X: Array, count: int) -> list[Array]:
    """The rows whitened and standardised in turn: shapes that hide from one show in another."""
    centred = X.astype(np.float64) - X.mean(axis=0, dtype=np.float64)
    values, vectors = np.linalg.eigh(np.cov(centred.T).reshape(X.shape[1], X.shape[1]))
    keep = values > 1e-12 * values.max()
    whitened = centred @ vectors[:, keep] / np.sqrt(values[keep]) if keep.any() else centred
    deviation = centred.std(axis=0)
    standard = centred / np.where(deviation > 0, deviation, 1)
    return [whitened if turn % 2 == 0 else standard for turn in range(count)]


def _one_hot(labels: Array, k: int) -> Array:
    resp = np.zeros((len(labels), k))
    resp[np.arange(len(labels)), labels] = 1
    return resp
