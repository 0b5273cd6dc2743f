"""Handwritten digits beside a support vector machine, mixtures by scikit-learn and mclust.

Run ``python -m benchmarks.bench_digits [repetitions]``; writes ``results/digits.json``, and the
accuracies of repeated cross-validation that the page shows, ``pages/_ui/static/digit_folds.json``.
Half an hour on one core: what is found is kept part by part in ``.cache/digits_benchmark.json``, and
a run that was ended goes on from there.
Folds: shuffled (`StratifiedKFold(5, shuffle=True, random_state=0)`), and as the pictures stand,
where those of one writer are together. Semeion's bitmaps stand beside the project; mclust needs
`Rscript`. What is absent is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import log_loss
from sklearn.mixture import GaussianMixture as SklearnMixture
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from benchmarks.bench_classes import their_errors
from benchmarks.compare import write
from gmm_engine import MixtureClassifier
from pages._ui.digits import digit_models, repeated
from tests.data_dir import ROOT, data_dir

FOLDS = {
    "shuffled": StratifiedKFold(5, shuffle=True, random_state=0),
    "unseen writers": StratifiedKFold(5),
}
BEGUN = ROOT / ".cache" / "digits_benchmark.json"
DIRECTIONS = 20  # for mclust, which cannot take columns that are constant in a class


class SklearnMixtures(ClassifierMixin, BaseEstimator):
    """One of scikit-learn's mixtures per class, on principal directions, with a ridge that was tuned."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> SklearnMixtures:
        self.classes_ = np.unique(y)
        self.view = PCA(40, random_state=0).fit(X)
        Z = self.view.transform(X)
        ridge = 0.2 * np.mean([Z[y == c].var(axis=0).mean() for c in self.classes_])
        self.models = [
            SklearnMixture(3, reg_covar=ridge, random_state=0).fit(Z[y == c]) for c in self.classes_
        ]
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        Z = self.view.transform(X)
        scores = np.stack([model.score_samples(Z) for model in self.models], axis=1)
        scores -= scores.max(axis=1, keepdims=True)
        proba = np.exp(scores)
        return proba / proba.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def readers(width: float) -> dict[str, Any]:
    machine = SVC(C=10, gamma=width)
    return {
        "gmm_engine": MixtureClassifier(),
        f"gmm_engine EDDA, {DIRECTIONS} directions": make_pipeline(
            PCA(DIRECTIONS, random_state=0),
            MixtureClassifier(covariance_type="all", shared=True, calibrate=False),
        ),
        "classic recipe": MixtureClassifier(3, covariance_type="full", image_shape=None),
        "scikit-learn, three components per class on 40 directions": SklearnMixtures(),
        "support vector machine": CalibratedClassifierCV(machine, ensemble=False),
    }


def measured(reader: Any, X: np.ndarray, y: np.ndarray, folds: StratifiedKFold) -> dict[str, float]:
    """Held-out accuracy, log-loss and seconds of a reader."""
    start = time.perf_counter()
    proba = cross_val_predict(reader, X, y, cv=folds, method="predict_proba")
    return {
        "accuracy": float(np.mean(proba.argmax(axis=1) == y)),
        "log_loss": log_loss(y, np.clip(proba, 1e-15, 1)),
        "seconds": time.perf_counter() - start,
    }


def by_mclust(X: np.ndarray, y: np.ndarray, folds: StratifiedKFold) -> dict[str, Any]:
    """mclust's classifiers on principal directions of all pictures, which favours them a little."""
    numbers = np.zeros((len(y), 1), np.int64)
    for fold, (_, held) in enumerate(folds.split(X, y)):
        numbers[held] = fold
    found = their_errors(PCA(DIRECTIONS, random_state=0).fit_transform(X), y, numbers)
    return {
        kind: {"accuracy": 1 - errors[0], "seconds": seconds} for kind, (seconds, errors) in found.items()
    }


def again_and_again(name: str, repetitions: int) -> dict[str, Any]:
    """Repeated cross-validation of one of the page's readers."""
    accuracies = repeated.measure(name, repetitions)
    return {
        "accuracy": float(accuracies.mean()),
        "interval": repeated.interval(accuracies),
        "by_part": accuracies.round(5).tolist(),
    }


def sets() -> dict[str, tuple[np.ndarray, np.ndarray, float]]:
    """Pictures as rows, their digits, and the machine's width, by name."""
    found = {"digits": (*load_digits(return_X_y=True), 0.001)}
    semeion = data_dir() / "digits" / "semeion.npz"
    if semeion.is_file():
        with np.load(semeion) as stored:
            X, y = stored["X"].reshape(len(stored["y"]), -1).astype(float), stored["y"]
        found["Semeion"] = (X, y, 0.02)
    return found


def parts(repetitions: int) -> Iterator[tuple[str, str, Callable[[], dict[str, Any]]]]:
    """Heading, reader, and what finds its row; the quick ones first."""
    for name, (X, y, width) in sets().items():
        for kind, folds in FOLDS.items():
            for reader, blank in readers(width).items():
                yield f"{name}, {kind}", reader, partial(measured, blank, X, y, folds)
    for name in digit_models.MODELS:
        yield "repeated", name, partial(again_and_again, name, repetitions)
    if shutil.which("Rscript"):
        X, y, _ = sets()["digits"]
        for kind, folds in FOLDS.items():
            label = f"mclust, {DIRECTIONS} directions"
            yield f"digits, {kind}", label, partial(by_mclust, X, y, folds)


def main(repetitions: int = 10) -> None:
    warnings.simplefilter("ignore")
    rows: dict[str, Any] = json.loads(BEGUN.read_text(encoding="utf-8")) if BEGUN.is_file() else {}
    BEGUN.parent.mkdir(exist_ok=True)
    for heading, reader, find in parts(repetitions):
        found = rows.setdefault(heading, {})
        if reader not in found:
            found[reader] = find()
            BEGUN.write_text(json.dumps(rows, default=float), encoding="utf-8")
            print(heading, reader, found[reader], sep=" | ", flush=True)
    kept = {name: row.pop("by_part") for name, row in rows["repeated"].items()}
    repeated.KEPT.write_text(json.dumps(kept) + "\n", encoding="utf-8")
    load = round(os.getloadavg()[0], 1)  # seconds mean little on a busy machine
    write("digits", rows, repetitions=repetitions, load_average=load)
    BEGUN.unlink()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
