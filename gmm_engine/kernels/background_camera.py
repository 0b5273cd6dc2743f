"""Where the camera points: reduce, compare and move pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

RED = 2


@kernel
def grey_of_frame(frame: Any, grey: Any) -> None:
    """Halve a frame (h, w, 3) uint8 into grey (h // 2, w // 2) float32."""
    for y in range(grey.shape[0]):
        for x in range(grey.shape[1]):
            total = 0
            for v in range(2 * y, 2 * y + 2):
                for u in range(2 * x, 2 * x + 2):
                    total += int(frame[v, u, 0]) + 2 * int(frame[v, u, 1]) + int(frame[v, u, 2])
            grey[y, x] = np.float32(total) * np.float32(1 / 16)


@kernel
def grey_of_modes(modes: Any, width: int, grey: Any) -> None:
    """Halve the heaviest modes' colours, modes (m, h w, 5), into grey (h // 2, w // 2) float32."""
    for y in range(grey.shape[0]):
        for x in range(grey.shape[1]):
            total = np.float32(0)
            for v in range(2 * y, 2 * y + 2):
                for u in range(2 * x, 2 * x + 2):
                    i = v * width + u
                    total += modes[0, i, RED] + modes[0, i, RED + 2]
                    total += np.float32(2) * modes[0, i, RED + 1]
            grey[y, x] = total * np.float32(1 / 16)


@kernel
def halve(picture: Any, half: Any) -> None:
    """Mean of 2 x 2 pixels: picture (h, w) into half (h // 2, w // 2), both float32."""
    for y in range(half.shape[0]):
        for x in range(half.shape[1]):
            left, right = 2 * x, 2 * x + 1
            top = picture[2 * y, left] + picture[2 * y, right]
            bottom = picture[2 * y + 1, left] + picture[2 * y + 1, right]
            half[y, x] = np.float32(0.25) * (top + bottom)


@kernel
def misplacement(now: Any, known: Any, down: int, right: int, margin: int, cap: Any) -> Any:
    """Mean difference, each at most `cap`, of known[y, x] and now[y + down, x + right].

    Both (h, w) float32, grey levels; a border of `margin` pixels is left out, so that
    every displacement up to it compares the same number of pixels.
    """
    total = 0.0
    height, width = known.shape
    for y in range(margin, height - margin):
        row: Any = np.float32(0)
        for x in range(margin, width - margin):
            row += min(abs(now[y + down, x + right] - known[y, x]), cap)
        total += row
    return total / max((height - 2 * margin) * (width - 2 * margin), 1)


@kernel
def move(first: int, last: int, frame: Any, down: float, right: float, moved: Any) -> None:
    """Rows `first` to `last` of moved[y, x] = frame[y + down, x + right], between pixels bilinearly.

    frame and moved (h, w, 3) uint8; beyond the edge the nearest pixel counts.
    """
    height, width = frame.shape[:2]
    for y in range(first, last):
        v, part_v = _between(y + down, height)
        for x in range(width):
            u, part_u = _between(x + right, width)
            for c in range(3):
                top = _mix(frame[v, u, c], frame[v, u + 1, c], part_u)
                bottom = _mix(frame[v + 1, u, c], frame[v + 1, u + 1, c], part_u)
                moved[y, x, c] = np.uint8(_mix(top, bottom, part_v) + np.float32(0.5))


@inlined
def _mix(a: Any, b: Any, part: Any) -> Any:
    return np.float32(a) + part * (np.float32(b) - np.float32(a))


@inlined
def _between(place: float, size: int) -> Any:
    """The pixel before a place and how far the place lies beyond it."""
    inside = min(max(place, 0.0), size - 1.0)
    before = min(int(inside), size - 2)
    return before, np.float32(inside - before)
