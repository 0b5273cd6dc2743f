"""Posteriors of a variational mixture, all components in one call.

Between two passes over few rows, arrays of k numbers cost more in calls than in arithmetic.
"""

from __future__ import annotations

import math

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel
from gmm_engine.kernels.factors import invert

# Digamma is exact to rounding from here on, with the terms below (Abramowitz and Stegun 1964, 6.3.18).
FAR = 10.0
LOG_2 = math.log(2)
LOG_PI = math.log(math.pi)


@inlined
def digamma(x):
    """Derivative of log gamma at x > 0."""
    below = 0.0
    while x < FAR:
        below += 1 / x
        x += 1
    s = 1 / (x * x)
    tail = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * 691 / 32760)))))
    return np.log(x) - 0.5 / x - tail - below


@kernel
def break_sticks(sticks, weights, log_sticks, log_weights):
    """Means (k,) of weights broken off a stick, and what is expected of logarithms.

    sticks (2, k): Beta parameters of each broken share. log_sticks (2, k): E[log] of the share
    and of what it leaves. log_weights (k,). The last three are written.
    """
    left, passed, total = 1.0, 0.0, 0.0
    for j in range(weights.shape[0]):
        a, b = sticks[0, j], sticks[1, j]
        both = digamma(a + b)
        log_sticks[0, j], log_sticks[1, j] = digamma(a) - both, digamma(b) - both
        log_weights[j] = log_sticks[0, j] + passed
        passed += log_sticks[1, j]
        weights[j] = left * a / (a + b)
        left *= b / (a + b)
        total += weights[j]
    for j in range(weights.shape[0]):
        weights[j] /= total


@kernel
def combine(weight, found, scatters, prior, freedoms, tied, means, covariances):
    """Means (k, d) and inverse scales over freedoms (k, d, d) of normal-Wishart posteriors.

    weight (k,), found (k, d) and scatters (k, d, d) of the rows. prior = (mean (d,), its
    precision, covariance (d, d), ridge). freedoms (k,) of the posteriors. tied: one scale for all.
    """
    mean, precision, covariance, ridge = prior
    k, d = found.shape
    for j in range(k):
        worth = precision + weight[j]
        pull = precision * weight[j] / worth
        for f in range(d):
            means[j, f] = (precision * mean[f] + weight[j] * found[j, f]) / worth
            for g in range(d):
                gaps = (found[j, f] - mean[f]) * (found[j, g] - mean[g])
                covariances[j, f, g] = scatters[j, f, g] + pull * gaps
            covariances[j, f, f] += weight[j] * ridge
    if tied:
        for j in range(1, k):
            covariances[0] += covariances[j]
        covariances[0] /= k
        for j in range(1, k):
            covariances[j] = covariances[0]
    for j in range(k):
        for f in range(d):
            for g in range(d):
                covariances[j, f, g] = (covariances[j, f, g] + covariance[f, g]) / freedoms[j]


@kernel
def expect(freedoms, scales, log_precisions):
    """E[log |precision|] (k,) of Wisharts with mean precisions (L L^T)^-1; scales (k, d): diagonals of L."""
    k, d = scales.shape
    for j in range(k):
        found = d * (LOG_2 - np.log(freedoms[j]))
        for f in range(d):
            found += digamma(0.5 * (freedoms[j] - f)) - 2 * np.log(scales[j, f])
        log_precisions[j] = found


@kernel
def diverge(means, worth, freedoms, factors, log_precisions, prior, freedom, log_normaliser):
    """Divergence of normal-Wishart posteriors from one prior, summed over the components.

    means (k, d), their worth in rows (k,), freedoms (k,), lower factors (k, d, d) of inverse scale over
    freedom, and E[log |precision|] (k,); prior as for `combine`, with its freedom and log normaliser.
    """
    mean, precision, covariance, _ = prior
    k, d = means.shape
    inverse, total = np.zeros((d, d)), 0.0
    for j in range(k):
        invert(factors[j], inverse)
        distance, trace, log_scale = 0.0, 0.0, -d * np.log(freedoms[j])
        own = -0.25 * d * (d - 1) * LOG_PI - 0.5 * freedoms[j] * d * LOG_2
        for f in range(d):
            gap = 0.0
            for g in range(f + 1):
                gap += inverse[f, g] * (means[j, g] - mean[g])
                for h in range(f + 1):
                    trace += inverse[f, g] * covariance[g, h] * inverse[f, h]
            distance += gap * gap
            log_scale -= 2 * np.log(factors[j, f, f])
            own -= math.lgamma(0.5 * (freedoms[j] - f))
        own -= 0.5 * freedoms[j] * log_scale
        ratio = precision / worth[j]
        total += 0.5 * (d * (ratio - 1 - np.log(ratio)) + precision * distance)
        total += own - log_normaliser + 0.5 * (freedoms[j] - freedom) * log_precisions[j]
        total += 0.5 * (trace - freedoms[j] * d)
    return total
