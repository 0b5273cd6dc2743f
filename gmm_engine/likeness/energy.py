"""Do two samples come from one distribution? The energy test, by permutation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from gmm_engine.errors import DataError
from gmm_engine.likeness.plane import some
from gmm_engine.types import Array

MOST_ROWS = 1000


@dataclass(frozen=True)
class EnergyTest:
    """What the test found.

    Attributes
    ----------
    distance : energy distance, 0 for equal distributions.
    p_value : share of random splits (and the real one) at least as far apart.
    permutations : how many splits were tried.
    """

    distance: float
    p_value: float
    permutations: int


def energy_test(
    X: Array, Y: Array, n_permutations: int = 199, *, most_rows: int = MOST_ROWS, random_state: int = 0
) -> EnergyTest:
    """Energy distance of rows X (n, d) and Y (m, d), and how often chance alone puts them as far apart.

    Parameters
    ----------
    n_permutations : random splits; the smallest possible p-value is one over their number plus one.
    most_rows : larger samples are cut to so many random rows each: memory grows with the square.
    random_state : seed.

    References
    ----------
    Szekely and Rizzo (2004), Testing for equal distributions in high dimension, InterStat 5.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X, Y = rng.normal(size=(100, 2)), rng.normal(1, 1, (100, 2))
    >>> energy_test(X, Y).p_value
    0.005
    """
    if min(len(X), len(Y)) < 2 or X.shape[1] != Y.shape[1]:
        raise DataError(f"Two samples with the same columns are needed, not {X.shape} and {Y.shape}.")
    rng = np.random.default_rng(random_state)
    first, second = (some(rows, most_rows, rng) for rows in (X, Y))
    pooled = np.concatenate([first, second])
    distances = cdist(pooled, pooled)
    n, total = len(first), len(pooled)
    member = np.zeros((total, n_permutations + 1))
    member[:n, 0] = 1
    for turn in range(1, n_permutations + 1):
        member[rng.permutation(total)[:n], turn] = 1
    found = _statistic(distances, member, n)
    beyond = int((found[1:] >= found[0] - 1e-12 * abs(found[0])).sum())
    return EnergyTest(float(found[0]), (beyond + 1) / (n_permutations + 1), n_permutations)


def _statistic(distances: Array, member: Array, n: int) -> Array:
    """Energy distance of every column's split: twice the mean across minus the means within."""
    m = len(distances) - n
    to_first = distances @ member
    within = (member * to_first).sum(axis=0)
    across = to_first.sum(axis=0) - within
    other = distances.sum() - within - 2 * across
    return np.asarray(2 * across / (n * m) - within / n**2 - other / m**2)
