"""Objects or ghosts: what a foreground region is, by the side on which its outline has an edge.

An object has an edge around it in the frame. A ghost, the place that an object left
after it had been learned as background, has its edge in the background picture. Both
edges are added up on a coarse grid, so that neighbouring pieces of outline decide
together, and each pixel waits longer or shorter before it is learned.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

BACKGROUND, SHADOW, FOREGROUND = 0, 127, 255
WEIGHT, VARIANCE, RED = 0, 1, 2
REACH = 3  # pixels from the outline to where the two sides are compared
ONE, NOTHING = np.float32(1), np.float32(0)
FADE = np.float32(0.06)  # share of the waiting time lost in a frame that shows something else
SAME = np.float32(16)  # squared distance, in first variances, up to which a colour is the same
FOLLOW = np.float32(0.1)
TRUST = np.float32(0.95)  # weight of a mode that replaces what was known


@kernel
def outline_edges(first: int, last: int, frame: Any, modes: Any, mask: Any, cell: int, edges: Any) -> None:
    """Add up edges along outlines in grid rows `first` to `last`.

    frame (h, w, 3) uint8; modes (m, h w, 5) float32 as in `background.watch`; mask
    (h, w) uint8; cell: side of a grid cell in pixels; edges (2, gh, gw, 2) float32:
    shadow and foreground regions, grid rows and columns, edge in frame and background
    (colour distance, grey levels, summed over outline pixels).
    """
    height, width = mask.shape
    edges[:, first:last] = 0
    for y in range(first * cell, min(last * cell, height)):
        for x in range(width):
            kind = mask[y, x]
            if kind == BACKGROUND or not _on_outline(mask, y, x):
                continue
            dy, dx = _outward(mask, y, x)
            inner_y, inner_x = _within(y - dy, height), _within(x - dx, width)
            outer_y, outer_x = _within(y + dy, height), _within(x + dx, width)
            if (dy == 0 and dx == 0) or mask[outer_y, outer_x] == kind:
                continue
            slot = edges[1 if kind == FOREGROUND else 0, y // cell, x // cell]
            now, learned = np.float32(0), np.float32(0)
            for c in range(3):
                step = _frame_colour(frame, inner_y, inner_x, c) - _frame_colour(frame, outer_y, outer_x, c)
                now += step * step
                step = _mode_colour(modes, inner_y, inner_x, height, width, c)
                step -= _mode_colour(modes, outer_y, outer_x, height, width, c)
                learned += step * step
            slot[0] += np.sqrt(now)
            slot[1] += np.sqrt(learned)


@inlined
def _within(place: int, size: int) -> int:
    return min(max(place, 0), size - 1)


@inlined
def _on_outline(mask: Any, y: int, x: int) -> Any:
    kind = mask[y, x]
    return (
        (y > 0 and mask[y - 1, x] != kind)
        or (y < mask.shape[0] - 1 and mask[y + 1, x] != kind)
        or (x > 0 and mask[y, x - 1] != kind)
        or (x < mask.shape[1] - 1 and mask[y, x + 1] != kind)
    )


@inlined
def _outward(mask: Any, y: int, x: int) -> Any:
    """The way out of the region, REACH pixels long, from where other pixels lie."""
    kind = mask[y, x]
    down, right = np.float32(0), np.float32(0)
    for v in range(max(y - 2, 0), min(y + 3, mask.shape[0])):
        for u in range(max(x - 2, 0), min(x + 3, mask.shape[1])):
            if mask[v, u] != kind:
                down += np.float32(v - y)
                right += np.float32(u - x)
    length = np.sqrt(down * down + right * right)
    if length == 0:
        return 0, 0
    return int(np.rint(REACH * down / length)), int(np.rint(REACH * right / length))


@inlined
def _frame_colour(frame: Any, y: int, x: int, c: int) -> Any:
    """Mean of 3 x 3 pixels, which evens out the camera's noise."""
    total, count = np.float32(0), np.float32(0)
    for v in range(max(y - 1, 0), min(y + 2, frame.shape[0])):
        for u in range(max(x - 1, 0), min(x + 2, frame.shape[1])):
            total += np.float32(frame[v, u, c])
            count += np.float32(1)
    return total / count


@inlined
def _mode_colour(modes: Any, y: int, x: int, height: int, width: int, c: int) -> Any:
    total, count = np.float32(0), np.float32(0)
    for v in range(max(y - 1, 0), min(y + 2, height)):
        for u in range(max(x - 1, 0), min(x + 2, width)):
            total += modes[0, v * width + u, RED + c]
            count += np.float32(1)
    return total / count


@kernel
def wait(
    first: int,
    last: int,
    frame: Any,
    mask: Any,
    cell: int,
    haste: Any,
    held: Any,
    candidates: Any,
    paces: Any,
    modes: Any,
    n_modes: Any,
    first_variance: Any,
) -> None:
    """Set the paces of rows `first` to `last`, and learn what stood long enough.

    frame, mask, cell and modes as for `outline_edges`. haste (2, gh, gw) float32: share
    of its waiting time that a still pixel of a region passes in one frame. held (2,)
    float32: share of the learning rate that shadow and foreground get meanwhile.
    candidates (h w, 4) float32: the colour that may become background, and the share of
    its time passed; paces (h w,) float32 as for `background.watch`; both are written. At
    a full share the candidate replaces what was known.
    """
    width = mask.shape[1]
    for y in range(first, last):
        for x in range(width):
            i = y * width + x
            if mask[y, x] == BACKGROUND:
                paces[i] = ONE
                candidates[i, 3] = max(candidates[i, 3] - FADE, NOTHING)
                continue
            kind = 1 if mask[y, x] == FOREGROUND else 0
            paces[i] = held[kind]
            _consider(frame[y, x], candidates[i], haste[kind, y // cell, x // cell], first_variance)
            if candidates[i, 3] >= ONE:
                _replace(candidates[i], modes, n_modes, i, first_variance)
                candidates[i, 3] = NOTHING


@inlined
def _consider(pixel: Any, candidate: Any, haste: Any, variance: Any) -> None:
    squared = NOTHING
    for c in range(3):
        step = np.float32(pixel[c]) - candidate[c]
        squared += step * step
    if squared < SAME * variance:
        candidate[3] += haste
        for c in range(3):
            candidate[c] += FOLLOW * (np.float32(pixel[c]) - candidate[c])
        return
    candidate[3] -= FADE
    if candidate[3] <= NOTHING:
        candidate[3] = haste
        for c in range(3):
            candidate[c] = np.float32(pixel[c])


@inlined
def _replace(candidate: Any, modes: Any, n_modes: Any, i: int, variance: Any) -> None:
    """Put a mode of the candidate's colour before all others, which lose their weight."""
    last = min(int(n_modes[i]), modes.shape[0] - 1)
    for mode in range(last, 0, -1):
        for slot in range(modes.shape[2]):
            modes[mode, i, slot] = modes[mode - 1, i, slot]
        modes[mode, i, WEIGHT] *= ONE - TRUST
    modes[0, i, WEIGHT] = TRUST
    modes[0, i, VARIANCE] = variance
    for c in range(3):
        modes[0, i, RED + c] = candidate[c]
    n_modes[i] = last + 1
