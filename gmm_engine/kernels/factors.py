"""Small matrices, one for each component: what stands between two passes over the rows.

With few columns the calls of a linear algebra library cost several times what they compute;
here one call does all components.
"""

from __future__ import annotations

import math

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

LOG_2PI = math.log(2 * math.pi)


@kernel
def prepare(weights, factors, given, shift, inverses, constants):
    """What the passes over the rows need of lower factors (k, d, d): their inverses, and log constants (k,).

    given (k,): constants to use instead of log w - d/2 log 2 pi - log |L|, or (0,). shift is added
    to either. inverses (k, d, d) and constants (k,) are written, in their own precision.
    """
    k, d = factors.shape[0], factors.shape[1]
    inner = np.zeros((d, d))
    for j in range(k):
        invert(factors[j], inner)
        own = inverses[j]
        for f in range(d):
            for g in range(d):
                own[f, g] = inner[f, g]
        if given.shape[0] > 0:
            constants[j] = given[j] + shift
            continue
        log_scale = 0.0
        for f in range(d):
            log_scale += np.log(factors[j, f, f])
        constants[j] = np.log(weights[j]) - 0.5 * d * LOG_2PI - log_scale + shift


@inlined
def invert(factor, inverse):
    """The lower triangle of the inverse of a lower factor (d, d)."""
    for g in range(factor.shape[0]):
        inverse[g, g] = 1 / factor[g, g]
        for f in range(g + 1, factor.shape[0]):
            found = 0.0
            for h in range(g, f):
                found -= factor[f, h] * inverse[h, g]
            inverse[f, g] = found / factor[f, f]


@kernel
def moments(weight, first, second, centres, factors, means, scatters):
    """Means (k, d) and scatters about them (k, d, d) from moments of whitened rows.

    weight (k,) positive; first (k, d) and second (k, d, d) about `centres` (k, d) in the
    coordinates of the lower `factors` (k, d, d).
    """
    k, d = first.shape
    inner, half = np.empty((d, d)), np.empty((d, d))
    for j in range(k):
        factor, shift, scatter = factors[j], first[j], scatters[j]
        for f in range(d):
            moved = 0.0
            for g in range(f + 1):
                moved += factor[f, g] * shift[g]
            means[j, f] = centres[j, f] + moved / weight[j]
            for g in range(d):
                inner[f, g] = second[j, f, g] - shift[f] * shift[g] / weight[j]
        for f in range(d):
            for g in range(d):
                half[f, g] = 0.0
                for h in range(f + 1):
                    half[f, g] += factor[f, h] * inner[h, g]
        for f in range(d):
            for g in range(f + 1):
                found = 0.0
                for h in range(g + 1):
                    found += half[f, h] * factor[g, h]
                scatter[f, g] = found
                scatter[g, f] = found


@kernel
def cholesky(matrices, least, factors):
    """Lower factors (k, d, d) of symmetric matrices; -1, or the first that is singular.

    Singular is one with a pivot of no more than `least` of its diagonal element.
    """
    k, d = matrices.shape[0], matrices.shape[1]
    for j in range(k):
        matrix, factor = matrices[j], factors[j]
        for g in range(d):
            pivot = matrix[g, g]
            for h in range(g):
                pivot -= factor[g, h] * factor[g, h]
            if not pivot > least * matrix[g, g]:
                return j
            factor[g, g] = np.sqrt(pivot)
            for f in range(g):
                factor[f, g] = 0.0
            for f in range(g + 1, d):
                found = matrix[f, g]
                for h in range(g):
                    found -= factor[f, h] * factor[g, h]
                factor[f, g] = found / factor[g, g]
    return -1
