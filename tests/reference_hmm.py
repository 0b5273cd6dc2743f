"""Hidden Markov recursions written plainly: probabilities in log space, no rescaling."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.special import logsumexp


def forward_backward(log_density, transition, initial):
    """Posteriors (n, K), expected transitions (K, K) and log-likelihood."""
    n, k = log_density.shape
    log_a = np.log(transition)
    alpha, beta = np.empty((n, k)), np.zeros((n, k))
    alpha[0] = np.log(initial) + log_density[0]
    for t in range(1, n):
        alpha[t] = logsumexp(alpha[t - 1][:, None] + log_a, axis=0) + log_density[t]
    for t in range(n - 2, -1, -1):
        beta[t] = logsumexp(log_a + log_density[t + 1] + beta[t + 1], axis=1)
    total = logsumexp(alpha[-1])
    pairs = np.zeros((k, k))
    for t in range(n - 1):
        pairs += np.exp(alpha[t][:, None] + log_a + log_density[t + 1] + beta[t + 1] - total)
    return np.exp(alpha + beta - total), pairs, total


def filtered(log_density, transition, initial):
    """Probability (n, K) of each regime given the rows so far, and the log-likelihood."""
    now, total, out = np.log(initial), 0.0, []
    for row in log_density:
        now = now + row
        total += logsumexp(now)
        now = now - logsumexp(now)
        out.append(np.exp(now))
        now = logsumexp(now[:, None] + np.log(transition), axis=0)
    return np.array(out), total


def best_path(log_density, transition, initial):
    """The most probable path, by trying all of them."""
    n, k = log_density.shape

    def value(path):
        total = np.log(initial[path[0]]) + log_density[0, path[0]]
        for t in range(1, n):
            total += np.log(transition[path[t - 1], path[t]]) + log_density[t, path[t]]
        return total

    return np.array(max(product(range(k), repeat=n), key=value))


def draw(transition, means, deviations, n, rng):
    """A series (n,) and its regimes (n,) from a Gaussian chain."""
    regimes = np.empty(n, int)
    regimes[0] = 0
    for t in range(1, n):
        regimes[t] = rng.choice(len(transition), p=transition[regimes[t - 1]])
    return rng.normal(np.take(means, regimes), np.take(deviations, regimes)), regimes
