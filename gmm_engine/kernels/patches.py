"""Connected patches of a label image: number them, swallow the small ones, measure their borders."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel


@kernel
def patches(labels):
    """Number the 4-connected patches of equal label in reading order.

    labels (h, w) int. Returns numbers (h, w) int32 and sizes (n patches,) in pixels.
    """
    height, width = labels.shape
    numbers = np.full((height, width), -1, np.int32)
    sizes = np.empty(height * width, np.int64)
    queue = np.empty(height * width, np.int64)
    found = 0
    for y in range(height):
        for x in range(width):
            if numbers[y, x] < 0:
                sizes[found] = _flood(labels, numbers, queue, y, x, np.int32(found))
                found += 1
    return numbers, sizes[:found].copy()


@inlined
def _flood(labels, numbers, queue, y, x, number):
    """Number one patch; its pixels stay in `queue`, their count is returned."""
    height, width = labels.shape
    label = labels[y, x]
    numbers[y, x] = number
    queue[0] = y * width + x
    head, tail = 0, 1
    while head < tail:
        v, u = queue[head] // width, queue[head] % width
        head += 1
        for side in range(4):
            b, a = v + (side == 0) - (side == 1), u + (side == 2) - (side == 3)
            if 0 <= b < height and 0 <= a < width and numbers[b, a] < 0 and labels[b, a] == label:
                numbers[b, a] = number
                queue[tail] = b * width + a
                tail += 1
    return tail


@kernel
def absorb(labels, smallest):
    """Give each patch of fewer than `smallest` pixels to the neighbour it touches most, in reading order.

    labels (h, w) int32. Returns new labels; a picture that is one single patch stays as it is.
    """
    height, width = labels.shape
    result = labels.copy()
    seen = np.full((height, width), -1, np.int32)
    queue = np.empty(height * width, np.int64)
    touches = np.zeros(labels.max() + 1, np.int64)
    number = 0
    for y in range(height):
        for x in range(width):
            if seen[y, x] < 0:
                size = _flood(result, seen, queue, y, x, np.int32(number))
                number += 1
                if size < smallest:
                    _hand_over(result, seen, queue[:size], touches)
    return result


@inlined
def _hand_over(labels, seen, members, touches):
    """Relabel one patch with the neighbouring label it shares most pixel sides with.

    If that neighbour is still to be visited, the two will be visited as one.
    """
    height, width = labels.shape
    own = labels[members[0] // width, members[0] % width]
    best, most = own, 0
    for erase in range(2):
        for member in members:
            v, u = member // width, member % width
            for side in range(4):
                b, a = v + (side == 0) - (side == 1), u + (side == 2) - (side == 3)
                if 0 <= b < height and 0 <= a < width and labels[b, a] != own:
                    other = labels[b, a]
                    touches[other] = 0 if erase else touches[other] + 1
                    if touches[other] > most:
                        best, most = other, touches[other]
    joined = False
    for member in members:
        v, u = member // width, member % width
        for side in range(4):
            b, a = v + (side == 0) - (side == 1), u + (side == 2) - (side == 3)
            if 0 <= b < height and 0 <= a < width and labels[b, a] == best and seen[b, a] >= 0:
                joined = True
    for member in members:
        labels[member // width, member % width] = best
        if not joined:
            seen[member // width, member % width] = -1


@kernel
def moments(pixels, labels, n_labels):
    """Count (n,), sum (n, d) and sum of outer products (n, d, d) of the pixels of each label, float64.

    pixels (h, w, d) should be centred beforehand; labels (h, w).
    """
    height, width, d = pixels.shape
    counts, sums, outers = np.zeros(n_labels), np.zeros((n_labels, d)), np.zeros((n_labels, d, d))
    for y in range(height):
        for x in range(width):
            j = labels[y, x]
            counts[j] += 1
            for f in range(d):
                value = np.float64(pixels[y, x, f])
                sums[j, f] += value
                for g in range(f + 1):
                    outers[j, f, g] += value * pixels[y, x, g]
    for j in range(n_labels):
        for f in range(d):
            for g in range(f):
                outers[j, g, f] = outers[j, f, g]
    return counts, sums, outers


@kernel
def borders(pixels, labels, n_labels):
    """Length of the border between every two labels and the sum of colour steps across it, (n, n) each.

    Length counts pairs of touching pixels, four neighbours; a step is the Euclidean distance of the two.
    """
    height, width = labels.shape
    lengths, steps = np.zeros((n_labels, n_labels), np.float32), np.zeros((n_labels, n_labels), np.float32)
    for y in range(height):
        for x in range(width):
            if x + 1 < width and labels[y, x] != labels[y, x + 1]:
                _add_step(lengths, steps, pixels[y, x], pixels[y, x + 1], labels[y, x], labels[y, x + 1])
            if y + 1 < height and labels[y, x] != labels[y + 1, x]:
                _add_step(lengths, steps, pixels[y, x], pixels[y + 1, x], labels[y, x], labels[y + 1, x])
    return lengths, steps


@inlined
def _add_step(lengths, steps, one, other, i, j):
    square = np.float32(0)
    for f in range(len(one)):
        square += (one[f] - other[f]) * (one[f] - other[f])
    step = np.sqrt(square)
    lengths[i, j] += 1
    lengths[j, i] += 1
    steps[i, j] += step
    steps[j, i] += step
