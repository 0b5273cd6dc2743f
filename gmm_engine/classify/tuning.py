"""Settings of shrunk mixtures, chosen by how true the probabilities of rows held out are."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import log_softmax

from gmm_engine.classify import calibration
from gmm_engine.classify.lesson import Lesson
from gmm_engine.classify.plans import Plan
from gmm_engine.errors import DegenerateFitError
from gmm_engine.types import Array

Options = Sequence[tuple[str, Sequence[Any]]]


@dataclass(eq=False)
class Trial:
    """A plan, the log joint densities (n, c) of rows held out, and each row's squared error (n,)."""

    plan: Plan
    scores: Array
    errors: Array = field(init=False)
    temperature: float = 1.0

    def judge(self, index: Array) -> None:
        """Find the temperature that makes the classes `index` likeliest, and the errors then (Brier 1950)."""
        self.temperature = calibration.temperature(self.scores, index)
        proba = self.proba()
        proba[np.arange(len(index)), index] -= 1
        self.errors = np.square(proba).sum(axis=1)

    def proba(self) -> Array:
        """Probabilities (n, c) of the rows held out."""
        return np.asarray(np.exp(log_softmax(self.scores / self.temperature, axis=1)))

    def clearly_better(self, other: Trial) -> bool:
        """Whether the error is smaller on average, by more than one standard error of the difference.

        Breiman et al. (1984), *Classification and regression trees*, section 3.4.3, prefer the
        plainer of two settings within that margin.
        """
        gain = other.errors - self.errors
        return bool(gain.mean() > gain.std() / np.sqrt(len(gain)))


def count(options: Options) -> int:
    """How many plans `best` tries."""
    return 1 + sum(len(values) for _, values in options)


def best(
    lesson: Lesson, plan: Plan, options: Options, fold: Array, total: int
) -> Generator[float, None, Trial]:
    """The best plan, changing one setting after another; yields the share of `total` fits done before each.

    `options` are names of the plan's settings with the values to try in place of its own; one
    that is not clearly better than what was found before is not taken.
    """
    steps = iter(np.arange(total) / total)
    found = yield from _tried(lesson, plan, fold, steps)
    for name, values in options:
        before = found
        for value in values:
            try:
                other = yield from _tried(lesson, replace(before.plan, **{name: value}), fold, steps)
            except DegenerateFitError:
                continue
            if other.clearly_better(found):
                found = other
    return found


def _tried(lesson: Lesson, plan: Plan, fold: Array, steps: Iterator[float]) -> Generator[float, None, Trial]:
    trial = Trial(plan, np.empty((len(lesson.X), int(lesson.index.max()) + 1)))
    for _ in lesson.held_out(plan, fold, trial.scores):
        yield float(next(steps))
    trial.judge(lesson.index)
    return trial
