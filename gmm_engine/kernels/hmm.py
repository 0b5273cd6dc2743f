"""Recursions over a hidden Markov chain: filter, smooth, decode.

n rows, K regimes. Relative densities are divided by the row's largest: the factor
cancels in probabilities, and its logarithm is added to the log-likelihood. With every
transition probability at least 1e-12 no product below can underflow.
"""

from __future__ import annotations

import math

import numpy as np

from gmm_engine.kernels._jit import kernel
from gmm_engine.kernels.vector import exp_nonpositive

BLOCK = 256
# A density this many nats below the row's best regime cannot win back any transition.
FLOOR = -300.0
# Probabilities are rescaled this often, or sooner when they become this small.
EVERY = 8
SMALL = 1e-30


@kernel
def relative_densities(log_density):
    """Replace log densities (n, K) by densities over the row's largest; sum of the largest logs."""
    n, k = log_density.shape
    flat = log_density.reshape(n * k)
    bits = np.empty(BLOCK * k, np.int64)
    total = 0.0
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        for t in range(start, stop):
            top = log_density[t, 0]
            for j in range(1, k):
                top = max(top, log_density[t, j])
            if top == -np.inf:
                top = FLOOR
            for j in range(k):
                log_density[t, j] = max(log_density[t, j] - top, FLOOR)
            total += top
        exp_nonpositive(flat[start * k : stop * k], bits, (stop - start) * k)
    return total


@kernel
def forward(density, transition, initial, alpha):
    """Filter: alpha[t] proportional to P(regime t | rows to t); log-likelihood in nats.

    density (n, K) relative densities; transition (K, K) from row to column; initial (K,).
    """
    n, k = density.shape
    now = np.empty(k)
    for j in range(k):
        now[j] = initial[j] * density[0, j]
        alpha[0, j] = now[j]
    before = np.empty(k)
    log_likelihood = 0.0
    for t in range(1, n):
        size = 0.0
        for i in range(k):
            size += now[i]
        scale = 1.0
        if t % EVERY == 0 or size < SMALL:
            scale = 1.0 / size
            log_likelihood += math.log(size)
        for i in range(k):
            before[i] = now[i] * scale
        for j in range(k):
            reach = 0.0
            for i in range(k):
                reach += before[i] * transition[i, j]
            now[j] = reach * density[t, j]
            alpha[t, j] = now[j]
    size = 0.0
    for i in range(k):
        size += now[i]
    return log_likelihood + math.log(size)


@kernel
def backward(density, transition, alpha, pairs):
    """Smooth: alpha becomes P(regime t | all rows); pairs (K, K) gets expected transitions."""
    n, k = density.shape
    beta = np.ones(k)
    seen = np.empty(k)
    counts = np.zeros((k, k))
    size = 0.0
    for i in range(k):
        size += alpha[n - 1, i]
    for i in range(k):
        alpha[n - 1, i] /= size
    for t in range(n - 2, -1, -1):
        for j in range(k):
            seen[j] = beta[j] * density[t + 1, j]
        norm, size = 0.0, 0.0
        for i in range(k):
            reach = 0.0
            for j in range(k):
                reach += transition[i, j] * seen[j]
            beta[i] = reach
            size += reach
            norm += alpha[t, i] * reach
        share = 1.0 / norm
        for i in range(k):
            weight = alpha[t, i] * share
            alpha[t, i] = weight * beta[i]
            for j in range(k):
                counts[i, j] += weight * seen[j]
        if t % EVERY == 0 or size < SMALL:
            for i in range(k):
                beta[i] /= size
    for i in range(k):
        for j in range(k):
            pairs[i, j] = counts[i, j] * transition[i, j]


@kernel
def viterbi(log_density, log_transition, log_initial):
    """Most probable path of regimes (n,) and its log joint density, nats."""
    n, k = log_density.shape
    came_from = np.empty((n, k), np.uint8)
    path = np.empty(n, np.int64)
    score = log_initial + log_density[0]
    following = np.empty(k)
    for t in range(1, n):
        for j in range(k):
            best, where = score[0] + log_transition[0, j], 0
            for i in range(1, k):
                value = score[i] + log_transition[i, j]
                if value > best:
                    best, where = value, i
            following[j] = best + log_density[t, j]
            came_from[t, j] = where
        score[:] = following
    path[n - 1] = np.argmax(score)
    for t in range(n - 1, 0, -1):
        path[t - 1] = came_from[t, path[t]]
    return path, score.max()
