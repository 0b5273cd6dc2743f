"""The likelihood of rows that were held out of the fit."""

from __future__ import annotations

import math

import numpy as np

from gmm_engine.errors import DataError, DegenerateFitError
from gmm_engine.mixture.search import Search
from gmm_engine.rows import MemoryRows


class HeldOut:
    """Minus twice the log-likelihood of every row under the fit to the other folds (Smyth, 2000).

    Called with a number of components and a family; NaN where a fold has no sound fit.
    Folds are drawn by the search's seed and are the same for all candidates.
    """

    def __init__(self, search: Search, n_folds: int) -> None:
        rows = search.rows
        if not 2 <= n_folds <= rows.n // 2:
            raise DataError(
                f"n_folds must be from 2 to half the number of rows, {rows.n // 2}; got {n_folds}."
            )
        shuffled = np.random.RandomState(search.seed).permutation(rows.n)
        self._folds = []
        for turn in range(n_folds):
            test = np.sort(shuffled[turn::n_folds])
            training = _subset(rows, np.setdiff1d(shuffled, test))
            fold = Search(training, search.most, search.seed, search.stop)
            self._folds.append((fold, _subset(rows, test)))

    def __call__(self, k: int, name: str) -> float:
        total = 0.0
        for search, test in self._folds:
            try:
                fit = search.fit(k, name)
            except DegenerateFitError:
                return math.nan
            if fit.degenerate:
                return math.nan
            total += test.estep(fit.params).log_likelihood + test.total * test.frame.log_volume
        return -2 * total


def _subset(rows: MemoryRows, chosen: np.ndarray) -> MemoryRows:
    weight = rows.row_weights[chosen] if rows.row_weights.size else None
    return MemoryRows(rows.X[chosen], weight, frame=rows.frame)
