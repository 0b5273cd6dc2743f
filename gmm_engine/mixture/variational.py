"""The variational posterior of a Gaussian mixture: updates, E-step constants, divergences.

Each component's mean and precision have a normal-Wishart posterior (Bishop 2006, section
10.2), whose scale matrix is full, shared, diagonal or a multiple of the identity; the
weights have a Dirichlet posterior, or independent sticks of a Dirichlet process (Blei and
Jordan 2006, section 3). "Shared" counts the prior once per component, which keeps the
bound a bound: subtracting a divergence several times only lowers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betaln, digamma, gammaln

from gmm_engine.kernels import wishart as kernels
from gmm_engine.mixture.mstep import factorise
from gmm_engine.rows.matrices import moments
from gmm_engine.types import LOG_2PI, Array, Params, Stats

DIAGONAL = ("diag", "spherical")
# Below this share of the variances a direction is taken for exactly flat, and gets the next one of the
# smallest variance, or the last of the largest: enough for factors in double precision.
FLAT = 1e-10
WIDTH_OF_FLAT = 1e-6
LEAST_WIDTH = 1e-12


@dataclass(frozen=True, eq=False)
class Prior:
    """What is believed before any row, in the rows' frame.

    Attributes
    ----------
    process : Dirichlet process (True) or Dirichlet distribution (False) on the weights.
    concentration : its concentration.
    mean : (d,). mean_precision : how many rows that belief is worth.
    freedom : degrees of freedom of the Wishart.
    covariance : (d, d) inverse scale of the Wishart; diagonal for "diag", "spherical".
    kind : "full", "tied", "diag" or "spherical".
    ridge : added to every variance of the rows.
    """

    process: bool
    concentration: float
    mean: Array
    mean_precision: float
    freedom: float
    covariance: Array
    kind: str
    ridge: float

    @cached_property
    def normal(self) -> tuple[Array, float, Array, float]:
        """What kernels take it for: mean, its precision, covariance, ridge."""
        mean, covariance = (np.array(each, np.float64, order="C") for each in (self.mean, self.covariance))
        return mean, float(self.mean_precision), covariance, float(self.ridge)

    @cached_property
    def log_normaliser(self) -> float:
        """Log of the Wishart's normalising constant."""
        d, log_scale = len(self.mean), -float(np.linalg.slogdet(self.covariance)[1])
        gammas = gammaln(0.5 * (self.freedom - np.arange(d))).sum() + d * (d - 1) / 4 * np.log(np.pi)
        return float(-0.5 * self.freedom * (log_scale + d * np.log(2)) - gammas)


@dataclass(frozen=True, eq=False)
class Posterior(Params):
    """Parameters for the E-step, and the distributions they come from.

    Attributes
    ----------
    sticks : (2, k) Beta parameters, or (1, k) Dirichlet concentrations.
    mean_precisions : (k,). freedoms : (k,). covariances of `Params` are inverse scale / freedom.
    log_sticks : E[log] of every broken share and of what it leaves (2, k); of Dirichlet weights (1, k).
    log_precisions : (k,) E[log |precision|].
    """

    sticks: Array = None  # type: ignore[assignment]
    mean_precisions: Array = None  # type: ignore[assignment]
    freedoms: Array = None  # type: ignore[assignment]
    log_sticks: Array = None  # type: ignore[assignment]
    log_precisions: Array = None  # type: ignore[assignment]


def support(covariance: Array) -> float:
    """What every variance of a covariance (d, d) needs more if a direction has no width; else 0.

    Columns that follow exactly from others, and constant ones, leave such a direction: a prior of
    that covariance would have no density, and components nothing to hold them open.
    """
    variances = np.diag(covariance)
    positive = variances[variances > 0]
    if not len(positive):
        return WIDTH_OF_FLAT
    deviations = np.sqrt(np.where(variances > 0, variances, 1.0))
    if np.linalg.eigvalsh(covariance / np.outer(deviations, deviations))[0] > FLAT:
        return 0.0
    return float(max(WIDTH_OF_FLAT * positive.min(), LEAST_WIDTH * positive.max()))


def update(stats: Stats, prior: Prior) -> Posterior:
    """The posterior of all parameters given the rows' responsibilities."""
    weight = stats.weight + 10 * np.finfo(np.float64).eps
    k, d = len(weight), len(prior.mean)
    found, scatters = moments(stats)
    worth, freedoms = prior.mean_precision + weight, prior.freedom + weight
    if prior.kind in DIAGONAL:
        means = (prior.mean_precision * prior.mean + weight[:, None] * found) / worth[:, None]
        pull = prior.mean_precision * weight / worth
        inverse = np.diag(prior.covariance) + scatters + pull[:, None] * np.square(found - prior.mean)
        inverse = inverse + weight[:, None] * prior.ridge
        if prior.kind == "spherical":
            inverse = np.repeat(inverse.mean(axis=1, keepdims=True), d, axis=1)
        covariances = inverse / freedoms[:, None]
    else:
        tied = prior.kind == "tied"
        if tied:
            freedoms = np.full(k, prior.freedom + weight.sum() / k)
        means, covariances = np.empty((k, d)), np.empty((k, d, d))
        kernels.combine(weight, found, scatters, prior.normal, freedoms, tied, means, covariances)
    return posterior(_sticks(weight, prior), means, worth, freedoms, factorise(covariances))


def posterior(sticks: Array, means: Array, worth: Array, freedoms: Array, factors: Array) -> Posterior:
    """A posterior with everything that is expected under it."""
    k, d = means.shape
    scales = factors if factors.ndim == 2 else np.diagonal(factors, axis1=1, axis2=2)
    # Copies: kernels are compiled for contiguous arrays that can be written.
    freedoms, log_precisions = np.array(freedoms, np.float64), np.empty(k)
    kernels.expect(freedoms, np.array(scales, np.float64, order="C"), log_precisions)
    if len(sticks) == 1:
        log_sticks = np.asarray(digamma(sticks) - digamma(sticks.sum()))
        weights, log_weights = sticks[0] / sticks.sum(), log_sticks[0]
    else:
        weights, log_weights, log_sticks = np.empty(k), np.empty(k), np.empty((2, k))
        kernels.break_sticks(np.array(sticks, np.float64, order="C"), weights, log_sticks, log_weights)
    offsets = log_weights - 0.5 * d * (LOG_2PI + 1 / worth) + 0.5 * log_precisions
    return Posterior(
        weights, means, factors, constants=offsets, sticks=sticks, mean_precisions=worth,
        freedoms=freedoms, log_sticks=log_sticks, log_precisions=log_precisions,
    )  # fmt: skip


def _sticks(weight: Array, prior: Prior) -> Array:
    if not prior.process:
        return np.asarray(prior.concentration + weight)[None]
    later = np.concatenate([np.cumsum(weight[::-1])[::-1][1:], [0.0]])
    return np.stack([1 + weight, prior.concentration + later])


def lower_bound(stats: Stats, posterior: Params, prior: Prior) -> float:
    """The complete evidence lower bound (nats) at the posterior of this E-step.

    With responsibilities at their best, it is the sum over rows of the log normaliser minus
    the divergences of weights, means and precisions from their priors.
    """
    assert isinstance(posterior, Posterior)
    return stats.log_likelihood - _weight_divergence(posterior, prior) - _shape_divergence(posterior, prior)


def _weight_divergence(posterior: Posterior, prior: Prior) -> float:
    if not prior.process:
        own, k = posterior.sticks[0], len(posterior.sticks[0])
        gain = float(((own - prior.concentration) * posterior.log_sticks[0]).sum())
        own_log = gammaln(own.sum()) - gammaln(own).sum()
        prior_log = gammaln(k * prior.concentration) - k * gammaln(prior.concentration)
        return float(own_log - prior_log + gain)
    a, b = posterior.sticks
    broken, left = posterior.log_sticks
    gain = (a - 1) * broken + (b - prior.concentration) * left
    return float((betaln(1, prior.concentration) - betaln(a, b) + gain).sum())


def _shape_divergence(posterior: Posterior, prior: Prior) -> float:
    factors = posterior.factors
    if posterior.diagonal:
        factors = np.eye(factors.shape[1]) * factors[:, None, :]
    return float(
        kernels.diverge(
            posterior.means, posterior.mean_precisions, posterior.freedoms, factors,
            posterior.log_precisions, prior.normal, float(prior.freedom), prior.log_normaliser,
        )
    )  # fmt: skip
