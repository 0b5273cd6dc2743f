"""Covariance families: one table row each.

A family turns each component's scatter W_j (sum of r (x - m)(x - m)^T) and weight n_j
into covariances that keep the family's promise. Covariance j is volume times
orientation, shape, orientation^T; a name has one letter for each of the three:
E equal for all components, V varying, I identity (Banfield and Raftery, 1993;
closed forms after Celeux and Govaert, 1995).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gmm_engine.kernels.balance import balance_axes, balance_matrices
from gmm_engine.kernels.orientation import turn_to_common_axes
from gmm_engine.types import Array

Solve = Callable[[Array, Array, Array | None], Array]
AxisRule = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Family:
    """One way to share volume, shape and orientation between components.

    Attributes
    ----------
    name : three letters: volume, shape, orientation; Equal, Varying or Identity.
    promise : the constraint in words.
    solve : (scatters (k, d, d) or (k, d), weights (k,), previous covariances or None)
        -> covariances of the same shape, of largest expected complete-data
        log-likelihood; where only a local optimum can be had (EVE, VVE), one that
        is never worse than `previous`. A component without spread gets a singular
        covariance: the caller's factorisation finds out.

    Examples
    --------
    >>> import numpy as np
    >>> tied = family("EEE")
    >>> tied.promise, tied.diagonal, tied.count(3, 2)
    ('equal ellipsoids', False, 3)
    >>> scatters = np.array([[[2.0, 0.0], [0.0, 4.0]], [[6.0, 0.0], [0.0, 4.0]]])
    >>> tied.solve(scatters, np.array([2.0, 2.0]), None)[0]
    array([[2., 0.],
           [0., 2.]])
    """

    name: str
    promise: str
    solve: Solve

    @property
    def diagonal(self) -> bool:
        """Whether only the diagonals of the scatters are needed, and covariances are (k, d)."""
        return self.name.endswith("I")

    @property
    def looks_back(self) -> bool:
        """Whether `solve` makes use of the previous covariances."""
        return self.name in ("VEE", "EVE", "VVE")

    def count(self, k: int, d: int) -> int:
        """Number of free covariance parameters of `k` components in `d` columns."""
        free = {"E": 1, "V": k, "I": 0}
        volume, shape, orientation = (free[letter] for letter in self.name)
        return volume + shape * (d - 1) + orientation * d * (d - 1) // 2


def _unwarned() -> np.errstate:
    """For components of next to no weight or spread: the caller's factorisation finds what overflows here."""
    return np.errstate(over="ignore", divide="ignore", invalid="ignore")


def _one_for_all(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    pooled = scatter.sum(axis=0) / weight.sum()
    return np.broadcast_to(pooled, scatter.shape).copy()


def _each_its_own(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    with _unwarned():
        return np.asarray((scatter.T / weight).T)


def _equal_spheres(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    return np.full(scatter.shape, scatter.sum() / (weight.sum() * scatter.shape[1]))


def _own_spheres(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    with _unwarned():
        variance = scatter.mean(axis=1) / weight
    return np.repeat(variance[:, None], scatter.shape[1], axis=1)


def _own_volumes(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    """Variances along axes: one shape, own volumes (VEI)."""
    shape = scatter.sum(axis=0)
    volumes = balance_axes(scatter, weight, shape)
    with _unwarned():
        return np.asarray(np.multiply.outer(volumes, shape))


def _own_shapes(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    """Variances along axes: one volume, own shapes (EVI)."""
    with _unwarned():
        volume = np.exp(np.log(np.maximum(scatter, 0)).mean(axis=1))
        shape = np.divide(scatter.T, volume, out=np.zeros_like(scatter.T), where=volume > 0).T
        return np.asarray(shape * (volume.sum() / weight.sum()))


def _rebuilt(axes: Array, variances: Array) -> Array:
    """Covariances (k, d, d) from orthonormal axes (columns) and the variances along them."""
    with _unwarned():
        product = (axes * variances[:, None, :]) @ np.swapaxes(axes, -1, -2)
        return np.asarray(0.5 * (product + np.swapaxes(product, 1, 2)))


def _own_orientation(rule: AxisRule) -> Solve:
    """Each component turned to its own eigenvectors, the variances along them by `rule`."""

    def solve(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
        lengths, axes = np.linalg.eigh(scatter)
        return _rebuilt(axes, rule(np.maximum(lengths, 0.0), weight))

    return solve


def _common_orientation(rule: AxisRule, equal_volume: bool) -> Solve:
    """All components along the same axes, found by rotation; the variances by `rule`."""

    def solve(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
        starts = _axes_to_try(scatter if previous is None else previous, previous is None)
        found = [common_axes(scatter, weight, start, equal_volume) for start in starts]
        axes, lengths, _ = min(found, key=lambda candidate: candidate[2])
        return _rebuilt(axes, rule(lengths, weight))

    return solve


def common_axes(
    scatter: Array, weight: Array, start: Array, equal_volume: bool
) -> tuple[Array, Array, float]:
    """Axes (d, d) that suit all scatters, the axis scatters (k, d), and the criterion reached."""
    axes = start.copy()
    turned = axes.T @ scatter @ axes
    criterion = turn_to_common_axes(turned, weight, axes, equal_volume)
    return axes, np.maximum(np.diagonal(turned, axis1=1, axis2=2), 0.0), criterion


def _axes_to_try(matrices: Array, several: bool) -> list[Array]:
    """Axes of a blend of `matrices`; for a first try also each one's own, and the columns'.

    Uneven shares keep the blend's eigenvalues apart where single matrices tie, so that
    axes which all matrices share are recovered from it.
    """
    spread = np.maximum(np.trace(matrices, axis1=1, axis2=2), np.finfo(np.float64).tiny)
    shares = 1.0 / (spread * np.arange(1, len(matrices) + 1))
    blend = np.linalg.eigh(np.tensordot(shares, matrices, axes=1))[1]
    if not several:
        return [blend]
    own = np.linalg.eigh(matrices)[1]
    return [blend, np.eye(matrices.shape[1]), *own]


def _own_volumes_of_one_matrix(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
    """One shape and orientation, own volumes (VEE)."""
    common = scatter.sum(axis=0) if previous is None else previous[0].copy()
    try:
        volumes = balance_matrices(scatter, weight, common)
    except np.linalg.LinAlgError:
        return np.zeros_like(scatter)
    with _unwarned():
        return np.asarray(np.multiply.outer(volumes, common))


FAMILIES: dict[str, Family] = {
    row.name: row
    for row in (
        Family("EII", "equal spheres", _equal_spheres),
        Family("VII", "spheres of their own size", _own_spheres),
        Family("EEI", "equal ellipsoids along the axes", _one_for_all),
        Family("VEI", "ellipsoids along the axes, equal shape, own size", _own_volumes),
        Family("EVI", "ellipsoids along the axes, equal volume, own shape", _own_shapes),
        Family("VVI", "ellipsoids along the axes", _each_its_own),
        Family("EEE", "equal ellipsoids", _one_for_all),
        Family("VEE", "ellipsoids of equal shape and orientation, own size", _own_volumes_of_one_matrix),
        Family(
            "EVE",
            "ellipsoids of equal volume and orientation, own shape",
            _common_orientation(_own_shapes, True),
        ),
        Family(
            "VVE",
            "ellipsoids of equal orientation, own size and shape",
            _common_orientation(_each_its_own, False),
        ),
        Family("EEV", "ellipsoids of equal size and shape, own orientation", _own_orientation(_one_for_all)),
        Family("VEV", "ellipsoids of equal shape, own size and orientation", _own_orientation(_own_volumes)),
        Family("EVV", "ellipsoids of equal volume, own shape and orientation", _own_orientation(_own_shapes)),
        Family("VVV", "free ellipsoids", _each_its_own),
    )
}
ALIASES = {"full": "VVV", "tied": "EEE", "diag": "VVI", "spherical": "VII"}
NAMES = tuple(ALIASES) + tuple(FAMILIES)


def family(name: str) -> Family:
    """The family of that name; scikit-learn's four names are aliases.

    Examples
    --------
    >>> family("full").name
    'VVV'
    """
    return FAMILIES[ALIASES.get(name, name)]
