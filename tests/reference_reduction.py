"""Plain twins of the mixture of probabilistic principal component analysers."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal


def plane_log_density(X, weights, means, loadings, noise):
    """Log density (n,) of rows under planes W_j with noise variances s_j."""
    parts = []
    for weight, mean, W, s in zip(weights, means, loadings, noise, strict=True):
        covariance = W @ W.T + s * np.eye(len(mean))
        parts.append(np.log(weight) + multivariate_normal(mean, covariance).logpdf(X))
    return logsumexp(parts, axis=0)


def posterior_by_sampling(X, weights, means, loadings, noise, n_draws, seed=0):
    """Draws (n, n_draws, d) of each row without its noise: a component, then its latent place."""
    rng = np.random.default_rng(seed)
    draws = np.empty((len(X), n_draws, X.shape[1]))
    for i, row in enumerate(X):
        logs = [
            np.log(weight) + multivariate_normal(mean, W @ W.T + s * np.eye(len(mean))).logpdf(row)
            for weight, mean, W, s in zip(weights, means, loadings, noise, strict=True)
        ]
        shares = np.exp(logs - logsumexp(logs))
        start = 0
        for j, count in enumerate(rng.multinomial(n_draws, shares / shares.sum())):
            W, s = loadings[j], noise[j]
            M = W.T @ W + s * np.eye(W.shape[1])
            centre = np.linalg.inv(M) @ W.T @ (row - means[j])
            latent = rng.multivariate_normal(centre, s * np.linalg.inv(M), count)
            draws[i, start : start + count] = means[j] + latent @ W.T
            start += count
    return draws
