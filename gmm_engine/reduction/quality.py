"""How much of a table's neighbourhoods and classes a few coordinates keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_array, check_random_state

from gmm_engine.errors import DataError

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
    rng = check_random_state(random_state)
    chosen = np.arange(len(rows))
    if len(rows) > n_rows:
        chosen = np.sort(rng.choice(len(rows), n_rows, replace=False))
    near = min(n_neighbors, (len(chosen) - 1) // 2)
    trust = float(trustworthiness(rows[chosen], places[chosen], n_neighbors=near))
    found = None if labels is None else class_separation(places[chosen], np.asarray(labels)[chosen])
    return EmbeddingQuality(trust, found, len(chosen))


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
