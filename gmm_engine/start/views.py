"""The same rows as seen through different rulers: shapes that hide from one show in another."""

from __future__ import annotations

import numpy as np

from gmm_engine.types import Array

# Directions with less than this share of the largest variance are rounding, not data.
NEGLIGIBLE = 1e-12


def raw(X: Array, weight: Array) -> Array:
    """The rows as they are."""
    return X


def standardised(X: Array, weight: Array) -> Array:
    """Columns (n, d) of unit variance; constant columns stay zero. Rows are centred already."""
    deviation = np.sqrt(np.average(np.square(X), axis=0, weights=weight))
    return np.asarray(X / np.where(deviation > 0, deviation, 1))


def whitened(X: Array, weight: Array) -> Array:
    """Uncorrelated columns of unit variance: clusters squeezed along any direction become round."""
    directions, variances = principal_axes(X, weight)
    return np.asarray(X @ directions / np.sqrt(variances))


def half_whitened(X: Array, weight: Array) -> Array:
    """Standardised columns with their correlation half removed, as mclust prepares its tree."""
    X = standardised(X, weight)
    directions, variances = principal_axes(X, weight)
    return np.asarray(X @ directions / np.power(variances, 0.25))


def principal_axes(X: Array, weight: Array) -> tuple[Array, Array]:
    """Directions (d, e) of more than negligible variance, largest first, and their variances (e,)."""
    covariance = (X * weight[:, None]).T @ X / weight.sum()
    variances, directions = np.linalg.eigh(covariance)
    keep = variances > NEGLIGIBLE * variances.max()
    if not keep.any():
        return np.eye(X.shape[1]), np.ones(X.shape[1])
    return directions[:, keep][:, ::-1], variances[keep][::-1]
