"""EM on rows with missing cells beside EM on complete rows: python -m benchmarks.bench_missing"""

from __future__ import annotations

import sys
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from benchmarks.compare import alternate, summary, write
from gmm_engine import GaussianMixture

ROWS, COLUMNS, PATTERNS, COMPONENTS = 100_000, 6, 20, 5


def tables() -> tuple[np.ndarray, np.ndarray]:
    """Complete rows, and the same with one of twenty patterns of missing cells each."""
    rng = np.random.default_rng(0)
    means = rng.normal(0, 4, (COMPONENTS, COLUMNS))
    X = means[rng.integers(COMPONENTS, size=ROWS)] + rng.standard_normal((ROWS, COLUMNS))
    patterns = rng.random((PATTERNS, COLUMNS)) < 0.3
    patterns[0] = False
    gaps = patterns[rng.integers(PATTERNS, size=ROWS)]
    return X, np.where(gaps, np.nan, X)


def main(rounds: int = 5) -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, gappy = tables()
    start = {
        "weights_init": np.full(COMPONENTS, 1 / COMPONENTS),
        "means_init": X[:COMPONENTS],
        "precisions_init": np.stack([np.eye(COLUMNS)] * COMPONENTS),
    }
    options = {"max_iter": 20, "tol": 0.0, "missing": "em", **start}
    times = alternate(
        {
            "gmm_engine": lambda: GaussianMixture(COMPONENTS, **options).fit(X),
            "20 patterns": lambda: GaussianMixture(COMPONENTS, **options).fit(gappy),
        },
        rounds,
    )
    case = f"{ROWS} x {COLUMNS}, {PATTERNS} patterns, k={COMPONENTS}, 20 iterations"
    write("missing", [{"case": case, "wanted_at_most": 5, **summary(times)}])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
