"""Naive twins of the kernels: plain NumPy and SciPy, one row or component at a time.

They share no code with the engine, and are written to be believed rather than to be fast.
"""

import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal


def log_densities(X, weights, means, covariances):
    """Weighted log densities (n, k)."""
    columns = [
        np.log(w) + multivariate_normal(m, c, allow_singular=False).logpdf(X).reshape(len(X))
        for w, m, c in zip(weights, means, covariances, strict=True)
    ]
    return np.column_stack(columns)


def responsibilities(X, weights, means, covariances):
    """Responsibilities (n, k) and log-likelihood of each row (n,)."""
    logs = log_densities(X, weights, means, covariances)
    score = logsumexp(logs, axis=1)
    return np.exp(logs - score[:, None]), score


def maximise(X, resp, kind="full", reg=0.0):
    """Weights (k,), means (k, d) and covariances (k, d, d) from responsibilities (n, k)."""
    n, d = X.shape
    weight = resp.sum(axis=0)
    means = resp.T @ X / weight[:, None]
    scatters = []
    for j in range(resp.shape[1]):
        centred = X - means[j]
        scatters.append((resp[:, j, None] * centred).T @ centred)
    if kind == "tied":
        covariances = [sum(scatters) / n] * len(scatters)
    else:
        covariances = [s / w for s, w in zip(scatters, weight, strict=True)]
    if kind == "diag":
        covariances = [np.diag(np.diag(c)) for c in covariances]
    if kind == "spherical":
        covariances = [np.eye(d) * np.trace(c) / d for c in covariances]
    return weight / weight.sum(), means, np.array(covariances) + reg * np.eye(d)


def expectation_maximisation(X, weights, means, covariances, kind="full", steps=10, reg=0.0):
    """`steps` EM iterations; the mean log-likelihood before each M-step."""
    bounds = []
    for _ in range(steps):
        resp, score = responsibilities(X, weights, means, covariances)
        bounds.append(score.mean())
        weights, means, covariances = maximise(X, resp, kind, reg)
    return weights, means, covariances, bounds


def seeded(X, weight, k, rng):
    """Labels (n,) of k-means++ and one step of k-means, each seed drawn by numpy's own `choice`."""

    def squares(centres):
        return np.square(X[:, None, :] - centres[None]).sum(axis=2)

    chosen = [rng.choice(len(X), p=weight / weight.sum())]
    for _ in range(k - 1):
        share = squares(X[chosen]).min(axis=1) * weight
        share = share if share.sum() > 0 else weight
        chosen.append(rng.choice(len(X), p=share / share.sum()))
    labels, centres = squares(X[chosen]).argmin(axis=1), X[chosen].copy()
    for j in range(k):
        own = labels == j
        if weight[own].sum() > 0:
            centres[j] = np.average(X[own], axis=0, weights=weight[own])
    return squares(centres).argmin(axis=1)
