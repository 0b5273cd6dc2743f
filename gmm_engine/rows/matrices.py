"""The matrices between two passes over the rows, by kernels where they are small."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels import factors as kernels
from gmm_engine.rows.memory import WIDE
from gmm_engine.types import TINY, Array, Stats


def moments(stats: Stats) -> tuple[Array, Array]:
    """Weighted means (k, d), and scatters about them (k, d, d), or their diagonals (k, d)."""
    reference = stats.reference
    k, d = reference.means.shape
    if reference.diagonal or d >= WIDE:
        return stats.means(), stats.scatters()
    # Copies: kernels are compiled for contiguous arrays that can be written.
    given = (np.maximum(stats.weight, TINY), stats.first, stats.second, reference.means, reference.factors)
    means, scatters = np.empty((k, d)), np.empty((k, d, d))
    kernels.moments(*(np.array(each, np.float64, order="C") for each in given), means, scatters)
    return means, scatters


def cholesky(matrices: Array, least: float) -> tuple[Array, int]:
    """Lower factors (k, d, d) of symmetric matrices, and the first that is singular, or -1.

    Singular is one with a pivot of no more than `least` of its diagonal element.
    """
    if matrices.shape[1] < WIDE:
        factors = np.empty(matrices.shape)
        return factors, kernels.cholesky(np.array(matrices, np.float64, order="C"), least, factors)
    try:
        factors = np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        return matrices, _first_singular(matrices)
    pivots = np.square(np.diagonal(factors, axis1=1, axis2=2))
    sound = (pivots > least * np.diagonal(matrices, axis1=1, axis2=2)).all(axis=1)
    return factors, -1 if sound.all() else int(np.argmin(sound))


def inverted(factors: Array) -> Array:
    """Inverses (k, d, d) of lower factors."""
    if factors.shape[1] >= WIDE:
        return np.asarray(np.linalg.inv(factors))
    k, inverses = len(factors), np.empty(factors.shape)
    kernels.prepare(
        np.ones(k), np.array(factors, np.float64, order="C"), np.empty(0), 0.0, inverses, np.empty(k)
    )
    return inverses


def _first_singular(matrices: Array) -> int:
    for j, matrix in enumerate(matrices):
        try:
            np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError:
            return j
    return 0
