"""The rows that are drawn where all of them would be too many."""

from __future__ import annotations

import numpy as np

from gmm_engine.types import Array


def some(n: int, most: int) -> Array:
    """Positions of at most `most` of n rows, in order, and the same ones every time.

    Examples
    --------
    >>> some(3, 5).tolist(), len(some(100, 5))
    ([0, 1, 2], 5)
    """
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(0).choice(n, most, replace=False))
