"""The fused E-step: log densities, responsibilities and moments in one pass over the rows.

Nothing of shape (n, k) is stored. Rows are read where they lie; centring and scaling
happen while a block is copied to its contiguous buffer.
"""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel
from gmm_engine.kernels.blocks import add_moments, load, log_density, normalise, workspace
from gmm_engine.kernels.vector import dot, total


@kernel
def fused(rows, row_weights, frame, plan, model, noise, bits, moments, totals):
    """Add Stats of chunks plan[0] to plan[1] to moments and totals, chunk by chunk.

    rows (n, d). row_weights (n,) or (0,) for ones. frame = (centre (d,), scale).
    plan = (first chunk, last chunk + 1, rows a chunk, rows a block). model = (means (k, d),
    inverse factors (k, d, d) lower or (k, d), constants (k,)). noise: log density of the
    noise component, -inf for none. bits: integer scratch (rows a block).
    moments (chunks, k, slots) float64. totals (chunks, 4) float64: log-likelihood, row
    weight, weight times log of the largest responsibility, weight of the noise.
    """
    centre, scale = frame
    first, last, per_chunk, per_block = plan
    means, inverses, constants = model
    k = means.shape[0]
    block, centred, z, logs, vectors = workspace(k, rows.shape[1], per_block, rows)
    peak, sums, log_sums = vectors[0], vectors[1], vectors[2]
    factor, weighted = vectors[3], vectors[4]
    for chunk in range(first, last):
        end = min((chunk + 1) * per_chunk, rows.shape[0])
        for start in range(chunk * per_chunk, end, per_block):
            size = min(per_block, end - start)
            load(rows, start, size, centre, scale, block)
            for j in range(k):
                log_density(block, size, means[j], inverses[j], constants[j], centred, z[j], logs[j])
            normalise(logs, size, noise, bits, peak, sums, log_sums)
            row_factor(row_weights, start, size, sums, factor)
            add_totals(row_weights, start, size, noise, vectors, totals[chunk])
            for j in range(k):
                resp = logs[j]
                for i in range(size):
                    resp[i] *= factor[i]
                stats = moments[chunk, j]
                add_moments(block, z[j], resp, size, means[j], inverses[j], weighted, stats)


@inlined
def row_factor(row_weights, start, size, sums, factor):
    """factor = row weight / sums: what turns exponentials into weighted responsibilities."""
    one = sums.dtype.type(1)
    if row_weights.shape[0] == 0:
        for i in range(size):
            factor[i] = one / sums[i]
    else:
        weight = row_weights[start : start + size]
        for i in range(size):
            factor[i] = weight[i] / sums[i]


@inlined
def add_totals(row_weights, start, size, noise, vectors, totals):
    """Add the block's log-likelihood, weight, log of largest responsibility and noise weight."""
    peak, log_sums, factor, weighted = vectors[0], vectors[2], vectors[3], vectors[4]
    if row_weights.shape[0] == 0:
        for i in range(size):
            weighted[i] = peak[i] + log_sums[i]
        totals[0] += total(weighted, size)
        totals[1] += size
        totals[2] -= total(log_sums, size)
    else:
        weight = row_weights[start : start + size]
        for i in range(size):
            weighted[i] = peak[i] + log_sums[i]
        totals[0] += dot(weight, weighted, size)
        totals[1] += total(weight, size)
        totals[2] -= dot(weight, log_sums, size)
    if noise > -np.inf:
        for i in range(size):
            totals[3] += factor[i] * np.exp(noise - peak[i])


@kernel
def weigh(rows, row_weights, frame, plan, model, resp, moments):
    """Add moments under given responsibilities (n, k) about model's means and factors."""
    centre, scale = frame
    first, last, per_chunk, per_block = plan
    means, inverses, constants = model
    block, centred, z, logs, vectors = workspace(1, rows.shape[1], per_block, rows)
    share, weighted = vectors[0], vectors[1]
    for chunk in range(first, last):
        end = min((chunk + 1) * per_chunk, rows.shape[0])
        for start in range(chunk * per_chunk, end, per_block):
            size = min(per_block, end - start)
            load(rows, start, size, centre, scale, block)
            part, weight = resp[start : start + size], row_weights[start : start + size]
            for j in range(means.shape[0]):
                for i in range(size):
                    share[i] = part[i, j]
                for i in range(weight.shape[0]):
                    share[i] *= weight[i]
                log_density(block, size, means[j], inverses[j], constants[j], centred, z[0], logs[0])
                stats = moments[chunk, j]
                add_moments(block, z[0], share, size, means[j], inverses[j], weighted, stats)


@kernel
def log_densities(rows, frame, plan, model, out):
    """Weighted log densities of every row under every component to out (n, k)."""
    centre, scale = frame
    first, last, per_chunk, per_block = plan
    means, inverses, constants = model
    block, centred, z, logs, _ = workspace(1, rows.shape[1], per_block, rows)
    for start in range(first * per_chunk, min(last * per_chunk, rows.shape[0]), per_block):
        size = min(per_block, rows.shape[0] - start, last * per_chunk - start)
        load(rows, start, size, centre, scale, block)
        part = out[start : start + size]
        for j in range(means.shape[0]):
            log_density(block, size, means[j], inverses[j], constants[j], centred, z[0], logs[0])
            for i in range(size):
                part[i, j] = logs[0, i]


@kernel
def score(rows, frame, plan, model, noise, bits, scores, labels):
    """Log density of every row to scores (n,) and its likeliest component to labels (n,), -1 noise."""
    centre, scale = frame
    first, last, per_chunk, per_block = plan
    means, inverses, constants = model
    k = means.shape[0]
    block, centred, z, logs, vectors = workspace(k, rows.shape[1], per_block, rows)
    peak, sums, log_sums = vectors[0], vectors[1], vectors[2]
    for start in range(first * per_chunk, min(last * per_chunk, rows.shape[0]), per_block):
        size = min(per_block, rows.shape[0] - start, last * per_chunk - start)
        load(rows, start, size, centre, scale, block)
        best = labels[start : start + size]
        for i in range(size):
            best[i] = -1
            peak[i] = noise
        for j in range(k):
            log_density(block, size, means[j], inverses[j], constants[j], centred, z[0], logs[j])
            row = logs[j]
            for i in range(size):
                better = row[i] > peak[i]
                peak[i] = row[i] if better else peak[i]
                best[i] = j if better else best[i]
        normalise(logs, size, noise, bits, peak, sums, log_sums)
        part = scores[start : start + size]
        for i in range(size):
            part[i] = peak[i] + log_sums[i]
