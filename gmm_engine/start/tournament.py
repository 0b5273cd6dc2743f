"""Several starts, a short run from each, and the likeliest to go on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from gmm_engine import em
from gmm_engine.errors import DegenerateFitError
from gmm_engine.rows import MemoryRows
from gmm_engine.start.draw import centred, draw, weights_of
from gmm_engine.start.hierarchy import QUICK, Tree, grow
from gmm_engine.start.seeds import seeded_labels
from gmm_engine.start.views import half_whitened, raw, standardised, whitened
from gmm_engine.types import Array, Params, Run, Stats

SAMPLE_ROWS, SAMPLE_ROWS_PER_COMPONENT = 4000, 500
SEEDED = (raw, standardised, whitened)
SEEDINGS = 12
TREES = (standardised, half_whitened)
SHORT_STEPS = 10

Maximise = Callable[[Stats, Params | None], Params]


class Partitions:
    """Start partitions of a sample of rows, for any number of components up to `most`.

    Parameters
    ----------
    rows : all rows; a sample of them is kept as the attribute `rows`, to be used with the labels.
    most : largest number of components that will be asked for.
    seconds : how long each tree may take to grow, about.
    """

    def __init__(
        self, rows: MemoryRows, most: int, rng: np.random.RandomState, seconds: float = QUICK
    ) -> None:
        self._seconds = seconds
        self.rows = draw(rows, SAMPLE_ROWS + SAMPLE_ROWS_PER_COMPONENT * most, rng)
        self._centred, self._weight = centred(self.rows), weights_of(self.rows)

    @cached_property
    def trees(self) -> list[Tree]:
        """Model-based hierarchies, one for each view."""
        views = [view(self._centred, self._weight) for view in TREES]
        return [grow(view, self._weight, self._seconds) for view in views]

    def hierarchical(self, k: int) -> list[Array]:
        """Labels (n,) cut from each tree, -1 for rows it leaves out."""
        return [tree.cut(k) for tree in self.trees]

    def seeded(self, k: int, rng: np.random.RandomState, count: int = SEEDINGS) -> list[Array]:
        """Labels (n,) around random rows, in each view in turn."""
        views = [view(self._centred, self._weight) for view in SEEDED]
        return [seeded_labels(views[turn % len(views)], self._weight, k, rng) for turn in range(count)]


def short_runs(
    rows: MemoryRows,
    labels: Sequence[Array],
    k: int,
    maximise: Maximise,
    *,
    diagonal: bool,
    n_steps: int = SHORT_STEPS,
) -> list[Run]:
    """A few EM steps from each partition; those that collapse are left out.

    Raises
    ------
    DegenerateFitError
        Every one collapsed.
    """
    runs = []
    for partition in labels:
        try:
            start = maximise(rows.weigh(one_hot(partition, k), diagonal=diagonal), None)
            steps = em.run(rows, start, maximise, tol=0, max_iter=n_steps)
            runs.append(em.drain(steps, start, tol=0))
        except DegenerateFitError as error:
            reason = error
    if not runs:
        raise reason
    return runs


def one_hot(labels: Array, k: int) -> Array:
    """Responsibilities (n, k) of hard labels; rows labelled -1 get none."""
    return np.asarray(labels[:, None] == np.arange(k), np.float64)
