"""From log joint densities to probabilities that can be believed."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from gmm_engine.types import Array

COLDEST, HOTTEST = 0.5, 100.0


def folds(index: Array, most: int) -> Array | None:
    """Fold (n,) of each row: within each class, neighbouring rows are held out together.

    Rows that stand together are often of one source, such as a writer, and then tell too
    little about strangers when they are divided. None where a class has a single row.
    """
    smallest = int(np.bincount(index).min())
    if smallest < 2:
        return None
    fold = np.empty(len(index), np.int64)
    for c in range(int(index.max()) + 1):
        members = np.flatnonzero(index == c)
        fold[members] = np.arange(len(members)) * min(most, smallest) // len(members)
    return fold


def temperature(scores: Array, index: Array) -> float:
    """Divisor of the log densities (n, c) that makes the classes (n,) of held-out rows likeliest.

    Guo et al., *On calibration of modern neural networks*, 2017, section 4.2.
    """
    bounds = (np.log(COLDEST), np.log(HOTTEST))
    found = minimize_scalar(lambda heat: loss(scores / np.exp(heat), index), bounds=bounds, method="bounded")
    return float(np.exp(found.x))


def loss(scores: Array, index: Array) -> float:
    """Mean negative log probability of the true classes, nats."""
    return -float(log_softmax(scores, axis=1)[np.arange(len(index)), index].mean())
