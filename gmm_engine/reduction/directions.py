"""Directions along which the components of a mixture differ (Scrucca 2010)."""

from __future__ import annotations

import numpy as np

from gmm_engine.types import Array, Params

TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


def of_mixture(params: Params, total: Array, count: int, means_share: float) -> tuple[Array, Array, int]:
    """Directions in which means, and covariances, differ most for the rows' own spread.

    Parameters
    ----------
    params : mixture of k full components in p columns.
    total : (p, p) covariance of all rows.
    count : directions wanted, at most p.
    means_share : how much means count against covariances, 0 to 1.

    Returns
    -------
    directions (p, count) of unit length, uncorrelated over the rows; eigenvalues (p,) of the
    kernel matrix, largest first; and how many of the directions it determines. The others are
    those along which covariances differ, then those of largest variance.

    Notes
    -----
    Scrucca (2010), section 2, and (2014) for the share. In whitened columns the kernel is
    2 s B^2 + 2 (1 - s) sum w_j (S_j - S)^2, B the covariance between means.
    """
    lengths, axes = np.linalg.eigh(total)
    whiten = axes / np.sqrt(lengths) @ axes.T
    means, covariances = _kernels(params, whiten)
    values, vectors = _largest(2 * means_share * means + 2 * (1 - means_share) * covariances)
    informative = int(np.sum(values > TOLERANCE))
    chosen = vectors[:, : min(informative, count)]
    chosen = _extended(chosen, covariances, count, TOLERANCE * max(float(np.trace(covariances)), TOLERANCE))
    chosen = _extended(chosen, total, count, -np.inf)
    found = whiten @ chosen
    found /= np.linalg.norm(found, axis=0)
    return signed(found), np.maximum(values, 0), min(informative, count)


def _kernels(params: Params, whiten: Array) -> tuple[Array, Array]:
    """Squared differences of means, and of covariances, in whitened columns."""
    weights = params.weights / params.weights.sum()
    spread = (params.means - weights @ params.means) @ whiten
    between = (spread * weights[:, None]).T @ spread
    within = whiten @ params.covariances() @ whiten
    rest = within - np.tensordot(weights, within, axes=1)
    return between @ between, np.tensordot(weights, rest @ rest, axes=1)


def _extended(chosen: Array, kernel: Array, count: int, least: float) -> Array:
    """As many of the kernel's directions, orthogonal to the chosen ones, as are still wanted."""
    missing = count - chosen.shape[1]
    if missing <= 0:
        return chosen
    away = np.eye(len(kernel)) - chosen @ chosen.T
    values, vectors = _largest(away @ kernel @ away)
    keep = values[:missing] > least
    return np.concatenate([chosen, vectors[:, :missing][:, keep]], axis=1)


def _largest(matrix: Array) -> tuple[Array, Array]:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return values[::-1], vectors[:, ::-1]


def signed(columns: Array) -> Array:
    """Columns turned so that the largest entry of each is positive."""
    largest = np.take_along_axis(columns, np.abs(columns).argmax(axis=0)[None], axis=0)
    return np.asarray(columns * np.where(largest < 0, -1.0, 1.0))
