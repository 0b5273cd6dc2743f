"""A whole `fit` beside scikit-learn's: python -m benchmarks.bench_em

Given start, max_iter=10, tol=0, validation and copies included; then the default start on
the 872,000 Lab colours of scikit-image's Hubble deep field, with the likelihoods reached.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as SklearnMixture

from benchmarks.compare import alternate, summary, write
from gmm_engine import GaussianMixture

#      rows, columns, components, type, dtype, wanted ratio
CASES = [
    (1_000_000, 3, 5, "full", "float32", 60),
    (1_000_000, 3, 5, "full", "float64", 35),
    (1_000_000, 1, 3, "full", "float32", 40),
    (200_000, 16, 10, "full", "float32", 8),
    (200_000, 16, 10, "full", "float64", 8),
    (100_000, 64, 3, "full", "float32", 3),
    (100_000, 64, 3, "full", "float64", 3),
    (1_000_000, 3, 5, "tied", "float32", None),
    (1_000_000, 3, 5, "diag", "float32", None),
    (1_000_000, 3, 5, "spherical", "float32", None),
]


def blobs(n: int, d: int, k: int, dtype: str) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    means = rng.normal(0, 3, (k, d))
    X = means[rng.integers(k, size=n)] + rng.standard_normal((n, d))
    return X.astype(dtype), means + rng.normal(0, 0.5, (k, d))


def given_start(n: int, d: int, k: int, kind: str, dtype: str, rounds: int) -> dict[str, Any]:
    X, means = blobs(n, d, k, dtype)
    precisions = {
        "full": np.stack([np.eye(d)] * k),
        "tied": np.eye(d),
        "diag": np.ones((k, d)),
        "spherical": np.ones(k),
    }[kind]
    options = {
        "covariance_type": kind,
        "max_iter": 10,
        "tol": 0.0,
        "weights_init": np.full(k, 1 / k),
        "means_init": means,
        "precisions_init": precisions,
    }
    models = {
        "gmm_engine": GaussianMixture(k, **options),
        "scikit-learn": SklearnMixture(k, **options),
    }
    times = alternate({name: lambda model=model: model.fit(X) for name, model in models.items()}, rounds)
    bounds = {name: model.lower_bound_ for name, model in models.items()}
    return {**summary(times), "lower_bound": bounds}


def hubble(rounds: int) -> dict[str, Any]:
    from skimage import color, data

    X = color.rgb2lab(data.hubble_deep_field()).reshape(-1, 3).astype(np.float32)
    models = {
        "gmm_engine": GaussianMixture(5, random_state=0),
        "scikit-learn": SklearnMixture(5, random_state=0),
    }
    times = alternate({name: lambda model=model: model.fit(X) for name, model in models.items()}, rounds)
    scores = {name: model.score(X) for name, model in models.items()}
    return {"case": f"hubble_deep_field {X.shape}, k=5, default start", **summary(times), "score": scores}


def main(rounds: int = 5) -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    rows = []
    for n, d, k, kind, dtype, wanted in CASES:
        result = given_start(n, d, k, kind, dtype, rounds)
        print(n, d, k, kind, dtype, result["times_ours"], result["median_seconds"], flush=True)
        rows.append({"case": f"{n} x {d}, k={k}, {kind}, {dtype}", "wanted": wanted, **result})
    rows.append({**hubble(min(rounds, 3)), "wanted": 20})
    write("em", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
