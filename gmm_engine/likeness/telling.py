"""Can a classifier tell two samples apart? If not, they are alike in every way it can see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from gmm_engine.errors import DataError
from gmm_engine.threads import single_threaded_libraries
from gmm_engine.types import Array

MOST_ROWS = 2000
FOLDS = 5


@dataclass(frozen=True)
class Telling:
    """How well a classifier does on rows it has not seen.

    Attributes
    ----------
    auc : chance that it ranks a made row above a real one; 0.5 is guessing.
    error : standard error of `auc` (Hanley and McNeil, 1982).
    accuracy : share of rows it names rightly, classes weighted alike; 0.5 is guessing.
    """

    auc: float
    error: float
    accuracy: float


def tell_apart(X: Array, Y: Array, *, most_rows: int = MOST_ROWS, random_state: int = 0) -> Telling:
    """Train boosted trees to tell rows X (n, d) from Y (m, d), and score them by cross-validation.

    Parameters
    ----------
    most_rows : equally many rows of both, and at most so many, are used.
    random_state : seed.

    References
    ----------
    Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests, section 3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = tell_apart(rng.normal(size=(150, 2)), rng.normal(3, 1, (150, 2)))
    >>> found.auc > 0.9
    True
    """
    # Trees bring tens of megabytes, which a process that never asks should not hold.
    from sklearn.ensemble import HistGradientBoostingClassifier

    size = min(len(X), len(Y), most_rows)
    if size < 2 * FOLDS or X.shape[1] != Y.shape[1]:
        raise DataError(f"At least {2 * FOLDS} rows of both tables are needed, with the same columns.")
    rng = np.random.default_rng(random_state)
    rows = np.concatenate([part[rng.choice(len(part), size, replace=False)] for part in (X, Y)])
    made = np.repeat([0, 1], size)
    trees = HistGradientBoostingClassifier(
        max_iter=40, max_leaf_nodes=8, min_samples_leaf=max(5, size // 100), random_state=random_state
    )
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=random_state)
    with single_threaded_libraries():
        belief = cross_val_predict(trees, rows, made, cv=folds, method="predict_proba")[:, 1]
    auc = float(roc_auc_score(made, belief))
    right = float(np.mean((belief > 0.5) == (made == 1)))
    return Telling(auc, _error(auc, size), right)


def _error(auc: float, n: int) -> float:
    one, two = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + (n - 1) * (one - auc**2 + two - auc**2)) / n**2
    return float(np.sqrt(max(variance, 0)))
