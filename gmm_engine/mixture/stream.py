"""Stepwise EM: learn from batches as they come.

Statistics of all batches so far are kept as weight, mean and scatter of each component,
a running average in which each new batch replaces a share of the old
(Cappe and Moulines 2009; Liang and Klein 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from gmm_engine import em, validate
from gmm_engine.errors import DataError
from gmm_engine.mixture.mstep import MStep
from gmm_engine.mixture.task import first_params as first_of
from gmm_engine.mixture.task import mstep, prepare
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Array, Params, Stats

# Share taken by batch t is (t + 2) ** -DECAY: slow enough to leave the start behind.
DECAY = 0.7
FIRST_BATCH_STEPS = 20


@dataclass(frozen=True, eq=False)
class Memory:
    """What earlier batches left: average statistics per unit of row weight, in a frame.

    weight (k,); means (k, d); scatters (k, d, d) or (k, d) about the means; batches seen.
    """

    frame: Frame
    weight: Array
    means: Array
    scatters: Array
    batches: int

    def mixed(self, stats: Stats, share: float) -> Memory:
        """The average with `share` of it replaced by a batch's statistics."""
        old = (1 - share) * self.weight
        new = share * stats.weight / stats.total
        total = np.maximum(old + new, np.finfo(np.float64).tiny)
        gap = stats.means() - self.means
        means = self.means + (new / total)[:, None] * gap
        between = np.square(gap) if self.scatters.ndim == 2 else gap[:, :, None] * gap[:, None, :]
        shape = (-1,) + (1,) * (self.scatters.ndim - 1)
        scatters = (
            (1 - share) * self.scatters
            + share / stats.total * stats.scatters()
            + (old * new / total).reshape(shape) * between
        )
        return Memory(self.frame, old + new, means, scatters, self.batches + 1)

    def stats(self) -> Stats:
        """As statistics about the means themselves, ready for an M-step."""
        k, d = self.means.shape
        ones = np.ones((k, d)) if self.scatters.ndim == 2 else np.tile(np.eye(d), (k, 1, 1))
        reference = Params(self.weight, self.means, ones)
        return Stats(reference, self.weight, np.zeros((k, d)), self.scatters, total=1.0)


def partial_fit(model: Any, X: Any, sample_weight: Any, forgetting: float | None) -> None:
    """One batch: E-step at the current parameters, mix the statistics, M-step."""
    if forgetting is not None and not 0 < forgetting <= 1:
        raise DataError(f"forgetting must be between 0 (excluded) and 1, got {forgetting}.")
    if model.noise or model.missing == "em":
        raise DataError("partial_fit works with noise=False and missing='error' only.")
    memory: Memory | None = getattr(model, "_memory", None)
    if memory is None:
        _first_batch(model, X, sample_weight)
        return
    checked = validate.rows(model, X, reset=False)
    weight = validate.sample_weight(sample_weight, checked)
    frame = memory.frame
    stats = MemoryRows(checked, weight, frame=frame).estep(frame.enter(model._params()))
    share = (memory.batches + 2) ** -DECAY if forgetting is None else forgetting
    _take(model, memory.mixed(stats, share), mstep(model, frame), stats)


def _first_batch(model: Any, X: Any, sample_weight: Any) -> None:
    model._validate_params()
    task = prepare(model, X, sample_weight, None)
    warm = hasattr(model, "converged_")
    frame, rng = task.rows.frame, check_random_state(model.random_state)
    first = frame.enter(model._params()) if warm else first_of(model, task, rng)
    steps = em.run(task.rows, first, task.maximise, tol=model.tol, max_iter=FIRST_BATCH_STEPS)
    run = em.drain(steps, first, tol=model.tol)
    stats = task.rows.estep(run.params)
    memory = Memory(
        frame, stats.weight / stats.total, stats.means(), stats.scatters() / stats.total, batches=1
    )
    _take(model, memory, task.maximise, stats)


def _take(model: Any, memory: Memory, maximise: MStep, stats: Stats) -> None:
    frame = memory.frame
    params = maximise(memory.stats(), frame.enter(model._params()) if hasattr(model, "means_") else None)
    model._set_params(frame.leave(params))
    model._memory = memory
    model.converged_, model.n_iter_ = False, memory.batches
    model.lower_bound_ = stats.log_likelihood / stats.total + frame.log_volume
    model.lower_bounds_ = [model.lower_bound_]
