"""Small mixtures of a few thousand standardised rows, fitted many times over."""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr, logsumexp
from sklearn.cluster import KMeans

from gmm_engine import covariance, em
from gmm_engine.mixture.mstep import MStep
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Array, Params

TOL, MAX_ITER = 1e-3, 50


def small_mixture(
    X: Array, k: int, rng: np.random.RandomState, *, family: str = "VVV", ridge: float = 1e-3
) -> Params:
    """A mixture of k components from one k-means start; `ridge` is added to every variance."""
    rows = MemoryRows(X, frame=Frame(np.zeros(X.shape[1])))
    maximise = MStep(covariance.family(family), np.full(X.shape[1], ridge))
    # Rows that differ by rounding only would make k-means warn of empty clusters.
    rounded = X.round(7)
    distinct = len(np.unique(rounded, axis=0))
    labels = KMeans(min(k, distinct), n_init=1, max_iter=20, random_state=rng).fit(rounded).labels_
    start = maximise(rows.weigh(np.eye(k)[labels]), None)
    return em.drain(em.run(rows, start, maximise, tol=TOL, max_iter=MAX_ITER), start, tol=TOL).params


def memberships(X: Array, params: Params) -> Array:
    """Responsibilities (n, k) of a mixture."""
    logs = MemoryRows(X, frame=Frame(np.zeros(X.shape[1]))).log_densities(params)
    return np.asarray(np.exp(logs - logsumexp(logs, axis=1, keepdims=True)))


def tail_surprise(X: Array, params: Params) -> Array:
    """Minus log two-sided tail probability (n,), in nats, of X[:, 0] given the other columns."""
    weights, offsets = _given(X[:, 1:], params)
    lower = logsumexp(weights + log_ndtr((X[:, :1] - offsets[0]) / offsets[1]), axis=1)
    upper = logsumexp(weights + log_ndtr((offsets[0] - X[:, :1]) / offsets[1]), axis=1)
    return np.asarray(np.maximum(-np.log(2) - np.minimum(lower, upper), 0.0))


def _given(given: Array, params: Params) -> tuple[Array, tuple[Array, Array]]:
    """Log weights (n, k) of the conditional mixture, its means (n, k) and deviations (k,)."""
    cov = params.covariances()
    gain = np.linalg.solve(cov[:, 1:, 1:], cov[:, 1:, :1])[:, :, 0]
    deviation = np.sqrt(cov[:, 0, 0] - np.einsum("jg,jg->j", cov[:, 0, 1:], gain))
    means = params.means[:, 0] + given @ gain.T - np.einsum("jg,jg->j", params.means[:, 1:], gain)
    marginal = Params(params.weights, params.means[:, 1:], np.linalg.cholesky(cov[:, 1:, 1:]))
    logs = MemoryRows(given, frame=Frame(np.zeros(given.shape[1]))).log_densities(marginal)
    return logs - logsumexp(logs, axis=1, keepdims=True), (means, deviation)
