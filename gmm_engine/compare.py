"""Two mixtures side by side: which component of one answers to which of the other."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from gmm_engine.types import Array


def match_components(
    means: Array, covariances: Array, other_means: Array, other_covariances: Array
) -> list[tuple[int | None, int | None]]:
    """Pair the components of two mixtures so that the paired ones overlap most.

    Parameters
    ----------
    means, covariances : (k, d) and (k, d, d) of the first mixture.
    other_means, other_covariances : the same of the second, with any number of components.

    Returns
    -------
    (i, j) for every component of the first in order, then of the second that is left; None
    stands where there is no partner. The sum of Bhattacharyya distances is smallest.

    References
    ----------
    Bhattacharyya (1943); the assignment is Kuhn's (1955), as SciPy solves it.

    Examples
    --------
    >>> one, two = np.array([[0.0], [5.0]]), np.array([[5.1], [0.2], [9.0]])
    >>> match_components(one, np.ones((2, 1, 1)), two, np.ones((3, 1, 1)))
    [(0, 1), (1, 0), (None, 2)]
    """
    cost = bhattacharyya(means, covariances, other_means, other_covariances)
    rows, columns = linear_sum_assignment(cost)
    partner = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    left = sorted(set(range(len(other_means))) - set(partner.values()))
    return [(i, partner.get(i)) for i in range(len(means))] + [(None, j) for j in left]


def bhattacharyya(means: Array, covariances: Array, other_means: Array, other_covariances: Array) -> Array:
    """Bhattacharyya distance (nats) between every two normal components, (k, other k)."""
    middle = (covariances[:, None] + other_covariances[None]) / 2
    apart = means[:, None] - other_means[None]
    square = np.einsum("ijf,ijf->ij", apart, np.linalg.solve(middle, apart[..., None])[..., 0])
    ours, theirs = np.linalg.slogdet(covariances)[1], np.linalg.slogdet(other_covariances)[1]
    spread = np.linalg.slogdet(middle)[1] - (ours[:, None] + theirs[None]) / 2
    return np.asarray(square / 8 + spread / 2)
