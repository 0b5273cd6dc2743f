"""scikit-learn's shapes of covariances and precisions, and back to factors.

"tied" is one (d, d) matrix, "diag" (k, d), "spherical" (k,), everything else (k, d, d).
"""

from __future__ import annotations

import numpy as np

from gmm_engine.types import Array


def matrices(factors: Array) -> Array:
    """Lower factors (k, d, d), also of deviations (k, d)."""
    return factors if factors.ndim == 3 else np.asarray(factors[:, :, None] * np.eye(factors.shape[1]))


def covariances(factors: Array, covariance_type: str) -> Array:
    """Covariances in scikit-learn's shape from lower factors (k, d, d) or deviations (k, d)."""
    if covariance_type == "diag":
        return np.square(factors)
    if covariance_type == "spherical":
        return np.square(factors[:, 0])
    lower = matrices(factors)
    product = lower @ lower.transpose(0, 2, 1)
    return np.asarray(product[0] if covariance_type == "tied" else product)


def precisions_cholesky(factors: Array, covariance_type: str) -> Array:
    """Upper factors P of the precisions, P P^T = covariance^-1, in scikit-learn's shape."""
    if covariance_type == "diag":
        return 1 / factors
    if covariance_type == "spherical":
        return 1 / factors[:, 0]
    upper = np.triu(np.linalg.inv(matrices(factors)).transpose(0, 2, 1))
    return np.asarray(upper[0] if covariance_type == "tied" else upper)


def precisions(upper: Array, covariance_type: str) -> Array:
    """Precisions from their upper factors, in the same shape."""
    if covariance_type in ("diag", "spherical"):
        return np.square(upper)
    return np.asarray(upper @ np.swapaxes(upper, -1, -2))


def factors_from(upper: Array, covariance_type: str, k: int, d: int) -> Array:
    """Lower factors (k, d, d) of the covariances, or deviations (k, d), from precision factors."""
    if covariance_type == "diag":
        return 1 / np.asarray(upper, np.float64)
    if covariance_type == "spherical":
        return np.repeat(1 / np.asarray(upper, np.float64)[:, None], d, axis=1)
    matrices = np.broadcast_to(np.asarray(upper, np.float64), (k, d, d))
    return np.asarray(np.linalg.inv(matrices).transpose(0, 2, 1))
