"""How well the readers of digits do, by cross-validation repeated with other parts each time."""

from __future__ import annotations

import json
from collections.abc import Generator
from functools import cache
from pathlib import Path

import numpy as np
from scipy.stats import t as student
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

from gmm_engine.types import Array
from pages._ui import jobs
from pages._ui.digits import digit_models

KEPT = Path(__file__).parents[1] / "static" / "digit_folds.json"
PARTS = 5


def interval(accuracies: Array) -> tuple[float, float]:
    """95% interval of the mean of repeated cross-validation's accuracies (m,).

    Trainings share most of their pictures, so the accuracies depend on each other; their
    variance is enlarged for it (Nadeau and Bengio 2003, *Inference for the generalization error*,
    section 3).
    """
    m = len(accuracies)
    spread = float(np.sqrt((1 / m + 1 / (PARTS - 1)) * accuracies.var(ddof=1)))
    reach = float(student.ppf(0.975, m - 1)) * spread
    mean = float(accuracies.mean())
    return max(mean - reach, 0.0), min(mean + reach, 1.0)


@cache
def kept() -> dict[str, Array]:
    """Accuracies measured before, by the name of the reader."""
    stored = json.loads(KEPT.read_text(encoding="utf-8"))
    return {name: np.array(values) for name, values in stored.items()}


def repeat(name: str, repetitions: int) -> Generator[jobs.Progress, None, Array]:
    """Accuracies (repetitions x PARTS,) of readers trained anew, each on four fifths of the digits."""
    X, y = load_digits(return_X_y=True)
    found: list[float] = []
    for seed in range(repetitions):
        for train, held in StratifiedKFold(PARTS, shuffle=True, random_state=seed).split(X, y):
            done = len(found) / (repetitions * PARTS)
            yield jobs.Progress(
                done, f"Repetition {seed + 1} of {repetitions}, part {len(found) % PARTS + 1}"
            )
            reader = digit_models.blank(name).set_params(calibrate=False).fit(X[train], y[train])
            found.append(float(np.mean(reader.predict(X[held]) == y[held])))
    return np.array(found)


def measure(name: str, repetitions: int) -> Array:
    """`repeat` without anybody watching."""
    steps = repeat(name, repetitions)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return np.asarray(finished.value)
