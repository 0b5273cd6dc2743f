"""Dimension reduction beside scikit-learn's: time on many rows, and what the coordinates keep.

Run ``python -m benchmarks.bench_reduction [rounds]``; writes ``results/reduction.json``.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.decomposition import PCA, FactorAnalysis, FastICA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as SklearnMixture

from benchmarks.compare import alternate, seconds, write
from gmm_engine import MixtureReducer, embedding_quality
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.reduction.fitted import METHODS

ROWS, COLUMNS, CLUSTERS = 50_000, 50, 6
TABLES = ("Iris", "Wine", "Breast cancer", "Handwritten digits")


def many_rows() -> np.ndarray:
    """Six clusters on planes of four dimensions in fifty noisy columns."""
    rng = np.random.default_rng(0)
    means = rng.normal(0, 2, (CLUSTERS, COLUMNS))
    planes = rng.normal(0, 1, (CLUSTERS, 4, COLUMNS))
    y = rng.integers(0, CLUSTERS, ROWS)
    latent = rng.normal(size=(ROWS, 4))
    return means[y] + np.einsum("iq,iqd->id", latent, planes[y]) + rng.normal(size=(ROWS, COLUMNS))


def clustered_lda(X: np.ndarray) -> np.ndarray:
    """The naive way to GMMDR: cluster with a full mixture, then discriminate the clusters."""
    labels = SklearnMixture(CLUSTERS, random_state=0).fit_predict(X)
    return LinearDiscriminantAnalysis(n_components=2).fit_transform(X, labels)


def peers() -> dict[str, Callable[[np.ndarray], Any]]:
    ours: dict[str, Callable[[np.ndarray], Any]] = {
        method: lambda X, method=method: MixtureReducer(method).fit_transform(X) for method in METHODS
    }
    return ours | {
        "scikit-learn PCA": PCA(2).fit_transform,
        "scikit-learn FactorAnalysis": FactorAnalysis(2).fit_transform,
        "scikit-learn FastICA": FastICA(2, random_state=0).fit_transform,
        f"scikit-learn mixture of {CLUSTERS}, then LDA": clustered_lda,
    }


def speed(rounds: int) -> dict[str, Any]:
    """Median seconds of fit and transform; every `auto` chooses size and family by BIC."""
    X = many_rows()
    times = alternate({name: (lambda run=run: run(X)) for name, run in peers().items()}, rounds)
    chosen = {method: len(MixtureReducer(method).fit(X).weights_) for method in ("gmmdr", "mppca")}
    model = MixtureReducer("mppca").fit(X)
    with_std = seconds(lambda: model.transform(X, return_std=True))
    medians = {name: float(np.median(runs)) for name, runs in times.items()}
    return {
        "case": f"{ROWS} rows, {COLUMNS} columns, {CLUSTERS} clusters",
        "wanted_at_most_seconds": 5,
        "median_seconds": medians,
        "components_chosen": chosen,
        "mppca_transform_with_std_seconds": with_std,
        "runs": times,
    }


def kept(name: str) -> list[dict[str, Any]]:
    """Trustworthiness and class separation of two coordinates, columns scaled where units differ."""
    data = EXAMPLES[name].load()
    X, y = data.matrix(), data.values[data.about["label"]].to_numpy()
    pca = MixtureReducer("pca", scale="auto").fit(X)
    standard = (X - pca.mean_) / pca.scale_
    places = {method: MixtureReducer(method, scale="auto").fit(X).transform(X) for method in METHODS}
    places["scikit-learn PCA"] = PCA(2).fit_transform(standard)
    places["scikit-learn FactorAnalysis"] = FactorAnalysis(2).fit_transform(standard)
    places["all columns"] = standard
    rows = []
    for method, Z in places.items():
        quality = embedding_quality(standard, Z, y)
        figures = {"trustworthiness": quality.trustworthiness, "separation": quality.separation}
        rows.append({"table": name, "method": method, **figures})
    return rows


def main(rounds: int = 3) -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    quality = [row for name in TABLES for row in kept(name)]
    write("reduction", {"speed": speed(rounds), "quality": quality})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
