"""The EM loop, written once.

An estimator drains it; a page shows each step; stopping is not iterating.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from gmm_engine.errors import DataError
from gmm_engine.types import Outcome, Params, Run, Stats, Step

MStep = Callable[[Stats, Params], Params]


class Rows(Protocol):
    """Anything that can be reduced to sufficient statistics."""

    def estep(self, params: Params) -> Stats: ...


def run(
    rows: Rows,
    params: Params,
    mstep: MStep,
    *,
    tol: float = 1e-3,
    max_iter: int = 100,
    last: float = float("-inf"),
    bound: Callable[[Stats, Params], float] | None = None,
) -> Iterator[Step]:
    """Alternate E- and M-steps until the mean bound changes by less than `tol`.

    Parameters
    ----------
    rows : where the data live.
    params : start, in the rows' coordinates.
    mstep : turns statistics and the previous parameters into the next.
    last : bound reached before, when continuing an earlier fit.
    bound : what should rise, per unit of row weight; default: the mean log-likelihood.

    Yields
    ------
    Step after each M-step; its bound belongs to the parameters before it.

    Raises
    ------
    DataError
        The likelihood is not a finite number: the arithmetic left what float64 can hold.
    """
    measure = bound or (lambda stats, _: stats.log_likelihood / stats.total)
    for iteration in range(1, max_iter + 1):
        stats = rows.estep(params)
        value = measure(stats, params)
        if not math.isfinite(value):
            raise DataError(
                f"The likelihood became {value} at iteration {iteration}: the numbers left the computer's "
                "range, as when columns are of very unlike size, constant, or follow exactly from one "
                "another. Leave such columns out, or divide columns by a scale so that they span about one."
            )
        before, params = params, mstep(stats, params)
        yield Step(iteration, params, value, before, stats)
        if abs(value - last) < tol:
            return
        last = value


class Follower:
    """Pass steps on and remember how they ended, as a `Run`."""

    def __init__(
        self, steps: Iterable[Step], start: Params, *, tol: float, last: float = float("-inf")
    ) -> None:
        self._steps, self._tol = steps, tol
        self._params = start
        self._stats: Stats | None = None
        self._bounds = [last]

    def __iter__(self) -> Iterator[Step]:
        for step in self._steps:
            self._params, self._stats = step.params, step.stats
            self._bounds.append(step.bound)
            yield step

    @property
    def run(self) -> Run:
        bounds = self._bounds
        close = len(bounds) > 1 and abs(bounds[-1] - bounds[-2]) < self._tol
        outcome = Outcome.CONVERGED if close else Outcome.MAX_ITER
        return Run(self._params, bounds[-1], outcome, tuple(bounds[1:]), self._stats)


def drain(steps: Iterable[Step], start: Params, *, tol: float) -> Run:
    """Run to the end and keep the outcome."""
    follower = Follower(steps, start, tol=tol)
    for _ in follower:
        pass
    return follower.run
