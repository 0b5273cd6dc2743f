"""How rows are read: mixtures of all classes in the coordinates of a view, or two such readings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.classify.learn import ClassMixtures
from gmm_engine.classify.view import View
from gmm_engine.features.glyphs import edge_directions
from gmm_engine.types import Array


@dataclass(frozen=True, eq=False)
class Reading:
    """Mixtures of all classes, in the coordinates of a view."""

    view: View
    mixtures: ClassMixtures

    def __call__(self, X: Array) -> Array:
        """Log joint density (n, c) of rows X (n, d) and each class, nats."""
        return self.mixtures(self.view(X))


@dataclass(frozen=True, eq=False)
class Readings:
    """What the rows say, and, for pictures, what the directions of their edges say besides.

    The two err on different pictures; the mean of their log densities is surer than either.
    """

    rows: Reading
    edges: Reading | None = None

    def __call__(self, X: Array) -> Array:
        """Log joint density (n, c) of rows X (n, d), or (n, d + 128) as `described` gives them."""
        if self.edges is None:
            return self.rows(X)
        d = len(self.rows.view.centre)
        return (self.rows(X[:, :d]) + self.edges(X[:, d:])) / 2


def described(X: Array, shape: tuple[int, int]) -> Array:
    """Pictures as rows (n, d) with the directions of their edges beside them, (n, d + 128)."""
    return np.concatenate([X, edge_directions(X.reshape(-1, *shape))], axis=1)
