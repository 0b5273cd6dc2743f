"""How much of a table's neighbourhoods and classes a few coordinates keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import KDTree
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_array, check_random_state

from gmm_engine.errors import DataError
from gmm_engine.types import Array

VOTERS = 10


@dataclass(frozen=True)
class EmbeddingQuality:
    """Figures of merit of an embedding.

    Parameters
    ----------
    trustworthiness : 0 to 1; 1 if every row's nearest neighbours were near before, too.
    separation : share of rows whose class wins among their ten nearest neighbours, themselves
        left out; None without classes.
    n_rows : rows that were looked at.

    Examples
    --------
    >>> EmbeddingQuality(0.97, None, 150).trustworthiness
    0.97
    """

    trustworthiness: float
    separation: float | None
    n_rows: int


def embedding_quality(
    X: Any,
    Z: Any,
    labels: Any = None,
    *,
    n_neighbors: int = 10,
    n_rows: int = 1000,
    random_state: Any = 0,
) -> EmbeddingQuality:
    """Compare rows with their few coordinates, on at most `n_rows` rows.

    Parameters
    ----------
    X : (n, d) rows, in columns of comparable units.
    Z : (n, q) their coordinates.
    labels : (n,) classes, or None.
    n_neighbors : neighbours that trustworthiness looks at.
    n_rows : size of the sample, if there are more rows.
    random_state : seed of the sample.

    Raises
    ------
    DataError
        The two tables differ in length, or there are fewer than four rows.

    References
    ----------
    Venna and Kaski (2001), *Neighborhood preservation in nonlinear projection methods*.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> embedding_quality(X, X).trustworthiness
    1.0
    """
    rows, places = check_array(X), check_array(Z)
    if len(rows) != len(places) or len(rows) < 4:
        raise DataError(f"At least 4 rows with as many coordinates are needed: {len(rows)}, {len(places)}.")
    chosen = sampled(len(rows), n_rows, random_state)
    trust = Neighbourhoods(rows[chosen], n_neighbors).trustworthiness(places[chosen])
    found = None if labels is None else class_separation(places[chosen], np.asarray(labels)[chosen])
    return EmbeddingQuality(trust, found, len(chosen))


def sampled(n: int, most: int, random_state: Any = 0) -> Array:
    """At most so many of n rows, in order: those that `embedding_quality` looks at."""
    if n <= most:
        return np.arange(n)
    return np.sort(check_random_state(random_state).choice(n, most, replace=False))


class Neighbourhoods:
    """Who is near whom among rows, against which embeddings of them are judged.

    Parameters
    ----------
    X : (n, d) rows, in columns of comparable units.
    n_neighbors : neighbours that trustworthiness looks at, at most (n - 1) / 2.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> Neighbourhoods(X).trustworthiness(X)
    1.0
    """

    def __init__(self, X: Any, n_neighbors: int = 10) -> None:
        self.n_neighbors = min(n_neighbors, (len(X) - 1) // 2)
        self._distances = _apart(np.asarray(X))
        self._ordered = np.sort(self._distances, axis=1)

    def trustworthiness(self, Z: Any) -> float:
        """One, less what the ranks beyond k of each row's k neighbours in Z (n, q) come to.

        Only the ranks of those n k pairs are looked up.
        """
        n, k = len(self._ordered), self.n_neighbors
        near = _nearest(np.asarray(Z, np.float64), k)
        reach = np.take_along_axis(self._distances, near, axis=1)
        ranks = np.array([row.searchsorted(far) for row, far in zip(self._ordered, reach, strict=True)])
        lost = np.maximum(ranks + 1 - k, 0).sum()
        return float(1 - lost * 2 / (n * k * (2 * n - 3 * k - 1)))


def _nearest(Z: Array, k: int) -> Array:
    """Positions (n, k) of each row's nearest others."""
    found = KDTree(Z).query(Z, k + 1)[1]
    own = found == np.arange(len(Z))[:, None]
    own[~own.any(axis=1), -1] = True  # more rows in one place than were asked for
    return np.asarray(found[~own].reshape(len(Z), k))


def _apart(rows: Array) -> Array:
    """Squared distances (n, n) of rows; each is infinitely far from itself."""
    found = np.asarray(pairwise_distances(rows, metric="sqeuclidean"))
    np.fill_diagonal(found, np.inf)
    return found


def class_separation(Z: Any, labels: Any) -> float:
    """Share of rows whose class wins among their ten nearest neighbours, themselves left out.

    Parameters
    ----------
    Z : (n, q) coordinates.
    labels : (n,) classes.

    Examples
    --------
    >>> import numpy as np
    >>> class_separation(np.repeat([0.0, 9.0], 20)[:, None], np.repeat(["a", "b"], 20))
    1.0
    """
    places, known = check_array(Z), np.unique(np.asarray(labels), return_inverse=True)[1]
    search = NearestNeighbors(n_neighbors=min(VOTERS, len(places) - 1)).fit(places)
    near = search.kneighbors(return_distance=False)
    votes = np.stack([(known[near] == c).sum(axis=1) for c in range(known.max() + 1)], axis=1)
    return float(np.mean(votes.argmax(axis=1) == known))
