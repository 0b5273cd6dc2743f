"""What a series looks like inside each regime.

Every regime draws the row from a small mixture of J/K components; a component predicts
``intercept + coefficients @ lags`` with Gaussian innovations. Without lags that is a
Gaussian mixture, and the sufficient statistics of lagged rows serve both cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve, solve_triangular
from scipy.special import logsumexp

from gmm_engine import covariance
from gmm_engine.rows import MemoryRows
from gmm_engine.types import LOG_2PI, Array, Params, Stats


@dataclass(frozen=True, eq=False)
class Emissions:
    """J components in K groups of equal size, regime by regime.

    Attributes
    ----------
    weights : (K, J / K) shares of the components inside their regime.
    intercepts : (J, d).
    coefficients : (J, d, q) of the q lagged values; q is 0 without autoregression.
    covariances : (J, d, d) of the innovations.
    """

    weights: Array
    intercepts: Array
    coefficients: Array
    covariances: Array

    @property
    def order(self) -> int:
        """Number of lags."""
        return int(self.coefficients.shape[2] // self.coefficients.shape[1])

    def reordered(self, order: Array) -> Emissions:
        """The same regimes in another order (K,)."""
        k, size = self.weights.shape
        rows = (order[:, None] * size + np.arange(size)).ravel()
        return Emissions(
            self.weights[order], self.intercepts[rows], self.coefficients[rows], self.covariances[rows]
        )


@dataclass(frozen=True)
class EmissionRule:
    """How emissions are learned.

    Attributes
    ----------
    family : covariance family shared by the components.
    shared_lags : one set of autoregressive coefficients for all components.
    prior_weight : rows' worth of the prior covariance in each component (0: maximum likelihood).
    """

    family: str = "EEE"
    shared_lags: bool = True
    prior_weight: float = 2.0

    def n_parameters(self, emissions: Emissions) -> int:
        """Free numbers in the emissions."""
        j, d, q = emissions.coefficients.shape
        lags = d * q * (1 if self.shared_lags else j)
        inside = emissions.weights.size - len(emissions.weights)
        return int(j * d + lags + inside + covariance.family(self.family).count(j, d))

    def log_prior(self, emissions: Emissions, prior: Array) -> float:
        """Log density of the inverse-Wishart prior about `prior` (d, d), up to a constant."""
        factors = np.linalg.cholesky(emissions.covariances)
        log_det = 2 * np.log(np.diagonal(factors, axis1=1, axis2=2)).sum()
        spread = np.trace(np.linalg.solve(emissions.covariances, prior[None]), axis1=1, axis2=2).sum()
        return float(-0.5 * self.prior_weight * (log_det + spread))

    def learn(self, stats: Stats, k: int, previous: Emissions | None, prior: Array) -> Emissions:
        """The M-step from the statistics of lagged rows (y, lags) of J components."""
        j, d = len(stats.weight), len(prior)
        means, scatters = stats.means(), stats.scatters()
        scatters = scatters if scatters.ndim == 3 else np.eye(scatters.shape[1]) * scatters[:, None, :]
        coefficients = self._coefficients(scatters, previous, d)
        residual = _residual_scatter(scatters, coefficients, d)
        covariances = self._covariances(residual, stats.weight, prior, previous)
        intercepts = means[:, :d] - (coefficients @ means[:, d:, None])[:, :, 0]
        shares = np.maximum(stats.weight.reshape(k, j // k), np.finfo(float).tiny)
        return Emissions(shares / shares.sum(axis=1, keepdims=True), intercepts, coefficients, covariances)

    def _covariances(self, scatter: Array, weight: Array, prior: Array, previous: Emissions | None) -> Array:
        family = covariance.family(self.family)
        scatter = scatter + self.prior_weight * prior
        weight = np.maximum(weight + self.prior_weight, np.finfo(float).tiny)
        before = None if previous is None else previous.covariances
        if not family.diagonal:
            return family.solve(scatter, weight, before)
        diagonals = None if before is None else np.diagonal(before, axis1=1, axis2=2)
        solved = family.solve(np.diagonal(scatter, axis1=1, axis2=2), weight, diagonals)
        return np.eye(scatter.shape[1]) * solved[:, None, :]

    def _coefficients(self, scatters: Array, previous: Emissions | None, d: int) -> Array:
        j, q = len(scatters), scatters.shape[1] - d
        if q == 0:
            return np.zeros((j, d, 0))
        lags, cross = scatters[:, d:, d:], scatters[:, d:, :d]
        if not self.shared_lags:
            return np.stack([_ridge(lags[i], cross[i]).T for i in range(j)])
        precision = np.linalg.inv(previous.covariances) if previous is not None else np.eye(d)[None]
        precision = np.broadcast_to(precision, (j, d, d))
        left = np.sum([np.kron(lags[i], precision[i]) for i in range(j)], axis=0)
        right = np.sum([precision[i] @ cross[i].T for i in range(j)], axis=0)
        shared = _ridge(left, right.T.reshape(-1, 1)).reshape(q, d).T
        return np.repeat(shared[None], j, axis=0)


def _ridge(left: Array, right: Array) -> Array:
    tiny = 1e-10 * max(float(np.trace(left)) / len(left), np.finfo(float).tiny)
    return np.asarray(solve(left + tiny * np.eye(len(left)), right, assume_a="pos"))


def _residual_scatter(scatters: Array, coefficients: Array, d: int) -> Array:
    shape = np.concatenate([np.broadcast_to(np.eye(d), (len(scatters), d, d)), -coefficients], axis=2)
    return np.asarray(shape @ scatters @ shape.transpose(0, 2, 1))


def component_log_densities(rows: MemoryRows, emissions: Emissions) -> Array:
    """Log density (n, J) of lagged rows (y, lags) under each component, nats."""
    d = emissions.intercepts.shape[1]
    factors = np.linalg.cholesky(emissions.covariances)
    j = len(factors)
    if rows.d == d:
        return rows.log_densities(Params(np.ones(j), emissions.intercepts, factors))
    densities = np.empty((rows.n, j))
    for i in range(j):
        predicted = emissions.intercepts[i] + rows.X[:, d:] @ emissions.coefficients[i].T
        z = solve_triangular(factors[i], (rows.X[:, :d] - predicted).T, lower=True)
        log_det = np.log(np.diagonal(factors[i])).sum()
        densities[:, i] = -0.5 * np.square(z).sum(axis=0) - log_det - 0.5 * d * LOG_2PI
    return densities


def regime_log_densities(components: Array, weights: Array) -> Array:
    """Log density (n, K) of each regime from those (n, J) of its components."""
    if weights.shape[1] == 1:
        return components
    with np.errstate(divide="ignore"):
        grouped = components.reshape(len(components), *weights.shape) + np.log(weights)
    return np.asarray(logsumexp(grouped, axis=2))
