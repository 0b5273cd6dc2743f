"""A tree of clusters, merged by the Gaussian likelihood, that gives a start for every k."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from gmm_engine.kernels.hierarchy import agglomerate
from gmm_engine.types import Array, digest_of

MOST_ROWS = 2000
# Seconds for one tree: pair costs take about 30 d + 3 d^2 nanoseconds, and about n^2 are computed.
QUICK, THOROUGH = 0.08, 0.25
PRIOR_STRENGTH = 1.0
# Merges of the last trees, by digest: 32 kilobytes each at most.
REMEMBERED = 32
_FOUND: OrderedDict[str, Array] = OrderedDict()
_LOCK = threading.Lock()


@dataclass(frozen=True, eq=False)
class Tree:
    """Clusters of rows, from one per row down to one.

    Attributes
    ----------
    merges : (m - 1, 2) clusters (kept, absorbed), each named by its first row, in order.
    rows : (m,) the rows that were clustered, of `n` in all.
    """

    merges: Array
    rows: Array
    n: int

    def cut(self, k: int) -> Array:
        """Labels (n,) of k clusters, or of as many as there are rows; -1 for rows left out."""
        kept, absorbed = self.merges[: max(len(self.rows) - k, 0)].T
        parent = np.arange(len(self.rows))
        parent[absorbed] = kept
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]
        labels = np.full(self.n, -1)
        labels[self.rows] = np.unique(parent, return_inverse=True)[1]
        return labels


def grow(X: Array, weight: Array, seconds: float = QUICK) -> Tree:
    """Model-based agglomeration (Fraley, 1998) of rows (n, d), in coordinates of comparable columns.

    Of more rows than `seconds` afford, an even selection is clustered; the clock itself is not read.
    """
    n, d = X.shape
    affordable = int(np.sqrt(seconds * 1e9 / (30 * d + 3 * d * d)))
    size = min(n, MOST_ROWS, affordable)
    rows = np.arange(n) if size == n else (np.arange(size) * (n / size)).astype(np.intp)
    points, counts = np.ascontiguousarray(X[rows]), np.ascontiguousarray(weight[rows])
    return Tree(_remembered(points, counts), rows, n)


def _remembered(points: Array, counts: Array) -> Array:
    """The merges of these very rows, found once: a tree serves every number of components."""
    key = f"{digest_of(points)}{digest_of(counts)}"
    with _LOCK:
        if key in _FOUND:
            _FOUND.move_to_end(key)
            return _FOUND[key]
    merges = _merges(points, counts)
    merges.flags.writeable = False
    with _LOCK:
        _FOUND[key] = merges
        if len(_FOUND) > REMEMBERED:
            _FOUND.popitem(last=False)
    return merges


def _merges(points: Array, counts: Array) -> Array:
    size, d = points.shape
    spread = float(np.average(np.square(points), axis=0, weights=counts).mean())
    ridge = spread / size ** (1 / d) if spread > 0 else 1.0
    merges = np.empty((size - 1, 2), np.int64)
    agglomerate(points, counts, PRIOR_STRENGTH, ridge, merges)
    return merges
