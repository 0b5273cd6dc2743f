"""Clusters of any shape: more components than clusters, joined where they overlap."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import numpy as np
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.special import softmax
from sklearn.utils import check_random_state

from gmm_engine import validate
from gmm_engine.compare import bhattacharyya
from gmm_engine.covariance import family
from gmm_engine.errors import DataError, DegenerateFitError
from gmm_engine.merging.linkage import join
from gmm_engine.mixture import GaussianMixture
from gmm_engine.mixture.search import Fit, Search, Stop
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params

NUMBERS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50)
ROWS_PER_PARAMETER = 3
SAMPLE_ROWS = 5000
STOP = Stop(reg_covar=1e-4, tol=1e-4, max_iter=200)
# Bhattacharyya distance, nats, of two round clusters four standard deviations apart.
SEPARATE = 2.0


def clusters(X: Any, n_clusters: int | str = "auto", *, random_state: int | None = 0) -> Array:
    """Label rows by clusters that need not be elliptic.

    Mixtures of free ellipsoids are fitted to the standardised columns with 1 to 50
    components; the one of best integrated completed likelihood (Biernacki et al., 2000)
    is kept, and its components are joined by Bhattacharyya distance until the wished number
    of clusters is left, with Genie's guard against tiny clusters (Gagolewski et al., 2016).

    Parameters
    ----------
    X : (n, d) rows. Columns are standardised, so their units do not matter.
    n_clusters : number of clusters, or "auto": joining stops before the widest jump
        in distance.
    random_state : seed.

    Returns
    -------
    labels (n,), integers from 0.

    Raises
    ------
    DataError
        The rows cannot be used, or are fewer than the clusters.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import clusters
    >>> angle = np.linspace(0, 2 * np.pi, 300)
    >>> ring = np.column_stack([np.cos(angle), np.sin(angle)])
    >>> labels = clusters(np.concatenate([ring, 3 * ring]), 2)
    >>> np.bincount(labels)
    array([300, 300])
    """
    checked = validate.rows(GaussianMixture(), X, reset=True, min_rows=2).astype(np.float64)
    least = 1 if n_clusters == "auto" else _whole_number(n_clusters)
    validate.enough_rows(len(checked), least)
    rng = check_random_state(random_state)
    standard = _standardised(checked)
    sample = standard if len(standard) <= SAMPLE_ROWS else standard[_chosen(len(standard), rng)]
    rows = MemoryRows(sample)
    params = _many_components(rows, least, int(rng.randint(2**31 - 1)))
    memberships = softmax(MemoryRows(standard, frame=rows.frame).log_densities(params), axis=1)
    shapes = (params.means, params.covariances())
    distances, weights = bhattacharyya(*shapes, *shapes), memberships.sum(axis=0)
    wished = natural_number(distances) if n_clusters == "auto" else least
    return _labels(memberships, join(distances, weights, wished))


def _whole_number(value: Any) -> int:
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise DataError(f"n_clusters must be 'auto' or a whole number from 1; got {value!r}.")
    return int(value)


def _standardised(X: Array) -> Array:
    centred = X - X.mean(axis=0)
    deviation = centred.std(axis=0)
    return np.asarray(centred / np.where(deviation > 0, deviation, 1))


def _chosen(n: int, rng: np.random.RandomState) -> Array:
    return np.sort(rng.choice(n, SAMPLE_ROWS, replace=False))


def _many_components(rows: MemoryRows, least: int, seed: int) -> Params:
    """The mixture of at least `least` components with the best ICL among sound ones."""
    most = max(least, rows.n // (ROWS_PER_PARAMETER * (rows.d + 1)))
    numbers = [k for k in sorted({*NUMBERS, least}) if least <= k <= most]
    search = Search(rows, numbers[-1], seed, STOP)
    fits = []
    for k in numbers:
        with suppress(DegenerateFitError):
            fits.append(search.fit(k, "VVV"))
    if not fits:
        raise DegenerateFitError(f"No mixture of {least} or more components could be fitted.")
    return min(fits, key=lambda fit: (bool(fit.degenerate), _icl(fit, rows))).params


def _icl(fit: Fit, rows: MemoryRows) -> float:
    """Smaller is better, as `GaussianMixture.icl`."""
    k, d = fit.params.means.shape
    count = family("VVV").count(k, d) + k * d + k - 1
    return float(count * math.log(rows.total) - 2 * (fit.stats.log_likelihood + fit.stats.log_max))


def natural_number(distances: Array) -> int:
    """Number of clusters left before the widest jump between the distances that joining bridges.

    Nothing is joined if there are fewer than three components, or if even the nearest two
    hardly overlap.
    """
    k = len(distances)
    bridges = np.sort(minimum_spanning_tree(distances).data)
    if k < 3 or bridges[0] > SEPARATE:
        return k
    return k - 1 - int(np.argmax(np.diff(bridges)))


def _labels(memberships: Array, groups: Array) -> Array:
    return np.asarray(np.argmax(memberships @ np.eye(groups.max() + 1)[groups], axis=1))
