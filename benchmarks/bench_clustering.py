"""Clusters found without tuning on 41 published tables, beside scikit-learn and Genie.

Run ``python -m benchmarks.bench_clustering [seeds]``; writes ``results/clustering.json``. Every
table is clustered at its true number of clusters and scored by the adjusted Rand index
against the best of its reference labellings, rows labelled as noise left out. The recipes
have no setting that was fitted to these tables; how much the choice of tables matters is shown
by halves of them, drawn at random.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture as SklearnMixture

from benchmarks.compare import seconds, write
from gmm_engine import GaussianMixture, clusters
from tests.data_dir import data_dir

Labeller = Callable[[np.ndarray, int, int], np.ndarray]
METHODS: dict[str, Labeller] = {
    "GaussianMixture": lambda X, k, seed: GaussianMixture(k, random_state=seed).fit_predict(X),
    "clusters": lambda X, k, seed: clusters(X, k, random_state=seed),
    "scikit-learn": lambda X, k, seed: SklearnMixture(k, random_state=seed).fit_predict(X),
}
HALVES = 2000


def tables() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Name, rows (n, d) and reference labellings (m, n), 0 for noise."""
    for path in sorted((data_dir() / "clustering").glob("*.npz")):
        with np.load(path) as stored:
            yield path.stem, stored["X"].astype(np.float64), stored["labels"]


def score(method: Labeller, X: np.ndarray, references: np.ndarray, seed: int) -> float:
    """Adjusted Rand index at the true number, of the reference labelling that fits best."""
    found = {int(k): method(X, int(k), seed) for k in {reference.max() for reference in references}}
    return max(
        adjusted_rand_score(reference[reference > 0], found[int(reference.max())][reference > 0])
        for reference in references
    )


def halves(scores: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Means over random halves of the tables: their spread, and how often `clusters` leads."""
    names = sorted(scores)
    values = np.array([[scores[name]["clusters"], scores[name]["Genie_G0.3"]] for name in names])
    rng = np.random.default_rng(0)
    chosen = [rng.permutation(len(names))[: len(names) // 2] for _ in range(HALVES)]
    means = np.array([values[half].mean(axis=0) for half in chosen])
    return {
        "clusters_5_to_95_percent": list(np.percentile(means[:, 0], [5, 95])),
        "Genie_5_to_95_percent": list(np.percentile(means[:, 1], [5, 95])),
        "clusters_ahead_of_Genie": float(np.mean(means[:, 0] > means[:, 1])),
    }


def main(seeds: int = 3) -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    if not (data_dir() / "clustering").is_dir():
        print("The tables that stand beside the project are absent; nothing was measured.")
        return
    reference = json.loads((data_dir() / "clustering" / "reference.json").read_text())
    published = {row["set"]: row["ari_published"] for row in reference}
    scores: dict[str, dict[str, float]] = {}
    times: dict[str, list[float]] = {name: [] for name in METHODS}
    for name, X, references in tables():
        scores[name] = {"Genie_G0.3": published[name]["Genie_G0.3"]}
        for title, method in METHODS.items():
            scores[name][title] = float(np.mean([score(method, X, references, s) for s in range(seeds)]))
            k = int(references[0].max())
            times[title].append(seconds(lambda method=method, X=X, k=k: method(X, k, 0)))
        print(name, scores[name], flush=True)
    titles = [*METHODS, "Genie_G0.3"]
    results = {
        "mean_ari": {title: float(np.mean([row[title] for row in scores.values()])) for title in titles},
        "random_halves": halves(scores),
        "median_seconds": {title: float(np.median(values)) for title, values in times.items()},
        "tables": scores,
    }
    write("clustering", results, seeds=seeds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
