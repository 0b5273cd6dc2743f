"""How near made rows come to real ones: copies would give people away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.neighbors import NearestNeighbors

from gmm_engine.errors import DataError
from gmm_engine.likeness.plane import some
from gmm_engine.types import Array

MOST_ROWS = 5000
NEAR = 0.05


@dataclass(frozen=True, eq=False)
class Nearness:
    """Distances in standardised columns.

    Attributes
    ----------
    made : (m,) distance of each made row to the nearest real one.
    real : (n,) distance of each real row to the nearest other real one.
    copies : made rows equal to a real one.
    closer : share of made rows nearer to a real row than 95 in 100 real rows are to another;
        about 0.05 for new rows of the same kind, 1 for copies.
    """

    made: Array
    real: Array
    copies: int
    closer: float


def nearness(real: Array, made: Array, *, most_rows: int = MOST_ROWS, random_state: int = 0) -> Nearness:
    """Distances of made rows (m, d) and of real rows (n, d) to their nearest real row.

    Parameters
    ----------
    most_rows : made rows, and real rows compared among themselves, at most; nearest rows are
        looked for among all real ones.
    random_state : seed of the choice.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(100, 2))
    >>> found = nearness(X, X)
    >>> found.copies, found.closer
    (100, 1.0)
    """
    if len(real) < 2:
        raise DataError(f"{len(real)} real rows; at least 2 are needed for distances between them.")
    rng = np.random.default_rng(random_state)
    tree = NearestNeighbors(n_neighbors=2).fit(real)
    asked, known = (some(rows, most_rows, rng) for rows in (made, real))
    to_real = tree.kneighbors(asked, n_neighbors=1)[0][:, 0]
    among = tree.kneighbors(known)[0][:, 1]
    limit = float(np.quantile(among, NEAR))
    closer = float(np.mean(to_real < limit)) if limit > 0 else float(np.mean(to_real == 0))
    return Nearness(to_real, among, int((to_real < 1e-12).sum()), closer)
