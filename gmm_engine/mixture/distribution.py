"""Probabilities of a Gaussian mixture: parts, conditions, cumulative probabilities.

Functions of `Params` with matrix or diagonal factors; the noise component has no part in them.
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr, logsumexp, ndtr, ndtri
from scipy.stats import qmc

from gmm_engine.mixture.shapes import matrices
from gmm_engine.types import LOG_2PI, Array, Params

BISECTIONS = 200
SHIFTS = 12  # independently shifted point sets, whose spread is the stated error


def log_densities(params: Params, X: Array) -> Array:
    """Weighted log densities (n, k) of rows (n, d), for handfuls of rows; kernels do the many."""
    z = np.einsum("kfg,nkg->nkf", np.linalg.inv(matrices(params.factors)), X[:, None] - params.means)
    return np.asarray(params.log_constants() - 0.5 * np.square(z).sum(axis=2))


def marginal(params: Params, columns: Array) -> Params:
    """The mixture of some columns alone, in the order given."""
    covariances = params.covariances()[:, columns][:, :, columns]
    return Params(params.weights, params.means[:, columns], np.linalg.cholesky(covariances))


def condition(params: Params, columns: Array, values: Array) -> tuple[Array, Array, Array, Array]:
    """The other columns given `values` (m, g) of `columns` (g,), for m questions at once.

    Returns
    -------
    weights (m, k), means (m, k, f), covariances (k, f, f) of the remaining columns, which do
    not depend on the values, and log density (m,) of the values themselves.
    """
    free = np.setdiff1d(np.arange(params.means.shape[1]), columns)
    whole = params.covariances()
    given = whole[:, columns][:, :, columns]
    across = whole[:, free][:, :, columns]
    factor = np.linalg.cholesky(given)
    gap = values[:, None, :] - params.means[None][:, :, columns]
    z = np.einsum("kgh,mkh->mkg", np.linalg.inv(factor), gap)
    logs = (
        np.log(params.weights)
        - 0.5 * (np.square(z).sum(axis=2) + len(columns) * LOG_2PI)
        - np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    )
    density = logsumexp(logs, axis=1)
    slope = np.linalg.solve(given, across.transpose(0, 2, 1)).transpose(0, 2, 1)
    means = params.means[None][:, :, free] + np.einsum("kfg,mkg->mkf", slope, gap)
    covariances = whole[:, free][:, :, free] - slope @ across.transpose(0, 2, 1)
    return np.exp(logs - density[:, None]), means, covariances, density


def cdf(weights: Array, means: Array, deviations: Array, x: Array) -> Array:
    """P(X <= x) for one-dimensional mixtures; (..., k) parameters against x (...)."""
    return np.asarray((weights * ndtr((x[..., None] - means) / deviations)).sum(axis=-1))


def quantile(weights: Array, means: Array, deviations: Array, q: Array) -> Array:
    """Where one-dimensional mixtures' cumulative probability reaches q, by bisection.

    (..., k) parameters against q (...); q of 0 and 1 give minus and plus infinity. The upper
    half is found from the upper tail, so that no digits are lost near one.
    """
    weights, means, deviations = np.broadcast_arrays(weights, means, deviations)
    own = means + deviations * ndtri(q)[..., None]
    low, high = own.min(axis=-1), own.max(axis=-1)
    upper = q > 0.5
    with np.errstate(invalid="ignore", divide="ignore"):
        want = np.where(upper, np.log1p(-q), np.log(q))
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            z = (middle[..., None] - means) / deviations
            tail = logsumexp(log_ndtr(np.where(upper[..., None], -z, z)), axis=-1, b=weights)
            above = np.where(upper, tail < want, tail > want)
            low, high = np.where(above, low, middle), np.where(above, middle, high)
            if np.all((middle == low) & (high - low <= 4e-16 * np.abs(middle)) | ~np.isfinite(middle)):
                break
    return np.where(np.isin(q, (0, 1)), np.where(q == 0, -np.inf, np.inf), (low + high) / 2)


def box_probability(
    params: Params, lower: Array, upper: Array, n_points: int, rng: np.random.Generator
) -> tuple[float, float]:
    """P(lower <= X <= upper) and its standard error, by separation of variables on Sobol points.

    One column is exact. Genz (1992), section 2; randomised point sets give the error.
    """
    d = len(lower)
    estimates = np.zeros(SHIFTS)
    if d == 1:
        scale = np.sqrt(params.covariances()[:, 0, 0])
        z = [(bound - params.means[:, 0]) / scale for bound in (lower[0], upper[0])]
        return float(params.weights @ _between(z[0], z[1])), 0.0
    size = 2 ** int(np.ceil(np.log2(n_points / SHIFTS)))
    for shift in range(SHIFTS):
        points = qmc.Sobol(d - 1, rng=rng).random(size)
        for w, mean, factor in zip(params.weights, params.means, matrices(params.factors), strict=True):
            estimates[shift] += w * _separated(lower - mean, upper - mean, factor, points)
    return float(estimates.mean()), float(estimates.std(ddof=1) / np.sqrt(SHIFTS))


def _separated(lower: Array, upper: Array, factor: Array, points: Array) -> float:
    """Mean over the points of the product of conditional one-dimensional probabilities."""
    n, d = len(points), len(lower)
    z, product = np.zeros((n, d)), np.ones(n)
    for f in range(d):
        shift = z[:, :f] @ factor[f, :f]
        a, b = (lower[f] - shift) / factor[f, f], (upper[f] - shift) / factor[f, f]
        width = _between(a, b)
        product *= width
        if f + 1 < d:
            z[:, f] = ndtri(np.clip(ndtr(a) + points[:, f] * width, 1e-300, 1 - 1e-16))
    return float(product.mean())


def _between(a: Array, b: Array) -> Array:
    """Phi(b) - Phi(a), from whichever tail keeps the digits."""
    swap = a > 0
    return np.asarray(np.where(swap, ndtr(-a) - ndtr(-b), ndtr(b) - ndtr(a)))
