"""Signs drawn by strokes, as a hand would: something to teach before one draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from gmm_engine.types import Array

SIDE = 70
PEN = 0.035  # half the width of a stroke, share of the side
TURN, GROWTH, SHIFT, WOBBLE = 0.2, 0.15, 0.06, 0.015  # spreads of a hand
AROUND = np.linspace(0, 2 * np.pi, 25)
SIGNS: dict[str, tuple[Array, ...]] = {
    "circle": (np.column_stack([0.5 + 0.3 * np.cos(AROUND), 0.5 + 0.3 * np.sin(AROUND)]),),
    "triangle": (np.array([[0.5, 0.2], [0.78, 0.75], [0.22, 0.75], [0.5, 0.2]]),),
    "cross": (np.array([[0.25, 0.25], [0.75, 0.75]]), np.array([[0.75, 0.25], [0.25, 0.75]])),
    "tick": (np.array([[0.2, 0.55], [0.4, 0.78], [0.8, 0.22]]),),
}


def some_signs(each: int = 5, *, random_state: int = 0) -> tuple[Array, list[str]]:
    """Drawings of every sign, no two alike.

    Returns
    -------
    drawings (n, 70, 70), ink from 0 to 1, and the name of each.

    Examples
    --------
    >>> drawings, names = some_signs(2)
    >>> drawings.shape, names[:3]
    ((8, 70, 70), ['circle', 'circle', 'triangle'])
    """
    rng = np.random.default_rng(random_state)
    names = [name for name in SIGNS for _ in range(each)]
    return np.stack([drawn(by_hand(SIGNS[name], rng)) for name in names]), names


def by_hand(strokes: Sequence[Array], rng: np.random.Generator) -> list[Array]:
    """Strokes (m, 2) in shares of the side: turned, resized, moved and wobbling a little."""
    turn, (wide, high) = rng.normal(0, TURN), 1 + rng.normal(0, GROWTH, 2)
    matrix = np.array([[wide * np.cos(turn), -np.sin(turn)], [np.sin(turn), high * np.cos(turn)]])
    shift = 0.5 + rng.normal(0, SHIFT, 2)
    return [(points - 0.5) @ matrix.T + shift + rng.normal(0, WOBBLE, points.shape) for points in strokes]


def drawn(strokes: Sequence[Array], side: int = SIDE) -> Array:
    """Ink (side, side) from 0 to 1 of strokes (m, 2), x to the right and y downwards.

    Examples
    --------
    >>> import numpy as np
    >>> print(drawn([np.array([[0.1, 0.5], [0.9, 0.5]])], side=9).round().astype(int)[3:6, 4])
    [0 1 0]
    """
    middle = (np.arange(side) + 0.5) / side
    x, y = np.meshgrid(middle, middle)
    near = np.full((side, side), np.inf)
    for points in strokes:
        for begin, end in pairwise(points):
            near = np.minimum(near, _distance(x, y, begin, end))
    return np.asarray(np.clip((PEN - near) * side + 0.5, 0, 1))


def _distance(x: Array, y: Array, begin: Array, end: Array) -> Array:
    """From each point to the stretch between two points."""
    along = end - begin
    length = max(float(along @ along), 1e-12)
    share = np.clip(((x - begin[0]) * along[0] + (y - begin[1]) * along[1]) / length, 0, 1)
    across, down = x - begin[0] - share * along[0], y - begin[1] - share * along[1]
    return np.asarray(np.hypot(across, down))
