"""The coordinates a reduction works in: the columns themselves, or their principal directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.mixture.mstep import factorise
from gmm_engine.reduction.directions import signed
from gmm_engine.types import Array, Params

WIDE = 16  # columns from which the mixture sees principal directions only
MOST_DIRECTIONS, ENOUGH_VARIANCE, ROWS_PER_DIRECTION = 20, 0.95, 4
DEPENDENT = 1e-10  # smallest eigenvalue of a correlation matrix whose columns count as independent
NEGLIGIBLE = 1e-12  # share of the largest variance below which a direction is rounding
UNLIKE_UNITS = 4.0


@dataclass(frozen=True, eq=False)
class View:
    """Coordinates v = ((x - centre) / scale) @ directions, and back.

    Attributes
    ----------
    centre, scale : (d,).
    directions : (d, p) orthonormal columns.
    """

    centre: Array
    scale: Array
    directions: Array

    def __call__(self, X: Array) -> Array:
        """Rows (n, d) in these coordinates, (n, p)."""
        return np.ascontiguousarray(self.standard(X) @ self.directions)

    def standard(self, X: Array) -> Array:
        """Rows (n, d), centred and scaled."""
        return np.asarray((X - self.centre) / self.scale)

    def undo(self, V: Array) -> Array:
        """Rows (n, p) in the data's units, (n, d)."""
        return np.asarray(self.centre + self.scale * (V @ self.directions.T))

    def enter(self, params: Params) -> Params:
        """A mixture of the data's units with full factors, in these coordinates, heaviest first."""
        turn = self.directions / self.scale[:, None]
        order = np.argsort(-params.weights, kind="stable")
        covariances = turn.T @ params.covariances()[order] @ turn
        weights = params.weights[order] / params.weights.sum()
        return Params(weights, self(params.means[order]), factorise(covariances))


def principal(X: Array, scale: bool | str) -> View:
    """All directions that have any variance, largest first."""
    centre, unit = _units(X, scale)
    _, directions = _axes((X - centre) / unit)
    return View(centre, unit, directions)


def compact(X: Array, scale: bool | str, least: int) -> View:
    """The columns as they are; principal directions where columns are many or depend on each other.

    Of many columns the view keeps 95 % of the variance in at most twenty directions, or `least`.
    """
    n, d = X.shape
    centre, unit = _units(X, scale)
    standard = (X - centre) / unit
    few = d < WIDE and n >= ROWS_PER_DIRECTION * d
    if few and _independent(standard):
        return View(centre, unit, np.eye(d))
    variances, directions = _axes(standard)
    most = MOST_DIRECTIONS if d >= WIDE else d
    enough = 1 + int(np.searchsorted(variances.cumsum(), ENOUGH_VARIANCE * variances.sum()))
    wanted = max(min(most, enough if d >= WIDE else d, n // ROWS_PER_DIRECTION), least, 1)
    return View(centre, unit, directions[:, :wanted])


def _units(X: Array, scale: bool | str) -> tuple[Array, Array]:
    """Mean and unit (d,) of each column."""
    centre, spread = X.mean(axis=0), X.std(axis=0)
    constant = spread <= 1e-13 * np.abs(X).max(axis=0)
    if constant.all():
        raise DataError(f"Every column is constant (the first is {X[0, 0]:g}): there is nothing to reduce.")
    ones = np.ones(X.shape[1])
    if scale == "auto":
        width = np.ptp(X[:, ~constant], axis=0)
        scale = bool(width.max() > UNLIKE_UNITS * np.median(width))
    return centre, np.where(constant, 1.0, spread) if scale else ones


def _axes(standard: Array) -> tuple[Array, Array]:
    """Variances (p,) and directions (d, p) of more than negligible variance, largest first."""
    variances, directions = np.linalg.eigh(standard.T @ standard / len(standard))
    keep = variances > NEGLIGIBLE * variances[-1]
    return variances[keep][::-1], signed(directions[:, keep])[:, ::-1]


def _independent(standard: Array) -> bool:
    spread = standard.std(axis=0)
    if not spread.all():
        return False
    alike = standard / spread
    return bool(np.linalg.eigvalsh(alike.T @ alike / len(alike))[0] > DEPENDENT)
