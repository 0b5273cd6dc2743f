"""A plain twin of the shares of surprise: every order of the columns, one row at a time."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from scipy.stats import multivariate_normal


def marginal_surprise(z, columns, weights, means, covariances):
    """-log p of some cells of one row under a mixture."""
    if not columns:
        return 0.0
    at = np.array(columns)
    parts = [
        weight * multivariate_normal(mean[at], covariance[np.ix_(at, at)]).pdf(z[at])
        for weight, mean, covariance in zip(weights, means, covariances, strict=True)
    ]
    return -np.log(sum(parts))


def conditional_surprise(z, weights, means, covariances):
    """Each column's surprise given those before it, averaged over all orders."""
    total, every = np.zeros(len(z)), list(permutations(range(len(z))))
    for order in every:
        for place, column in enumerate(order):
            now = marginal_surprise(z, list(order[: place + 1]), weights, means, covariances)
            total[column] += now - marginal_surprise(z, list(order[:place]), weights, means, covariances)
    return total / len(every)
