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

from gmm_engine.mixture.mstep import factorise
from gmm_engine.rows.matrices import inverted, moments
from gmm_engine.types import LOG_2PI, Array, Params, Stats


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
    def log_normaliser(self) -> float:
        """Log of the Wishart's normalising constant."""
        log_scale = -np.linalg.slogdet(self.covariance)[1]
        return float(_log_normaliser(log_scale, np.array([self.freedom]), len(self.mean))[0])


@dataclass(frozen=True, eq=False)
class Posterior(Params):
    """Parameters for the E-step, and the distributions they come from.

    Attributes
    ----------
    sticks : (2, k) Beta parameters, or (1, k) Dirichlet concentrations.
    mean_precisions : (k,). freedoms : (k,). covariances of `Params` are inverse scale / freedom.
    log_sticks : E[log] of what `sticks` are about, and of the rest: see `expected_log_sticks`.
    log_precisions : (k,) E[log |precision|].
    """

    sticks: Array = None  # type: ignore[assignment]
    mean_precisions: Array = None  # type: ignore[assignment]
    freedoms: Array = None  # type: ignore[assignment]
    log_sticks: Array = None  # type: ignore[assignment]
    log_precisions: Array = None  # type: ignore[assignment]


def update(stats: Stats, prior: Prior) -> Posterior:
    """The posterior of all parameters given the rows' responsibilities."""
    weight = stats.weight + 10 * np.finfo(np.float64).eps
    k, d = len(weight), len(prior.mean)
    found, scatters = moments(stats)
    precisions = prior.mean_precision + weight
    means = (prior.mean_precision * prior.mean + weight[:, None] * found) / precisions[:, None]
    gap, pull = found - prior.mean, prior.mean_precision * weight / precisions
    if prior.kind in ("diag", "spherical"):
        inverse = np.diag(prior.covariance) + scatters + pull[:, None] * np.square(gap)
        inverse = inverse + weight[:, None] * prior.ridge
        if prior.kind == "spherical":
            inverse = np.repeat(inverse.mean(axis=1, keepdims=True), d, axis=1)
        freedoms = prior.freedom + weight
        factors = factorise(inverse / freedoms[:, None])
    else:
        inverse = scatters + (pull[:, None] * gap)[:, :, None] * gap[:, None, :]
        if prior.ridge:
            np.einsum("kff->kf", inverse)[:] += (weight * prior.ridge)[:, None]
        freedoms = prior.freedom + weight
        if prior.kind == "tied":
            inverse = np.broadcast_to(inverse.mean(axis=0), inverse.shape)
            freedoms = np.full(k, prior.freedom + weight.sum() / k)
        factors = factorise((prior.covariance + inverse) / freedoms[:, None, None])
    return posterior(_sticks(weight, prior), means, precisions, freedoms, factors)


def posterior(sticks: Array, means: Array, precisions: Array, freedoms: Array, factors: Array) -> Posterior:
    """A posterior with everything that is expected under it."""
    d = means.shape[1]
    log_sticks = expected_log_sticks(sticks)
    log_precisions = expected_log_precisions(freedoms, factors, d)
    offsets = expected_log_weights(log_sticks) - 0.5 * d * (LOG_2PI + 1 / precisions) + 0.5 * log_precisions
    return Posterior(
        weights(sticks), means, factors, constants=offsets, sticks=sticks, mean_precisions=precisions,
        freedoms=freedoms, log_sticks=log_sticks, log_precisions=log_precisions,
    )  # fmt: skip


def weights(sticks: Array) -> Array:
    """Mean mixing weights (k,), summing to one."""
    if len(sticks) == 1:
        return np.asarray(sticks[0] / sticks[0].sum())
    share = sticks[0] / sticks.sum(axis=0)
    left = np.concatenate([[1.0], np.cumprod(1 - share)[:-1]])
    return np.asarray(share * left / (share * left).sum())


def _sticks(weight: Array, prior: Prior) -> Array:
    if not prior.process:
        return np.asarray(prior.concentration + weight)[None]
    later = np.concatenate([np.cumsum(weight[::-1])[::-1][1:], [0.0]])
    return np.stack([1 + weight, prior.concentration + later])


def expected_log_sticks(sticks: Array) -> Array:
    """E[log] of every broken share and of what it leaves, (2, k); of Dirichlet weights, (1, k)."""
    total = digamma(sticks.sum(axis=0)) if len(sticks) == 2 else digamma(sticks.sum())
    return np.asarray(digamma(sticks) - total)


def expected_log_weights(log_sticks: Array) -> Array:
    """E[log weight] (k,) under the posterior."""
    if len(log_sticks) == 1:
        return np.asarray(log_sticks[0])
    log_weights = log_sticks[0].copy()
    log_weights[1:] += np.cumsum(log_sticks[1, :-1])
    return np.asarray(log_weights)


def expected_log_precisions(freedoms: Array, factors: Array, d: int) -> Array:
    """E[log |precision|] (k,) of Wisharts with mean precision (L L^T)^-1."""
    halves = 0.5 * (freedoms[:, None] - np.arange(d))
    mean_log = -2 * _log_diagonal(factors) - d * np.log(freedoms)
    return np.asarray(digamma(halves).sum(axis=1) + d * np.log(2) + mean_log)


def _log_diagonal(factors: Array) -> Array:
    scale = factors if factors.ndim == 2 else np.diagonal(factors, axis1=1, axis2=2)
    return np.asarray(np.log(scale).sum(axis=1))


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
    d, freedoms = len(prior.mean), posterior.freedoms
    inverse = _inverse_factors(posterior)
    gap = (inverse @ (posterior.means - prior.mean)[:, :, None])[:, :, 0]
    ratio = prior.mean_precision / posterior.mean_precisions
    means = 0.5 * (d * (ratio - 1 - np.log(ratio)) + prior.mean_precision * np.square(gap).sum(axis=1))
    log_scale = -2 * _log_diagonal(posterior.factors) - d * np.log(freedoms)
    trace = (inverse @ prior.covariance * inverse).sum(axis=(1, 2)) / freedoms
    wishart = (
        _log_normaliser(log_scale, freedoms, d)
        - prior.log_normaliser
        + 0.5 * (freedoms - prior.freedom) * posterior.log_precisions
        + 0.5 * freedoms * (trace - d)
    )
    return float(means.sum() + wishart.sum())


def _inverse_factors(posterior: Posterior) -> Array:
    if posterior.diagonal:
        return np.eye(posterior.factors.shape[1]) / posterior.factors[:, None, :]
    return inverted(posterior.factors)


def _log_normaliser(log_scale: Array, freedoms: Array, d: int) -> Array:
    gammas = gammaln(0.5 * (freedoms[:, None] - np.arange(d))).sum(axis=1) + d * (d - 1) / 4 * np.log(np.pi)
    return np.asarray(-0.5 * freedoms * (log_scale + d * np.log(2)) - gammas)
