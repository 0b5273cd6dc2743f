"""How well surprise tells known anomalies from ordinary rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from gmm_engine.errors import DataError
from gmm_engine.types import Array


@dataclass(frozen=True, eq=False)
class Judgement:
    """A ranking beside the truth.

    Attributes
    ----------
    auroc : probability that an anomaly is more surprising than an ordinary row.
    average_precision : area under precision against recall.
    roc : (m, 2) share of ordinary rows and of anomalies above each line, falling lines.
    precision_recall : (m, 2) recall and precision at each line.
    """

    auroc: float
    average_precision: float
    roc: Array
    precision_recall: Array


def judge(surprise: Array, strange: Array) -> Judgement:
    """Compare surprises (n,) with the truth (n,), true for anomalies.

    Raises
    ------
    DataError
        Only anomalies, or only ordinary rows.

    Examples
    --------
    >>> found = judge(np.array([1.0, 2.0, 3.0, 9.0]), np.array([False, False, True, True]))
    >>> found.auroc
    1.0
    """
    if strange.all() or not strange.any():
        raise DataError(f"{strange.sum()} of {len(strange)} rows are anomalies: both kinds are needed.")
    roc = np.stack(roc_curve(strange, surprise)[:2], axis=1)
    precision, recall, _ = precision_recall_curve(strange, surprise)
    return Judgement(
        float(roc_auc_score(strange, surprise)),
        float(average_precision_score(strange, surprise)),
        roc,
        np.stack([recall, precision], axis=1)[::-1],
    )


def confusion(flagged: Array, strange: Array) -> tuple[int, int, int, int]:
    """Anomalies flagged and missed, ordinary rows flagged and let pass.

    Examples
    --------
    >>> confusion(np.array([True, True, False]), np.array([True, False, False]))
    (1, 0, 1, 1)
    """
    return (
        int((flagged & strange).sum()),
        int((~flagged & strange).sum()),
        int((flagged & ~strange).sum()),
        int((~flagged & ~strange).sum()),
    )
