"""Superpixels: k-means in colour and place, on windows around a grid of centres."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel


@kernel
def superpixels(pixels, step, compactness, sweeps):
    """Label every pixel with its superpixel, int32 (h, w); labels need not be connected.

    pixels (h, w, d) float32. step: side of the grid of centres, pixels. compactness: the colour
    distance that weighs as much as one grid step. Achanta and others, PAMI 34, 2012, section 3.
    """
    centres = _grid(pixels, step)
    labels = np.empty(pixels.shape[:2], np.int32)
    nearest = np.empty(pixels.shape[:2], np.float32)
    for _ in range(sweeps):
        nearest[:] = np.inf
        for j in range(len(centres)):
            _claim(
                pixels, centres[j], np.int32(j), step, np.float32((compactness / step) ** 2), labels, nearest
            )
        _move(pixels, labels, centres)
    return labels


@inlined
def _grid(pixels, step):
    height, width, d = pixels.shape
    rows, columns = max(1, height // step), max(1, width // step)
    centres = np.empty((rows * columns, d + 2), np.float32)
    for i in range(rows):
        for j in range(columns):
            y, x = (2 * i + 1) * height // (2 * rows), (2 * j + 1) * width // (2 * columns)
            y, x = _flattest(pixels, y, x)
            centre = centres[i * columns + j]
            centre[:d] = pixels[y, x]
            centre[d], centre[d + 1] = y, x
    return centres


@inlined
def _flattest(pixels, y, x):
    """The pixel of the 3 x 3 neighbourhood with the smallest gradient: centres avoid edges."""
    height, width, d = pixels.shape
    best, at = np.inf, (y, x)
    for v in range(max(1, y - 1), min(height - 1, y + 2)):
        for u in range(max(1, x - 1), min(width - 1, x + 2)):
            gradient = 0.0
            for f in range(d):
                down, right = (
                    pixels[v + 1, u, f] - pixels[v - 1, u, f],
                    pixels[v, u + 1, f] - pixels[v, u - 1, f],
                )
                gradient += down * down + right * right
            if gradient < best:
                best, at = gradient, (v, u)
    return at


@inlined
def _claim(pixels, centre, j, step, pull, labels, nearest):
    """Give centre j every pixel of its window that is nearer to it than to the centres before."""
    height, width, d = pixels.shape
    y, x = centre[d], centre[d + 1]
    reach = 3 * step // 2
    for v in range(max(0, int(y) - reach), min(height, int(y) + reach + 1)):
        for u in range(max(0, int(x) - reach), min(width, int(x) + reach + 1)):
            distance = pull * ((v - y) * (v - y) + (u - x) * (u - x))
            for f in range(d):
                step_f = pixels[v, u, f] - centre[f]
                distance += step_f * step_f
            if distance < nearest[v, u]:
                nearest[v, u] = distance
                labels[v, u] = j


@inlined
def _move(pixels, labels, centres):
    """Put every centre at the mean of its pixels; an empty one stays."""
    height, width, d = pixels.shape
    sums = np.zeros((len(centres), d + 3), np.float64)
    for y in range(height):
        for x in range(width):
            into = sums[labels[y, x]]
            for f in range(d):
                into[f] += pixels[y, x, f]
            into[d] += y
            into[d + 1] += x
            into[d + 2] += 1
    for j in range(len(centres)):
        if sums[j, d + 2] > 0:
            for f in range(d + 2):
                centres[j, f] = sums[j, f] / sums[j, d + 2]
