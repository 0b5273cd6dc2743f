"""A whole `fit` of the Bayesian mixture beside scikit-learn's: python -m benchmarks.bench_bayesian

The same responsibilities begin both (so the start costs next to nothing), with max_iter=5 and tol=0,
validation and copies included. Both end at the same weights: the largest difference is reported.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import BayesianGaussianMixture as SklearnMixture

from benchmarks.bench_em import blobs
from benchmarks.compare import alternate, summary, write
from gmm_engine import BayesianGaussianMixture
from gmm_engine.types import Array

MAX_ITER = 5
SHAPE = (200_000, 3, 10)
#      covariance type, prior of the weights, dtype, wanted ratio
CASES = [
    ("full", "dirichlet_process", "float64", 10),
    ("full", "dirichlet_process", "float32", 10),
    ("full", "dirichlet_distribution", "float64", 10),
    ("tied", "dirichlet_process", "float64", None),
    ("diag", "dirichlet_process", "float64", None),
    ("spherical", "dirichlet_process", "float64", None),
]


def nearest(X: Array, means: Array) -> Array:
    """Responsibilities (n, k): every row wholly with the nearest mean."""
    distances = ((X[:, None, :] - means) ** 2).sum(axis=2)
    return np.eye(len(means), dtype=X.dtype)[distances.argmin(axis=1)]


class GivenStart(SklearnMixture):
    """scikit-learn's, started from `resp_init`, for which it has no parameter of its own."""

    resp_init: Array

    def _initialize_parameters(self, X: Array, random_state: Any, xp: Any = None) -> None:
        self._initialize(X, self.resp_init.astype(X.dtype))


def beside(kind: str, prior: str, dtype: str, rounds: int) -> dict[str, Any]:
    """Both fits in turn on the same rows from the same start."""
    X, means = blobs(*SHAPE, dtype)
    resp = nearest(X, means)
    options: dict[str, Any] = {
        "n_components": SHAPE[2],
        "covariance_type": kind,
        "weight_concentration_prior_type": prior,
        "max_iter": MAX_ITER,
        "tol": 0.0,
    }
    ours, peer = BayesianGaussianMixture(resp_init=resp, **options), GivenStart(**options)
    peer.resp_init = resp
    times = alternate({"gmm_engine": lambda: ours.fit(X), "scikit-learn": lambda: peer.fit(X)}, rounds)
    apart = float(np.abs(ours.weights_ - peer.weights_).max())
    return {**summary(times), "iterations": [ours.n_iter_, peer.n_iter_], "weights_apart": apart}


def main(rounds: int = 5) -> None:
    """Every case, and the results as JSON."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    rows = []
    for kind, prior, dtype, wanted in CASES:
        result = beside(kind, prior, dtype, rounds)
        print(kind, prior, dtype, result["times_ours"], result["median_seconds"], flush=True)
        n, d, k = SHAPE
        rows.append({"case": f"{n} x {d}, k={k}, {kind}, {prior}, {dtype}", "wanted": wanted, **result})
    write("bayesian", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
