"""Pictures of single characters: varied for training, and drawings brought to the training format."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.ndimage import map_coordinates

from gmm_engine.types import Array

SMALLEST_SIDE = 8
TURN, GROWTH, SHEAR = np.radians(13.5), 0.12, 0.18  # largest change of a varied picture
SHIFT = 0.066  # of the side
NEIGHBOURS_ALIKE = 0.15


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
