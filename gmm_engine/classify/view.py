"""The coordinates a classifier works in: one linear map, chosen from the training rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.types import Array


@dataclass(frozen=True, eq=False)
class View:
    """Coordinates z = (x - centre) @ matrix, and back: x is about centre + z @ back.

    Attributes
    ----------
    centre : (d,).
    matrix : (d, p).
    back : (p, d).
    """

    centre: Array
    matrix: Array
    back: Array

    def __call__(self, X: Array) -> Array:
        """Rows (n, d) in these coordinates, (n, p)."""
        return np.ascontiguousarray((X - self.centre) @ self.matrix)

    def undo(self, Z: Array) -> Array:
        """Rows (n, p) in the data's units, (n, d)."""
        return np.asarray(self.centre + Z @ self.back)


def plain(X: Array) -> View:
    """Centred rows divided by one common scale, which keeps every covariance family closed."""
    d = X.shape[1]
    scale = _positive(float(np.sqrt(X.var(axis=0).mean())))
    return View(X.mean(axis=0), np.eye(d) / scale, np.eye(d) * scale)


def principal(X: Array, index: Array, n_directions: int | None, *, one_unit: bool) -> View:
    """Directions of largest variance, at most `n_directions`; classes have unit variance on average.

    Parameters
    ----------
    X : (n, d) rows.
    index : (n,) class of each.
    one_unit : whether the columns share a unit, as pixels do; otherwise each is divided by
        its spread within classes first.
    """
    centre = X.mean(axis=0)
    unit = np.ones(X.shape[1]) if one_unit else _spread(X, index)
    scaled = (X - centre) / unit
    p = X.shape[1] if n_directions is None else min(n_directions, *X.shape)
    axes = np.eye(p) if p == X.shape[1] else np.linalg.eigh(scaled.T @ scaled)[1][:, : -p - 1 : -1]
    average = np.trace(within(scaled @ axes, index)) / p
    scale = np.sqrt(_positive(float(average)))
    return View(centre, axes / unit[:, None] / scale, axes.T * unit * scale)


def within(Z: Array, index: Array) -> Array:
    """Covariance (p, p) about the class means, pooled over classes."""
    c = int(index.max()) + 1
    sums = np.zeros((c, Z.shape[1]))
    np.add.at(sums, index, Z)
    rest = Z - (sums / np.maximum(np.bincount(index, minlength=c), 1)[:, None])[index]
    return np.asarray(rest.T @ rest / len(Z))


def _spread(X: Array, index: Array) -> Array:
    """Standard deviation of each column within classes; over all rows where classes have none."""
    inner = np.sqrt(np.diagonal(within(X - X.mean(axis=0), index)))
    outer = X.std(axis=0)
    spread = np.where(inner > 1e-6 * outer, inner, outer)
    return np.where(spread > 0, spread, 1.0)


def _positive(value: float) -> float:
    return value if value > 0 else 1.0
