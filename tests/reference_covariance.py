"""Readable twins of the covariance families, and a judge of their promises."""

from __future__ import annotations

import numpy as np


def log_likelihood(covariances, scatters, weights):
    """Expected complete-data log-likelihood of covariances (k, d, d), up to a constant."""
    terms = [
        weight * np.linalg.slogdet(covariance)[1] + np.trace(np.linalg.solve(covariance, scatter))
        for covariance, scatter, weight in zip(covariances, scatters, weights, strict=True)
    ]
    return -0.5 * sum(terms)


def balanced(scatters, weights, sweeps=2000):
    """One common matrix, own volumes: the definition of VEE, iterated many times."""
    d = scatters.shape[1]
    common = scatters.sum(axis=0)
    for _ in range(sweeps):
        volumes = np.array(
            [np.trace(np.linalg.solve(common, s)) / (d * w) for s, w in zip(scatters, weights, strict=True)]
        )
        common = sum(s / v for s, v in zip(scatters, volumes, strict=True)) / weights.sum()
    return volumes[:, None, None] * common


def full(covariances):
    """Covariance matrices (k, d, d) from whatever a family returns."""
    if covariances.ndim == 3:
        return covariances
    return np.array([np.diag(row) for row in covariances])


def broken_promises(name, covariances, tolerance=1e-8):
    """What of its name's promise a family's covariances (k, d, d) break, in words."""
    volumes = np.exp(np.linalg.slogdet(covariances)[1] / covariances.shape[1])
    unit = covariances / volumes[:, None, None]
    shapes = np.linalg.eigvalsh(unit)
    broken = []
    if name[0] == "E" and np.ptp(volumes) > tolerance * volumes.mean():
        broken.append("volumes differ")
    if name[1] == "I" and np.abs(shapes - 1).max() > tolerance:
        broken.append("not spheres")
    if name[1] == "E" and (np.ptp(shapes, axis=0) > tolerance * shapes.max()).any():
        broken.append("shapes differ")
    if name[2] == "I" and np.abs(covariances - full(np.diagonal(covariances, axis1=1, axis2=2))).max() > 0:
        broken.append("off the axes")
    if name[2] == "E" and _largest_commutator(unit) > tolerance * np.square(shapes.max()):
        broken.append("orientations differ")
    return broken


def _largest_commutator(matrices):
    products = matrices[:, None] @ matrices[None]
    return np.abs(products - products.transpose(1, 0, 2, 3)).max()
