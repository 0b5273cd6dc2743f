"""Classes told apart beside R's mclust, on the same ten folds, and the time it takes.

Run ``python -m benchmarks.bench_classes [repetitions]``; writes ``results/classes.json``. Needs the
reference tables that stand beside the project; without `Rscript` and mclust, mclust's published
errors stand alone.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from benchmarks.compare import write
from gmm_engine import MixtureClassifier
from tests.engine.test_class_families import EDDA, MCLUST_DA, SETS, labels, published
from tests.engine.test_selection import load

SCRIPT = Path(__file__).with_name("mclust_classes.R")
OURS: dict[str, dict[str, Any]] = {"default": {}, "EDDA": EDDA, "MclustDA": MCLUST_DA}


def fold_numbers(X: np.ndarray, y: np.ndarray, repetitions: int) -> np.ndarray:
    """The fold of each row in each repetition, (n, repetitions)."""
    numbers = np.zeros((len(y), repetitions), np.int64)
    for seed in range(repetitions):
        splits = StratifiedKFold(10, shuffle=True, random_state=seed).split(X, y)
        for fold, (_, held) in enumerate(splits):
            numbers[held, seed] = fold
    return numbers


def our_errors(X: np.ndarray, y: np.ndarray, folds: np.ndarray, options: dict[str, Any]) -> list[float]:
    """Share of rows classified wrongly in each repetition."""
    errors = []
    for fold in folds.T:
        wrong = 0
        for held in np.unique(fold):
            train = fold != held
            model = MixtureClassifier(**options).fit(X[train], y[train])
            wrong += int(np.sum(model.predict(X[~train]) != y[~train]))
        errors.append(wrong / len(y))
    return errors


def their_errors(X: np.ndarray, y: np.ndarray, folds: np.ndarray) -> dict[str, tuple[float, list[float]]]:
    """Seconds and errors of mclust's EDDA and MclustDA on the same folds."""
    with tempfile.TemporaryDirectory() as folder:
        rows, parts = Path(folder) / "rows.csv", Path(folder) / "folds.csv"
        pd.DataFrame(X).assign(label=y)[["label", *range(X.shape[1])]].to_csv(rows, index=False)
        pd.DataFrame(folds).to_csv(parts, index=False)
        command = ["Rscript", "--vanilla", str(SCRIPT), str(rows), str(parts)]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in text.strip().splitlines()]
    return {kind: (float(seconds), [*map(float, errors)]) for kind, seconds, *errors in lines}


def described(errors: Sequence[float], seconds: float, n: int) -> dict[str, Any]:
    mean = float(np.mean(errors))
    sampling = math.sqrt(max(mean, 1 / n) * (1 - mean) / n)
    return {"error": mean, "sampling_error": sampling, "seconds": seconds, "by_repetition": list(errors)}


def compared(name: str, repetitions: int) -> dict[str, Any]:
    """All classifiers on one table."""
    X, y = load(name), labels(name)
    folds, row = fold_numbers(X, y, repetitions), {"set": name, "rows": len(y)}
    for kind, options in OURS.items():
        start = time.perf_counter()
        errors = our_errors(X, y, folds, options)
        row[f"gmm_engine {kind}"] = described(errors, time.perf_counter() - start, len(y))
    if shutil.which("Rscript"):
        for kind, (seconds, errors) in their_errors(X, y, folds).items():
            row[f"mclust {kind}"] = described(errors, seconds, len(y))
    row["published"] = {kind: published(name)[kind]["cv10_error"] for kind in ("EDDA", "MclustDA")}
    return row


def main(repetitions: int = 5) -> None:
    write("classes", [compared(name, repetitions) for name in SETS], folds=10, repetitions=repetitions)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
