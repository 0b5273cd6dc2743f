"""The fused E-step for many columns: the same pass, with BLAS on blocks of rows.

From about two dozen columns on, products of (rows, d) blocks with (d, d) factors are
faster through BLAS than by simple loops. Blocks stay in the cache; nothing (n, k) is stored.
"""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel
from gmm_engine.kernels.blocks import normalise
from gmm_engine.kernels.estep import add_totals, row_factor


@kernel
def fused_wide(rows, row_weights, frame, plan, model, noise, bits, moments, totals):
    """As `estep.fused`, for matrix factors; model holds inverse factors transposed (upper)."""
    centre, scale = frame
    first, last, per_chunk, per_block = plan
    means, uppers, constants = model
    k, d = means.shape
    centred = np.empty((per_block, d), rows.dtype)
    z = np.empty((k, per_block, d), rows.dtype)
    second = np.empty((d, d), rows.dtype)
    logs = np.empty((k, per_block), rows.dtype)
    vectors = np.empty((5, per_block), rows.dtype)
    peak, sums, log_sums, factor = vectors[0], vectors[1], vectors[2], vectors[3]
    for chunk in range(first, last):
        end = min((chunk + 1) * per_chunk, rows.shape[0])
        for start in range(chunk * per_chunk, end, per_block):
            size = min(per_block, end - start)
            part = rows[start : start + size]
            for j in range(k):
                whiten_rows(part, centre, scale, means[j], uppers[j], centred, z[j])
                log_density_rows(z[j], size, constants[j], logs[j])
            normalise(logs, size, noise, bits, peak, sums, log_sums)
            row_factor(row_weights, start, size, sums, factor)
            add_totals(row_weights, start, size, noise, vectors, totals[chunk])
            for j in range(k):
                resp = logs[j]
                for i in range(size):
                    resp[i] *= factor[i]
                add_moments_rows(z[j], resp, size, centred, second, moments[chunk, j])


@inlined
def whiten_rows(part, centre, scale, mean, upper, centred, z):
    """z = (x - mean) upper, for a (size, d) part of the rows."""
    size, d = part.shape
    for i in range(size):
        source, target = part[i], centred[i]
        for f in range(d):
            target[f] = (source[f] - centre[f]) * scale - mean[f]
    np.dot(centred[:size], upper, z[:size])


@inlined
def log_density_rows(z, size, constant, out):
    """out = constant - |z|^2 / 2 for (size, d) whitened rows."""
    half, floor = z.dtype.type(0.5), z.dtype.type(-1e30)
    for i in range(size):
        row = z[i]
        square = z.dtype.type(0)
        for f in range(row.shape[0]):
            square += row[f] * row[f]
        out[i] = max(constant - half * square, floor)


@inlined
def add_moments_rows(z, resp, size, weighted, second, stats):
    """Add one component's weight, first and second moments (lower triangle) to stats."""
    d = z.shape[1]
    for i in range(size):
        source, target, share = z[i], weighted[i], resp[i]
        stats[0] += share
        for f in range(d):
            target[f] = share * source[f]
    for f in range(d):
        sum_f = z.dtype.type(0)
        for i in range(size):
            sum_f += weighted[i, f]
        stats[1 + f] += sum_f
    np.dot(weighted[:size].T, z[:size], second)
    slot = 1 + d
    for f in range(d):
        for g in range(f + 1):
            stats[slot] += second[f, g]
            slot += 1
