"""Pictures of single characters: varied for training, and the directions of their strokes."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from gmm_engine.types import TINY, Array

SMALLEST_SIDE = 8
TURN, GROWTH, SHEAR = np.radians(13.5), 0.12, 0.18  # largest change of a varied picture
SHIFT = 0.066  # of the side
NEIGHBOURS_ALIKE = 0.15
DIRECTIONS, CELLS = 8, 4  # of edges, and of the picture's height and width
BLURRED = 0.7 / 8  # share of the side


def square_shape(X: Array) -> tuple[int, int] | None:
    """(height, width) if the rows (n, d) look like square pictures, else None.

    They do if d is a square number from 8 x 8, no value is negative, and columns that would
    be neighbours from above correlate clearly more than columns half a line apart.
    """
    side = int(np.sqrt(X.shape[1]))
    if side < SMALLEST_SIDE or side * side != X.shape[1] or X.min() < 0 or len(X) < 2:
        return None
    deviation = X.std(axis=0)
    z = (X - X.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    above, aside = _alike(z, side), _alike(z, side // 2)
    return (side, side) if above > aside + NEIGHBOURS_ALIKE else None


def _alike(z: Array, lag: int) -> float:
    """Mean correlation of standardised columns that are `lag` apart."""
    return float((z[:, lag:] * z[:, :-lag]).mean())


def vary(pictures: Array, rng: np.random.RandomState) -> Array:
    """Each picture (n, h, w) a little shifted, turned, resized and slanted, at random.

    Up to .066 of the side, 13.5 degrees, 12 % and a shear of .18.

    Examples
    --------
    >>> import numpy as np
    >>> picture = np.zeros((1, 8, 8))
    >>> picture[0, 2:6, 3:5] = 16
    >>> vary(picture, np.random.RandomState(0)).shape
    (1, 8, 8)
    """
    n, h, w = pictures.shape
    turn, slant = rng.uniform(-TURN, TURN, n), rng.uniform(-SHEAR, SHEAR, n)
    grow_y, grow_x = 1 + rng.uniform(-GROWTH, GROWTH, (2, n))
    shift = rng.uniform(-SHIFT, SHIFT, (2, n)) * np.array([[h], [w]])
    cos, sin = np.cos(turn), np.sin(turn)
    y, x = np.indices((h, w)) - np.array([(h - 1) / 2, (w - 1) / 2])[:, None, None]

    def spread(value: Any) -> Array:
        return np.asarray(value)[:, None, None]

    up = spread(cos / grow_y) * y - spread(sin / grow_x) * x
    across = spread(sin / grow_y) * y + spread(cos / grow_x) * x + spread(slant) * y
    which = np.broadcast_to(np.arange(n)[:, None, None], (n, h, w))
    places = np.stack([which, up + spread(shift[0]) + (h - 1) / 2, across + spread(shift[1]) + (w - 1) / 2])
    return np.asarray(map_coordinates(pictures, places, order=1, mode="constant"))


def edge_directions(pictures: Array) -> Array:
    """How much edge of each direction there is in each part of each picture (n, h, w).

    Where a writer begins a stroke changes every pixel, which way its edges run changes little:
    gradients are sorted into eight directions, each softly between two, and added up in 4 x 4
    cells (Dalal and Triggs 2005, without their blocks).

    Returns
    -------
    (n, 128) square roots of shares that sum to one in each picture; zeros where it is empty.

    Examples
    --------
    >>> import numpy as np
    >>> upright = np.zeros((1, 8, 8))
    >>> upright[0, :, 3:5] = 16
    >>> found = edge_directions(upright).reshape(8, 16).sum(axis=1)
    >>> bool(found[0] > 5 * found[2])
    True
    """
    n, h, w = pictures.shape
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    up = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
    across = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2
    strength, turn = np.hypot(up, across), np.arctan2(up, across) / (2 * np.pi) * DIRECTIONS
    found = np.empty((n, DIRECTIONS, CELLS, CELLS))
    for direction in range(DIRECTIONS):
        apart = np.abs((turn - direction + DIRECTIONS / 2) % DIRECTIONS - DIRECTIONS / 2)
        share = strength * np.clip(1 - apart, 0, None)
        found[:, direction] = _pooled(gaussian_filter(share, (0, BLURRED * h, BLURRED * w)))
    rows = found.reshape(n, -1)
    return np.asarray(np.sqrt(rows / np.maximum(rows.sum(axis=1, keepdims=True), TINY)))


def _pooled(pictures: Array) -> Array:
    """Sums over CELLS x CELLS parts of pictures (n, h, w)."""
    down, right = (np.linspace(0, side, CELLS, endpoint=False).astype(int) for side in pictures.shape[1:])
    return np.asarray(np.add.reduceat(np.add.reduceat(pictures, down, axis=1), right, axis=2))
