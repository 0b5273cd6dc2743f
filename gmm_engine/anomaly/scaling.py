"""Columns brought to one scale that no absurd cell can set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.types import Array

TAIL = 0.01  # share of a column's cells, at each end, that do not set its scale
LIMIT = 5.0  # standard deviations beyond which values are compressed


@dataclass(frozen=True, eq=False)
class SoftScale:
    """Standardised columns whose far tails grow like a logarithm.

    z = (x - centre) / width up to `LIMIT`; beyond it sign(z) (LIMIT + log(1 + |z| - LIMIT)). The
    mapping rises everywhere, so every value has its place and can be mapped back.

    Attributes
    ----------
    centre, width : (d,) mean and standard deviation of each column, its tails pulled in.
    """

    centre: Array
    width: Array

    @classmethod
    def of(cls, X: Array) -> SoftScale:
        """From rows X (n, d)."""
        low, high = np.quantile(X, [TAIL, 1 - TAIL], axis=0)
        pulled = np.clip(X, low, high)
        centre, width = pulled.mean(axis=0), pulled.std(axis=0)
        plain = X.std(axis=0)
        negligible = 1e-12 * np.maximum(np.abs(centre), np.finfo(np.float64).tiny)
        width = np.where(width > negligible, width, np.where(plain > negligible, plain, 1.0))
        return cls(centre, width)

    def __call__(self, X: Array) -> Array:
        """Rows in scaled columns (n, d)."""
        z = (X - self.centre) / self.width
        beyond = np.maximum(np.abs(z) - LIMIT, 0)
        return np.ascontiguousarray(np.where(beyond > 0, np.sign(z) * (LIMIT + np.log1p(beyond)), z))

    def undo(self, Z: Array) -> Array:
        """Scaled rows in the table's units."""
        beyond = np.maximum(np.abs(Z) - LIMIT, 0)
        z = np.where(beyond > 0, np.sign(Z) * (LIMIT + np.expm1(beyond)), Z)
        return np.asarray(z * self.width + self.centre)
