"""Pictures as arrays: reduced by area, and the pixels that lie on borders of labels."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel


@kernel
def shrink(picture, height, width):
    """Reduce uint8 (h, w, c) to (height, width, c): each pixel is the mean of the pixels it covers."""
    rows, columns, channels = picture.shape
    small = np.empty((height, width, channels), np.uint8)
    for y in range(height):
        top, bottom = y * rows // height, -(-(y + 1) * rows // height)
        for x in range(width):
            left, right = x * columns // width, -(-(x + 1) * columns // width)
            area = (bottom - top) * (right - left)
            for c in range(channels):
                total = area // 2
                for v in range(top, bottom):
                    for u in range(left, right):
                        total += picture[v, u, c]
                small[y, x, c] = total // area
    return small


@kernel
def on_border(labels, reach):
    """Flat indices (m,), ascending, of the pixels at most `reach` rows and columns from a border.

    labels (h, w) int32. With a reach of one: all pixels with another label among their eight
    neighbours.
    """
    height, width = labels.shape
    near = np.zeros((height, width), np.bool_)
    for y in range(height):
        for x in range(width):
            for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
                v, u = y + down, x + right
                if v < height and 0 <= u < width and labels[v, u] != labels[y, x]:
                    _mark(near, y, x, reach - 1)
                    _mark(near, v, u, reach - 1)
    found = np.empty(np.count_nonzero(near), np.int64)
    count = 0
    for y in range(height):
        for x in range(width):
            if near[y, x]:
                found[count] = y * width + x
                count += 1
    return found


@inlined
def _mark(near, y, x, reach):
    height, width = near.shape
    for v in range(max(0, y - reach), min(height, y + reach + 1)):
        for u in range(max(0, x - reach), min(width, x + reach + 1)):
            near[v, u] = True
