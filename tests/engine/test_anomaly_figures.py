"""Figures and judgements of strange rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from gmm_engine.anomaly.judge import confusion, judge
from gmm_engine.errors import DataError
from gmm_engine.figures import anomaly

RNG = np.random.default_rng(0)
SURPRISE = RNG.gamma(3, 2, 800)
STRANGE = RNG.uniform(size=800) < SURPRISE / 40
FOUND = judge(SURPRISE, STRANGE)
FIGURES = {
    "histogram": lambda: anomaly.histogram(SURPRISE, 6.0, 15.0),
    "reasons": lambda: anomaly.reasons(("a", "<b>"), np.array([4.0, -1.0]), np.ones(2), np.array([0.1, 1])),
    "roc": lambda: anomaly.roc(FOUND.roc, (0.1, 0.3)),
    "precision": lambda: anomaly.precision_recall(FOUND.precision_recall, (0.3, 0.5)),
}


def test_every_row_is_in_one_bar():
    fig = FIGURES["histogram"]()
    assert sum(np.sum(trace.y) for trace in fig.data) == 800
    assert np.sum(fig.data[1].y) == np.sum(SURPRISE > 15)


def test_bars_of_many_columns_sum_to_the_excess():
    parts = RNG.normal(1, 3, 40)
    fig = anomaly.reasons([f"c{f}" for f in range(40)], parts, np.zeros(40), np.zeros(40))
    assert len(fig.data[0].x) == anomaly.MOST_COLUMNS + 1
    assert np.sum(fig.data[0].x) == pytest.approx(parts.sum(), rel=1e-5)


def test_areas_are_those_of_the_curves():
    assert pytest.approx(roc_auc_score(STRANGE, SURPRISE)) == FOUND.auroc
    assert pytest.approx(average_precision_score(STRANGE, SURPRISE)) == FOUND.average_precision
    assert pytest.approx(FOUND.auroc) == np.trapezoid(FOUND.roc[:, 1], FOUND.roc[:, 0])
    assert sum(confusion(SURPRISE > 9, STRANGE)) == 800


def test_a_truth_of_one_kind_is_refused():
    with pytest.raises(DataError, match="both kinds"):
        judge(SURPRISE, np.zeros(800, bool))
