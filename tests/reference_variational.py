"""Naive twins of the variational kernels: one component at a time, by SciPy's functions."""

import numpy as np
from scipy.special import digamma, multigammaln


def broken(sticks):
    """Mean weights (k,), E[log] of shares and rests (2, k), and E[log weight] (k,)."""
    a, b = sticks
    share, logs = a / (a + b), digamma(sticks) - digamma(a + b)
    weights = np.array([share[j] * np.prod(1 - share[:j]) for j in range(len(a))])
    log_weights = np.array([logs[0, j] + logs[1, :j].sum() for j in range(len(a))])
    return weights / weights.sum(), logs, log_weights


def combined(weight, found, scatter, prior, freedom):
    """Mean (d,) and inverse scale over freedom (d, d) of one normal-Wishart posterior."""
    mean, precision, covariance, ridge = prior
    worth, gap = precision + weight, found - mean
    inverse = covariance + scatter + precision * weight / worth * np.outer(gap, gap)
    inverse = inverse + weight * ridge * np.eye(len(gap))
    return (precision * mean + weight * found) / worth, inverse / freedom


def expected_log_precision(freedom, covariance):
    """E[log |precision|] of a Wishart of mean precision `covariance`^-1."""
    d = len(covariance)
    scale = np.linalg.inv(covariance) / freedom
    return digamma(0.5 * (freedom - np.arange(d))).sum() + d * np.log(2) + np.linalg.slogdet(scale)[1]


def log_normaliser(freedom, inverse_scale):
    """Log of a Wishart's normalising constant (Bishop 2006, B.79)."""
    d = len(inverse_scale)
    log_scale = -np.linalg.slogdet(inverse_scale)[1]
    return -0.5 * freedom * (log_scale + d * np.log(2)) - multigammaln(0.5 * freedom, d)


def divergence(mean, worth, freedom, covariance, prior, prior_freedom):
    """KL divergence of a normal-Wishart posterior from its prior (Bishop 2006, 10.74 and 10.77)."""
    mean0, worth0, inverse0, _ = prior
    d, log_precision = len(mean), expected_log_precision(freedom, covariance)
    precision = np.linalg.inv(covariance)
    gap = mean - mean0
    ratio = worth0 / worth
    normal = 0.5 * (d * (ratio - 1 - np.log(ratio)) + worth0 * gap @ precision @ gap)
    own, other = log_normaliser(freedom, covariance * freedom), log_normaliser(prior_freedom, inverse0)
    wishart = own - other + 0.5 * (freedom - prior_freedom) * log_precision
    return normal + wishart + 0.5 * (np.trace(inverse0 @ precision) - freedom * d)
