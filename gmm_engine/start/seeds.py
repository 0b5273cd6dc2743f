"""Partitions around randomly chosen, well separated rows."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels.seeds import seed
from gmm_engine.types import Array


def seeded_labels(X: Array, weight: Array, k: int, rng: np.random.RandomState) -> Array:
    """Label (n,) each row by the nearest of k rows drawn by k-means++ (Arthur and Vassilvitskii, 2007).

    One step of k-means follows: the seeds move to the centres of their rows.
    """
    labels = np.empty(len(X), np.int64)
    # Copies: kernels are compiled for contiguous arrays that can be written.
    rows, counts = (np.array(each, np.float64, order="C") for each in (X, weight))
    seed(rows, counts, rng.random_sample(k), labels)
    return labels
