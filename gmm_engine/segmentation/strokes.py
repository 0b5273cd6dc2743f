"""Strokes drawn over a picture, as the marks that `cut_out` understands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from gmm_engine.types import Array

THICKNESS = 0.008  # radius of a stroke, as a share of the longer side

Stroke = tuple[int, Sequence[tuple[float, float]]]


def draw_strokes(shape: tuple[int, int], strokes: Iterable[Stroke]) -> Array:
    """Marks (h, w) uint8 of lines drawn with a round pen.

    Parameters
    ----------
    shape : height and width of the picture, pixels.
    strokes : (value, points) each: value 2 marks the object, 1 the background; points
        are (x, y) as shares of width and height.

    Examples
    --------
    >>> draw_strokes((20, 30), [(2, [(0.1, 0.5), (0.9, 0.5)])])[10, 15].item()
    2
    """
    height, width = shape
    marks = np.zeros(shape, np.uint8)
    radius = max(1.5, THICKNESS * max(height, width))
    for value, points in strokes:
        for x, y in _along(np.asarray(points, np.float64) * (width, height), radius):
            top, left = max(0, int(y - radius)), max(0, int(x - radius))
            rows, columns = np.ogrid[
                top : min(height, int(y + radius) + 2), left : min(width, int(x + radius) + 2)
            ]
            near = (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
            marks[top : top + near.shape[0], left : left + near.shape[1]][near] = value
    return marks


def _along(points: Array, radius: float) -> Array:
    """Points (m, 2) on the line, no further apart than the pen is wide."""
    parts = [points[:1]]
    for start, end in pairwise(points):
        steps = max(1, int(np.ceil(np.hypot(*(end - start)) / radius)))
        parts.append(start + (end - start) * np.linspace(0, 1, steps + 1)[1:, None])
    return np.concatenate(parts)
