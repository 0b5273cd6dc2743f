"""Choosing a mixture beside R's mclust: the criterion reached, and the time it takes.

Run ``python -m benchmarks.bench_selection [rounds]``; writes ``results/selection.json``. The
criteria need the reference tables that stand beside the project, the times need `Rscript`
with mclust; what is absent is left out, and said.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture as SklearnMixture

from benchmarks.compare import write
from gmm_engine import GaussianMixture, select_model
from gmm_engine.covariance import FAMILIES
from tests.data_dir import data_dir
from tests.engine.test_selection import SETS, load, mclust_criterion, mclust_shortfall
from tests.engine.test_start import squeezed

SCRIPT = Path(__file__).with_name("mclust.R")


def overlapping(n: int = 5000) -> np.ndarray:
    """Five overlapping clusters of unlike shape in the plane."""
    rng = np.random.default_rng(0)
    means, turns = rng.normal(0, 4, (5, 2)), rng.normal(0, 1, (5, 2, 2))
    y = rng.integers(0, 5, n)
    return means[y] + np.einsum("ifg,ig->if", turns[y], rng.normal(size=(n, 2)))


def mclust_run(X: np.ndarray) -> tuple[float, float, float]:
    """Wall and processor seconds of mclustBIC, and the best BIC with scikit-learn's sign."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        np.savetxt(path, X, delimiter=",", header=",".join("abcdefgh"[: X.shape[1]]), comments="")
        command = ["Rscript", "--vanilla", str(SCRIPT), str(path)]
        words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    wall, processor, bic = map(float, words[-3:])
    return wall, processor, bic


def our_run(X: np.ndarray) -> tuple[float, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    bic = select_model(X).best.bic
    return time.perf_counter() - wall, time.process_time() - processor, bic


def speed(name: str, X: np.ndarray, rounds: int) -> dict[str, Any]:
    """Runs in turn; medians of wall and processor seconds."""
    our_run(X)
    runs = [(our_run(X), mclust_run(X)) for _ in range(rounds)]
    ours, theirs = (np.median([run[side] for run in runs], axis=0) for side in (0, 1))
    return {
        "case": f"{name} {X.shape}, 1 to 9 components, fourteen families",
        "seconds": {"gmm_engine": ours[0], "mclust": theirs[0]},
        "processor_seconds": {"gmm_engine": ours[1], "mclust": theirs[1]},
        "mclust_takes_times_ours": median(run[1][0] / run[0][0] for run in runs),
        "mclust_takes_times_ours_processor": theirs[1] / ours[1],
        "best_bic": {"gmm_engine": ours[2], "mclust": theirs[2]},
    }


def best_models() -> list[dict[str, Any]]:
    """The best sound model of all cells beside mclust's best."""
    rows = []
    for name in SETS:
        X, theirs = load(name), mclust_criterion(name)
        best = min((cell for cell in theirs if theirs[cell] == theirs[cell]), key=theirs.__getitem__)
        found = select_model(X)
        rows.append(
            {
                "set": name,
                "gmm_engine": [found.best.n_components, found.best.covariance_type, found.best_model.bic(X)],
                "mclust": [*best, theirs[best]],
                "degenerate": int((found.table["degenerate"] != "").sum()),
            }
        )
    return rows


def parity() -> dict[str, Any]:
    """From mclust's own start: in how many of its cells EM reaches its BIC within 0.05."""
    short = {
        f"{name} {k} {kind}": value
        for name in SETS
        for (k, kind), value in mclust_shortfall(name, list(FAMILIES)).items()
    }
    values = np.array(list(short.values()))
    return {
        "cells": len(values),
        "reached": float(np.mean(values <= 0.05)),
        "better_by_more": float(np.mean(values < -0.05)),
        "missed": {cell: value for cell, value in short.items() if not value <= 0.05},
    }


def squeezed_blobs() -> list[dict[str, Any]]:
    """Two clusters of spread 300:1, eight short deviations apart, beside scikit-learn."""
    rows = []
    for angle in (0.0, 0.6):
        scores: dict[str, list[float]] = {"fit": [], "select_model": [], "scikit-learn": []}
        for seed in range(10):
            X, y = squeezed(seed, angle)
            labels = {
                "fit": GaussianMixture(2, random_state=seed).fit_predict(X),
                "select_model": select_model(X, range(1, 6), random_state=seed).best_model.predict(X),
                "scikit-learn": SklearnMixture(2, random_state=seed).fit_predict(X),
            }
            for name, found in labels.items():
                scores[name].append(adjusted_rand_score(y, found))
        rows.append({"angle": angle, "lowest": {k: min(v) for k, v in scores.items()}, "ari": scores})
    return rows


def main(rounds: int = 5) -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    results: dict[str, Any] = {"squeezed_blobs": squeezed_blobs()}
    if (data_dir() / "mclust").is_dir():
        results |= {"best_models": best_models(), "from_mclusts_start": parity()}
        if shutil.which("Rscript"):
            results["speed"] = [
                speed("faithful", load("faithful"), rounds),
                speed("five overlapping clusters", overlapping(), max(rounds // 2, 1)),
            ]
    results["left_out"] = [name for name in ("best_models", "speed") if name not in results]
    write("selection", results, missed="by how much BIC is worse; null where a component collapsed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
