"""Strange rows found by our detector and by others, each with its defaults.

Run ``python -m benchmarks.bench_anomaly``; writes ``benchmarks/results/anomaly.json``. Tables come
from ``$GMM_TEST_DATA`` as in the tests. Two settings: fitted on all rows, anomalies among them;
and on half of the ordinary rows, scored on the rest with all anomalies. Others see standardised
columns, ours the raw ones. PyOD is asked where it is installed; its `GMM` and `KNN` are otherwise
made from scikit-learn by their documented defaults.
"""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.covariance import EllipticEnvelope, MinCovDet
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

from benchmarks import compare
from benchmarks.anomaly_tables import Array, others, ten
from gmm_engine import MixtureOutlierDetector
from tests.data_dir import data_dir

Detector = Callable[[Array, Array, int], Array]
RATES = (0.005, 0.01, 0.02, 0.05)
SEEDS = (0, 1, 2)
MOST_FITTED = 10_000


def ours(train: Array, X: Array, seed: int, clean: bool = False) -> Array:
    return -MixtureOutlierDetector(clean=clean, random_state=seed).fit(train).score_samples(X)


def forest(train: Array, X: Array, seed: int) -> Array:
    return -IsolationForest(random_state=seed).fit(train).score_samples(X)


def local_factor(train: Array, X: Array, seed: int) -> Array:
    if len(train) == len(X) and len(X) <= MOST_FITTED:
        return -LocalOutlierFactor().fit(train).negative_outlier_factor_
    return -LocalOutlierFactor(novelty=True).fit(_some(train, seed)).score_samples(X)


def neighbours(train: Array, X: Array, seed: int) -> Array:
    """PyOD's `KNN`: distance to the fifth neighbour, a training row not being its own."""
    own = len(train) == len(X)
    found = NearestNeighbors(n_neighbors=6 if own else 5).fit(_some(train, seed))
    return found.kneighbors(X)[0][:, -1]


def pyod_mixture(train: Array, X: Array, seed: int) -> Array:
    if importlib.util.find_spec("pyod"):
        from pyod.models.gmm import GMM

        return GMM(random_state=seed).fit(train).decision_function(X)
    return -GaussianMixture(1, random_state=seed).fit(train).score_samples(X)


def three_components(train: Array, X: Array, seed: int) -> Array:
    return -GaussianMixture(3, random_state=seed).fit(train).score_samples(X)


def robust_gaussian(train: Array, X: Array, seed: int) -> Array:
    """`EllipticEnvelope`; where its subsets are singular, with the whole sample."""
    rows = _some(train, seed)
    try:
        return -EllipticEnvelope(random_state=seed).fit(rows).score_samples(X)
    except ValueError:
        return np.asarray(MinCovDet(support_fraction=1.0, random_state=seed).fit(rows).mahalanobis(X))


PEERS: dict[str, Detector] = {
    "isolation forest": forest,
    "LOF": local_factor,
    "kNN": neighbours,
    "PyOD GMM": pyod_mixture,
    "three components": three_components,
    "robust Gaussian": robust_gaussian,
}


def _some(rows: Array, seed: int) -> Array:
    if len(rows) <= MOST_FITTED:
        return rows
    return rows[np.random.default_rng(seed).choice(len(rows), MOST_FITTED, replace=False)]


def _standardised(train: Array, X: Array) -> tuple[Array, Array]:
    centre, width = train.mean(axis=0), train.std(axis=0)
    width = np.where(width > 0, width, 1)
    return (train - centre) / width, (X - centre) / width


def contaminated(X: Array, y: Array) -> dict[str, dict[str, float]]:
    """Every detector fitted to all rows; ours is the mean of several seeds."""
    marks = [_marks(y, ours(X, X, seed)) for seed in SEEDS]
    found = {"ours": {name: float(np.mean([mark[name] for mark in marks])) for name in marks[0]}}
    train, rows = _standardised(X, X)
    return found | {name: _marks(y, peer(train, rows, 0)) for name, peer in PEERS.items()}


def reference(X: Array, y: Array) -> dict[str, dict[str, float]]:
    """Fitted to half of the ordinary rows, judged on the other half and the anomalies."""
    ordinary = np.random.default_rng(0).permutation(np.flatnonzero(y == 0))
    known, judged = np.split(ordinary, [len(ordinary) // 2])
    rows = np.concatenate([judged, np.flatnonzero(y == 1)])
    found = {"ours": _marks(y[rows], ours(X[known], X[rows], 0, clean=True))}
    train, others_rows = _standardised(X[known], X[rows])
    return found | {name: _marks(y[rows], peer(train, others_rows, 0)) for name, peer in PEERS.items()}


def _marks(y: Array, surprise: Array) -> dict[str, float]:
    finite = np.nan_to_num(surprise, posinf=1e300)
    return {
        "auroc": float(roc_auc_score(y, finite)),
        "average_precision": float(average_precision_score(y, finite)),
    }


def false_alarms(X: Array, y: Array) -> dict[str, float]:
    """Realised over asked rate on ordinary rows held out, ten halves each; at least 1,000 rows."""
    ordinary = X[y == 0]
    ratios: dict[float, list[float]] = {rate: [] for rate in RATES}
    for seed in range(10):
        rows = np.random.default_rng(seed).permutation(len(ordinary))[:10_000]
        known, new = np.split(ordinary[rows], [len(rows) // 2])
        model = MixtureOutlierDetector("false_alarms", clean=True, random_state=seed).fit(known)
        surprise = -model.score_samples(new)
        for rate in RATES:
            ratios[rate].append(float(np.mean(surprise > model.line("false_alarms", rate)) / rate))
    return {f"{rate:g}": float(np.mean(found)) for rate, found in ratios.items()}


def _means(tables: dict[str, dict[str, dict[str, float]]], mark: str = "auroc") -> dict[str, float]:
    """Mean over groups of tables ("group/name") of the groups' means."""
    groups: dict[str, list[dict[str, float]]] = {}
    for name, found in tables.items():
        groups.setdefault(name.split("/")[0], []).append({who: each[mark] for who, each in found.items()})
    names = next(iter(tables.values()))
    return {
        who: round(float(np.mean([np.mean([row[who] for row in rows]) for rows in groups.values()])), 4)
        for who in names
    }


def main() -> None:
    """Measure, write, print the means."""
    warnings.filterwarnings("ignore")
    started = time.time()
    ten_tables, more = ten(data_dir()), others(data_dir())
    settings: dict[str, dict[str, Any]] = {
        "ten tables": {name: contaminated(*table) for name, table in ten_tables.items()},
        "ten tables, clean reference": {name: reference(*table) for name, table in ten_tables.items()},
        "other tables": {name: contaminated(*table) for name, table in more.items()},
    }
    alarms = {name: false_alarms(*t) for name, t in ten_tables.items() if np.sum(t[1] == 0) >= 1000}
    summary = {
        name: {mark: _means(tables, mark) for mark in ("auroc", "average_precision")}
        for name, tables in settings.items()
    }
    rows = {"means": summary, "false alarms, realised over asked": alarms}
    compare.write("anomaly", rows, tables=settings, seconds=round(time.time() - started))


if __name__ == "__main__":
    main()
