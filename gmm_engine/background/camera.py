"""Undo what the camera did: a shaken view and a changed exposure."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from gmm_engine import threads
from gmm_engine.kernels import background_camera as kernels
from gmm_engine.types import Array

CAP = np.float32(30)  # grey levels; a moving object's pixel counts no more than that
BETTER = 0.9  # share of the misplacement that a move must leave at most
LEVELS = 4
SMALLEST = 24  # side of the smallest picture compared, pixels
BAND_PIXELS = 40_000
SAMPLED = 72  # rows and columns, about, on which the exposure is compared
ALIKE = 0.03  # relative difference of brightness within which a pixel is the same
MORE_ALIKE = 0.1  # further share of pixels that a changed exposure must explain
DARK = 16.0


def displacement(frame: Array, modes: Array) -> tuple[float, float]:
    """How far (down, right), in pixels, the view has moved against the background.

    frame (h, w, 3) uint8; modes (m, h w, 5) as in `kernels.background`. (0, 0) when no
    move explains the frame clearly better.
    """
    now, known = _pyramids(frame, modes)
    place = (0, 0)
    for level in reversed(range(len(known))):
        reach = 2 if level == len(known) - 1 else 1
        place = _best(now[level], known[level], (2 * place[0], 2 * place[1]), reach)
    costs = _cross(now[0], known[0], place)
    still = kernels.misplacement(now[0], known[0], 0, 0, _margin(place), CAP)
    if costs[0] > BETTER * still:
        return 0.0, 0.0
    down = place[0] + _vertex(costs[1], costs[0], costs[2])
    right = place[1] + _vertex(costs[3], costs[0], costs[4])
    return 2 * down, 2 * right


def _pyramids(frame: Array, modes: Array) -> tuple[list[Array], list[Array]]:
    """Frame and background in grey, each half the size of the one before, largest first."""
    height, width = frame.shape[:2]
    now = np.empty((height // 2, width // 2), np.float32)
    known = np.empty_like(now)
    kernels.grey_of_frame(frame, now)
    kernels.grey_of_modes(modes, width, known)
    return _halved(now), _halved(known)


def _halved(picture: Array) -> list[Array]:
    levels = [picture]
    while len(levels) < LEVELS and min(levels[-1].shape) >= 2 * SMALLEST:
        half = np.empty((levels[-1].shape[0] // 2, levels[-1].shape[1] // 2), np.float32)
        kernels.halve(levels[-1], half)
        levels.append(half)
    return levels


def _margin(place: tuple[int, int]) -> int:
    return max(abs(place[0]), abs(place[1])) + 1


def _best(now: Array, known: Array, start: tuple[int, int], reach: int) -> tuple[int, int]:
    """The place around `start` where the pictures differ least; the nearest to rest of equals."""
    room = min(known.shape) // 4
    steps = range(-reach, reach + 1)
    places = [(start[0] + d, start[1] + r) for d in steps for r in steps]
    places = [p for p in places if max(abs(p[0]), abs(p[1])) <= room] or [(0, 0)]
    costs = _costs(now, known, places)
    return min(zip(costs, [math.hypot(*p) for p in places], places, strict=True))[2]


def _cross(now: Array, known: Array, place: tuple[int, int]) -> list[float]:
    """Misplacement at a place, above, below, left and right of it."""
    steps = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)]
    return _costs(now, known, [(place[0] + d, place[1] + r) for d, r in steps])


def _costs(now: Array, known: Array, places: list[tuple[int, int]]) -> list[float]:
    margin = max(map(_margin, places))
    return [kernels.misplacement(now, known, d, r, margin, CAP) for d, r in places]


def _vertex(before: float, here: float, after: float) -> float:
    """Where two equally steep lines through three costs meet, -0.5 to 0.5."""
    slope = max(before, after) - here
    return 0.5 * (before - after) / slope if slope > 0 else 0.0


def moved(frame: Array, down: float, right: float) -> Array:
    """The frame as the camera at rest would have seen it."""
    result = np.empty_like(frame)
    bands = threads.ranges(len(frame), max(1, BAND_PIXELS // frame.shape[1]))
    threads.run_all([partial(kernels.move, a, b, frame, down, right, result) for a, b in bands])
    return result


def moved_back(mask: Array, down: float, right: float) -> Array:
    """A mask of the view at rest, laid on the frame as it was taken; background beyond."""
    height, width = mask.shape
    d, r = round(down), round(right)
    result = np.zeros_like(mask)
    rows, columns = slice(max(d, 0), min(height + d, height)), slice(max(r, 0), min(width + r, width))
    source = mask[max(-d, 0) : min(height - d, height), max(-r, 0) : min(width - r, width)]
    result[rows, columns] = source
    return result


def exposed_alike(frame: Array, colours: Array) -> Array:
    """The frame at the background's exposure and white balance, if those explain it better.

    frame (h, w, 3) uint8; colours (h, w, 3) float32, the background.
    """
    step = tuple(max(1, size // SAMPLED) for size in frame.shape[:2])
    now = frame[:: step[0], :: step[1]].astype(np.float32).reshape(-1, 3)
    known = colours[:: step[0], :: step[1]].reshape(-1, 3)
    usable = (known.min(axis=1) > DARK) & (now.max(axis=1) < 250)
    if usable.sum() < 50:
        return frame
    ratios = now[usable] / known[usable]
    gains = np.median(ratios, axis=0)
    alike = np.abs(ratios / gains - 1).max(axis=1) < ALIKE
    before = np.abs(ratios - 1).max(axis=1) < ALIKE
    if gains.min() <= 0 or alike.mean() < before.mean() + MORE_ALIKE:
        return frame
    levels = np.arange(256, dtype=np.float32)[:, None] / gains
    table = np.clip(levels + 0.5, 0, 255).astype(np.uint8)
    return np.stack([table[frame[..., c], c] for c in range(3)], axis=-1)
