"""What is learned from: rows, their varied copies, and their classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gmm_engine.classify.plans import Plan
from gmm_engine.classify.reading import Readings
from gmm_engine.types import Array


@dataclass(frozen=True, eq=False)
class Lesson:
    """Rows X (n, d) of the classes `index` (n,), varied copies of all rows, and the seed."""

    X: Array
    index: Array
    copies: tuple[Array, ...]
    seed: int

    def learned(self, plan: Plan, train: Array | slice = slice(None)) -> Readings:
        """What the rows `train` and their copies teach."""
        rows = np.concatenate([part[train] for part in (self.X, *self.copies)])
        return plan(rows, np.tile(self.index[train], 1 + len(self.copies)), self.seed)

    def held_out(self, plan: Plan, fold: Array, scores: Array) -> Iterator[None]:
        """Fill `scores` (n, c) with log joint densities by models that did not see the row's fold.

        Yields before each fold.
        """
        for held in range(int(fold.max()) + 1):
            yield
            train = fold != held
            scores[~train] = self.learned(plan, train)(self.X[~train])
