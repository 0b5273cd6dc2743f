"""Covariance families: one table row each.

A family turns each component's scatter W_j (sum of r (x - m)(x - m)^T) and weight n_j
into covariances that keep the family's promise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_engine.types import Array


@dataclass(frozen=True)
class Family:
    """One way to share volume, shape and orientation between components.

    Attributes
    ----------
    name : the three letters of mclust: volume, shape, orientation; Equal, Varying or Identity.
    promise : the constraint in words.
    diagonal : whether only the diagonals of the scatters are needed, and covariances are (k, d).
    count : (k, d) -> number of free covariance parameters.
    solve : (scatters (k, d, d) or (k, d), weights (k,), previous covariances or None)
        -> covariances of the same shape. The expected complete-data log-likelihood
        never falls from `previous`.
    """

    name: str
    promise: str
    diagonal: bool
    count: Callable[[int, int], int]
    solve: Callable[[Array, Array, Array | None], Array]


def _vvv(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    return scatter / weight[:, None, None]


def _eee(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    pooled = scatter.sum(axis=0) / weight.sum()
    return np.broadcast_to(pooled, scatter.shape).copy()


def _vvi(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    return scatter / weight[:, None]


def _vii(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    variance = scatter.mean(axis=1) / weight
    return np.repeat(variance[:, None], scatter.shape[1], axis=1)


FAMILIES: dict[str, Family] = {
    row.name: row
    for row in (
        Family("VII", "spheres of their own size", True, lambda k, d: k, _vii),
        Family("VVI", "ellipsoids along the axes", True, lambda k, d: k * d, _vvi),
        Family("EEE", "equal ellipsoids", False, lambda k, d: d * (d + 1) // 2, _eee),
        Family("VVV", "free ellipsoids", False, lambda k, d: k * d * (d + 1) // 2, _vvv),
    )
}
ALIASES = {"full": "VVV", "tied": "EEE", "diag": "VVI", "spherical": "VII"}
NAMES = tuple(ALIASES) + tuple(FAMILIES)


def family(name: str) -> Family:
    """The family of that name; scikit-learn's four names are aliases."""
    return FAMILIES[ALIASES.get(name, name)]
