"""The M-step of a Gaussian mixture: Stats in, Params out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.covariance import Family
from gmm_engine.errors import DegenerateFitError
from gmm_engine.rows import matrices
from gmm_engine.types import TINY, Array, Params, Stats

# A component below this weight keeps its mean and covariance.
EPSILON = float(np.finfo(np.float64).eps)
EMPTY = 10 * EPSILON
# A pivot below this share of its variance is rounding: dependent columns leave up to six EPSILON.
SINGULAR = 16 * EPSILON
VARIANCE_FLOOR = 1e-12
# What callers of scikit-learn's class look for, and true where nothing is added to variances.
WITHOUT_RIDGE = (
    "Fitting the mixture model failed because some components have ill-defined empirical covariance (for "
    "instance caused by singleton or collapsed samples). Try to decrease the number of components, "
    "increase reg_covar, or scale the input data."
)


@dataclass(frozen=True, eq=False)
class MStep:
    """Maximise the expected log-likelihood within a covariance family.

    Attributes
    ----------
    family : which covariances are allowed.
    ridge : (d,) added to every variance, in the rows' coordinates; zeros for none.
        It enters as scatter, so that the family's promise is kept.
    fixed : names of parameters held: "weights", "means", "covariances".
    """

    family: Family
    ridge: Array
    fixed: tuple[str, ...] = ()

    def __call__(self, stats: Stats, previous: Params | None = None) -> Params:
        weight, reference = stats.weight, stats.reference
        held = previous is not None and bool(self.fixed)
        means, scatters = matrices.moments(stats)
        if held and "means" in self.fixed:
            means, scatters = reference.means, scatters + _between(stats, means)
        if held and "covariances" in self.fixed and previous is not None:
            factors = previous.factors
        else:
            factors = self._factors(stats, previous, scatters)
        weights = weight / max(float(weight.sum()) + stats.noise, TINY)
        noise = stats.noise / stats.total if stats.noise else 0.0
        log_density = -np.inf
        if previous is not None:
            log_density = previous.noise_log_density
            if held and "weights" in self.fixed:
                weights, noise = previous.weights, previous.noise
        return Params(weights, means, factors, noise, log_density)

    def _factors(self, stats: Stats, previous: Params | None, scatters: Array) -> Array:
        diagonal = self.family.diagonal
        weight = np.maximum(stats.weight, TINY)
        before, empty = None, stats.weight < EMPTY
        emptied = bool(empty.any())
        if previous is not None and (emptied or self.family.looks_back):
            before = np.square(previous.factors) if diagonal else previous.covariances()
        if emptied:
            spare = before if before is not None else np.ones_like(scatters)
            scatters[empty] = spare[empty] * weight[empty].reshape((-1,) + (1,) * (scatters.ndim - 1))
        if self.ridge.any():
            _add_ridge(scatters, weight, self.ridge)
        try:
            return factorise(self.family.solve(scatters, weight, before))
        except np.linalg.LinAlgError:  # a family that inverts on the way meets a singular scatter
            error = _collapsed(max(matrices.cholesky(scatters, 0.0)[1], 0), len(scatters))
        except DegenerateFitError as found:
            error = found
        raise error if self.ridge.any() else DegenerateFitError(f"{error} {WITHOUT_RIDGE}") from None


def _between(stats: Stats, means: Array) -> Array:
    """What scatter about the reference means has beyond that about the weighted `means`."""
    shift = means - stats.reference.means
    if stats.reference.diagonal:
        return np.asarray(stats.weight[:, None] * np.square(shift))
    return np.asarray(stats.weight[:, None, None] * shift[:, :, None] * shift[:, None, :])


def _add_ridge(scatters: Array, weight: Array, ridge: Array) -> None:
    diagonals = scatters if scatters.ndim == 2 else np.einsum("jff->jf", scatters)
    diagonals += weight[:, None] * ridge


def factorise(covariances: Array) -> Array:
    """Lower Cholesky factors (k, d, d), or standard deviations (k, d) of variances.

    Raises
    ------
    DegenerateFitError
        A covariance is singular to working precision; the message names the component.
    """
    if covariances.ndim == 2:
        _refuse((covariances > 0) & (covariances < np.inf))
        return np.sqrt(covariances)
    factors, singular = matrices.cholesky(covariances, SINGULAR)
    if singular >= 0:
        raise _collapsed(singular, len(covariances))
    return factors


def _refuse(sound: Array) -> None:
    """Raise for the first component (row) of which not every column (k, d) is sound."""
    if not sound.all():
        raise _collapsed(int(np.argmin(sound.all(axis=1))), len(sound))


def _collapsed(component: int, k: int) -> DegenerateFitError:
    """The error for component `component`, counted from 0, of k; pages and messages count from 1."""
    return DegenerateFitError(
        f"Component {component + 1} of {k} collapsed: it has no width in some direction, as when it holds "
        "too few distinct rows, a column is constant, or columns follow exactly from one another. "
        "Ask for fewer components, or leave such columns out."
    )
