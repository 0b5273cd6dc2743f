"""What is done to one block of rows for one component.

A block is a contiguous (d, size) buffer, rows as columns, so that the block index is
innermost in every loop and each loop becomes SIMD. Each function exists for matrix
factors (d, d) and for diagonal ones (d,); numba picks by the factor's type.
"""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import by_type, inlined
from gmm_engine.kernels.small import (
    add_moments_1,
    add_moments_2,
    add_moments_3,
    log_density_1,
    log_density_2,
    log_density_3,
)
from gmm_engine.kernels.vector import dot, exp_nonpositive, log_positive, total


@inlined
def load(rows, start, size, centre, scale, block):
    """Copy rows[start:start+size] to block (d, size) as (x - centre) * scale."""
    # Indices that might be negative would cost a test each: slice once, count from zero.
    part = rows[start : start + size]
    for f in range(rows.shape[1]):
        shift = centre[f]
        column = block[f]
        for i in range(size):
            column[i] = (part[i, f] - shift) * scale


def log_density(block, size, mean, inverse, constant, centred, z, out):
    """Log density of a block under one component to out, whitened rows z = inverse (x - mean) on the way.

    Subtracts first, so distance costs no digits. With one to three columns and a matrix
    factor z is not written: `add_moments` computes it again.
    """


@by_type(log_density)
def _choose_log_density(block, size, mean, inverse, constant, centred, z, out):
    def lower_triangular(block, size, mean, inverse, constant, centred, z, out):
        columns = block.shape[0]
        if columns == 1:
            log_density_1(block, size, mean, inverse, constant, out)
        elif columns == 2:
            log_density_2(block, size, mean, inverse, constant, out)
        elif columns == 3:
            log_density_3(block, size, mean, inverse, constant, out)
        else:
            whiten(block, size, mean, inverse, centred, z)
            half_square(z, size, constant, out)

    def diagonal(block, size, mean, inverse, constant, centred, z, out):
        for f in range(block.shape[0]):
            source, shift, own, target = block[f], mean[f], inverse[f], z[f]
            for i in range(size):
                target[i] = (source[i] - shift) * own
        half_square(z, size, constant, out)

    return lower_triangular if inverse.ndim == 2 else diagonal


@inlined
def whiten(block, size, mean, inverse, centred, z):
    """z = inverse (x - mean), inverse lower triangular."""
    for f in range(block.shape[0]):
        source, shift, difference = block[f], mean[f], centred[f]
        for i in range(size):
            difference[i] = source[i] - shift
    for f in range(block.shape[0]):
        target, own, difference = z[f], inverse[f, f], centred[f]
        for i in range(size):
            target[i] = own * difference[i]
        # Four columns a pass: one load and store of the target serve four products.
        g = 0
        while g + 4 <= f:
            a0, a1, a2, a3 = inverse[f, g], inverse[f, g + 1], inverse[f, g + 2], inverse[f, g + 3]
            x0, x1, x2, x3 = centred[g], centred[g + 1], centred[g + 2], centred[g + 3]
            for i in range(size):
                target[i] += (a0 * x0[i] + a1 * x1[i]) + (a2 * x2[i] + a3 * x3[i])
            g += 4
        while g < f:
            a0, x0 = inverse[f, g], centred[g]
            for i in range(size):
                target[i] += a0 * x0[i]
            g += 1


@inlined
def half_square(z, size, constant, out):
    """out = constant - |z|^2 / 2, kept finite so that differences of it are numbers."""
    half, floor = z.dtype.type(0.5), z.dtype.type(-1e30)
    first = z[0]
    for i in range(size):
        out[i] = first[i] * first[i]
    for f in range(1, z.shape[0]):
        row = z[f]
        for i in range(size):
            out[i] += row[i] * row[i]
    for i in range(size):
        out[i] = max(constant - half * out[i], floor)


@inlined
def normalise(logs, size, noise, bits, peak, sums, log_sums):
    """Turn log densities (k, size) into unnormalised responsibilities, in place.

    Afterwards peak is the largest log density of a row (noise included), sums the total
    of exp(log density - peak), log_sums its log.
    """
    k = logs.shape[0]
    for i in range(size):
        peak[i] = noise
    for j in range(k):
        row = logs[j]
        for i in range(size):
            peak[i] = max(peak[i], row[i])
    if noise > -np.inf:
        for i in range(size):
            sums[i] = noise - peak[i]
        exp_nonpositive(sums, bits, size)
    else:
        for i in range(size):
            sums[i] = logs.dtype.type(0)
    for j in range(k):
        row = logs[j]
        for i in range(size):
            row[i] -= peak[i]
        exp_nonpositive(row, bits, size)
        for i in range(size):
            sums[i] += row[i]
    log_positive(sums, bits, log_sums, size)


def add_moments(block, z, resp, size, mean, inverse, weighted, stats):
    """Add one component's weight, first and second moments of z to stats, in place.

    stats (1 + d + d(d+1)/2) with the lower triangle row by row for matrix factors,
    (1 + d + d) for diagonal ones.
    """


@by_type(add_moments)
def _choose_add_moments(block, z, resp, size, mean, inverse, weighted, stats):
    def lower_triangular(block, z, resp, size, mean, inverse, weighted, stats):
        columns = block.shape[0]
        if columns == 1:
            add_moments_1(block, resp, size, mean, inverse, stats)
        elif columns == 2:
            add_moments_2(block, resp, size, mean, inverse, stats)
        elif columns == 3:
            add_moments_3(block, resp, size, mean, inverse, stats)
        else:
            add_products(z, resp, size, weighted, stats)

    def diagonal(block, z, resp, size, mean, inverse, weighted, stats):
        stats[0] += total(resp, size)
        d = z.shape[0]
        for f in range(d):
            row = z[f]
            for i in range(size):
                weighted[i] = resp[i] * row[i]
            stats[1 + f] += total(weighted, size)
            stats[1 + d + f] += dot(weighted, row, size)

    return lower_triangular if inverse.ndim == 2 else diagonal


@inlined
def add_products(z, resp, size, weighted, stats):
    """Weight, sums and products of whitened rows, four products a pass."""
    stats[0] += total(resp, size)
    slot = 1 + z.shape[0]
    for f in range(z.shape[0]):
        row = z[f]
        for i in range(size):
            weighted[i] = resp[i] * row[i]
        stats[1 + f] += total(weighted, size)
        g = 0
        while g + 4 <= f + 1:
            zero = z.dtype.type(0)
            s0, s1, s2, s3 = zero, zero, zero, zero
            z0, z1, z2, z3 = z[g], z[g + 1], z[g + 2], z[g + 3]
            for i in range(size):
                s0 += weighted[i] * z0[i]
                s1 += weighted[i] * z1[i]
                s2 += weighted[i] * z2[i]
                s3 += weighted[i] * z3[i]
            stats[slot] += s0
            stats[slot + 1] += s1
            stats[slot + 2] += s2
            stats[slot + 3] += s3
            slot += 4
            g += 4
        while g <= f:
            stats[slot] += dot(weighted, z[g], size)
            slot += 1
            g += 1


@inlined
def workspace(k, d, size, like):
    """Scratch buffers for blocks of `size` rows: block, centred, z, logs, rows of the block, bits."""
    block = np.empty((d, size), like.dtype)
    centred = np.empty((d, size), like.dtype)
    z = np.empty((k, d, size), like.dtype)
    logs = np.empty((k, size), like.dtype)
    vectors = np.empty((5, size), like.dtype)
    return block, centred, z, logs, vectors
