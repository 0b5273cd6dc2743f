"""Greedy merging of neighbouring regions, each described by one Gaussian."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

APART = np.inf  # the gain of merging regions that do not touch


@kernel
def merge_tree(
    counts,
    sums,
    outers,
    lengths,
    steps,
    independent,
    noise,
    fence,
    labelling,
):
    """Merge the two touching regions whose union lengthens the description least, down to one region.

    counts (n,), sums (n, d), outers (n, d, d): moments of the pixels of each region.
    lengths, steps (n, n): border lengths and colour steps across; all arguments are overwritten.
    independent: pixels that carry as much as one independent observation.
    noise: variance added to every covariance, squared colour units.
    fence: nats saved by erasing a border, per unit of length, where it has no contrast.
    labelling: charged part of the labels' entropy; 1 codes each pixel's label by itself, 0 trusts
    the borders to say it all.
    Returns pairs (n - 1, 2), the second merged into the first, and the change of description
    length in nats of each merge, (n - 1,).
    """
    n, total = len(counts), counts.sum()
    contrast = max(steps.sum() / max(lengths.sum(), 1.0), 1e-6)
    codes = np.empty(n)
    gains = np.full((n, n), APART)
    partner, best = np.zeros(n, np.int64), np.full(n, APART)
    for i in range(n):
        codes[i] = _code(counts[i], sums[i], outers[i], independent, noise, labelling, total)
    settings = (independent, noise, fence, labelling, total, contrast)
    for i in range(n):
        for j in range(i):
            if lengths[i, j] > 0:
                gains[i, j] = _gain(i, j, counts, sums, outers, lengths, steps, codes, settings)
                gains[j, i] = gains[i, j]
    for i in range(n):
        partner[i] = np.argmin(gains[i])
        best[i] = gains[i, partner[i]]
    pairs, changes = np.empty((n - 1, 2), np.int64), np.empty(n - 1)
    for turn in range(n - 1):
        i = int(np.argmin(best))
        j = int(partner[i])
        if j < i:
            i, j = j, i
        pairs[turn, 0], pairs[turn, 1], changes[turn] = i, j, best[i]
        _unite(i, j, counts, sums, outers, lengths, steps, gains, best)
        codes[i] = _code(counts[i], sums[i], outers[i], independent, noise, labelling, total)
        for other in range(n):
            if lengths[i, other] > 0:
                gains[i, other] = _gain(i, other, counts, sums, outers, lengths, steps, codes, settings)
                gains[other, i] = gains[i, other]
        _refresh(i, j, gains, partner, best)
    return pairs, changes


@inlined
def _code(
    count,
    total,
    outer,
    independent,
    noise,
    labelling,
    pixels,
):
    """Nats to describe the pixels of a region by its own Gaussian, labels included."""
    d = len(total)
    factor = np.empty((d, d))
    half_log_det = 0.0
    for f in range(d):
        for g in range(f + 1):
            value = (outer[f, g] - total[f] * total[g] / count) / count
            if f == g:
                value = max(value, 0.0) + noise
            for e in range(g):
                value -= factor[f, e] * factor[g, e]
            if f == g:
                value = max(value, 1e-12)
                half_log_det += 0.5 * np.log(value)
                factor[f, f] = np.sqrt(value)
            else:
                factor[f, g] = value / factor[g, g]
    nats = half_log_det - labelling * np.log(count / pixels)
    return count / independent * nats


@inlined
def _gain(
    i,
    j,
    counts,
    sums,
    outers,
    lengths,
    steps,
    codes,
    settings,
):
    """Change of the description length, nats, when regions i and j become one."""
    independent, noise, fence, labelling, total, contrast = settings
    d = sums.shape[1]
    union = _code(
        counts[i] + counts[j], sums[i] + sums[j], outers[i] + outers[j], independent, noise, labelling, total
    )
    parameters = 0.5 * (d * (d + 3) / 2 + 1) * np.log(total / independent)
    softness = np.exp(-steps[i, j] / lengths[i, j] / contrast)
    border = fence * lengths[i, j] / np.sqrt(independent) * softness
    change = union - codes[i] - codes[j] - parameters - border
    return change


@inlined
def _unite(
    i,
    j,
    counts,
    sums,
    outers,
    lengths,
    steps,
    gains,
    best,
):
    """Add region j to region i and strike j out."""
    counts[i] += counts[j]
    sums[i] += sums[j]
    outers[i] += outers[j]
    for other in range(len(counts)):
        lengths[i, other] += lengths[j, other]
        lengths[other, i] = lengths[i, other]
        steps[i, other] += steps[j, other]
        steps[other, i] = steps[i, other]
        lengths[j, other] = lengths[other, j] = 0
        gains[j, other] = gains[other, j] = APART
    lengths[i, i] = 0
    best[j] = APART


@inlined
def _refresh(i, j, gains, partner, best):
    """Find the best partner again where the merge of j into i may have changed it."""
    for other in range(len(best)):
        if other == j:
            continue
        if gains[other, i] < best[other]:
            partner[other], best[other] = i, gains[other, i]
        elif other == i or partner[other] == i or partner[other] == j:
            partner[other] = np.argmin(gains[other])
            best[other] = gains[other, partner[other]]
