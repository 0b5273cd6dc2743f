"""The choice among fits with noise or known labels trusts only sound ones."""

import numpy as np
import pytest

from gmm_engine import DegenerateFitError, GaussianMixture
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.selection.direct import best_fit, doubt, trials


def test_rounded_values_do_not_win_by_their_ties():
    X = EXAMPLES["Geyser"].load().matrix()
    found = list(trials(X, [2], ("VVV",), noise=True, random_state=0))
    model = best_fit(X, range(1, 5), ("EEE", "VVV"), noise=True, random_state=0)
    assert len(model.weights_) <= 3
    assert not found[0].degenerate
    assert (
        model.bic(X) == min(trial.bic for trial in found if not trial.degenerate) or len(model.weights_) > 1
    )


def test_labels_guide_every_trial():
    data = EXAMPLES["Penguins"].load()
    names, classes = np.unique(data.values["species"], return_inverse=True)
    labels = np.where(np.arange(len(classes)) % 8 == 0, classes, -1)
    model = best_fit(data.matrix(), [3, 4], ("EEE",), labels=labels, random_state=0)
    assert np.mean(model.predict(data.matrix()) == classes) > 0.95
    assert len(names) == 3


def test_a_component_on_one_value_is_doubted():
    X = np.random.default_rng(0).normal(size=(200, 2))
    X[:40, 0] = 0.5
    model = GaussianMixture(2, means_init=[[0.5, 0], [0, 0]], resp_init=None, random_state=0).fit(
        X, labels=np.where(np.arange(200) < 40, 0, 1)
    )
    assert "tied" in doubt(model, X)


def test_rows_with_holes_are_judged_by_the_complete_ones():
    X = np.random.default_rng(0).normal(size=(100, 2))
    X[::3, 1] = np.nan
    model = best_fit(X, [1, 2], ("EII",), missing="em", random_state=0)
    assert len(model.weights_) == 1


def test_nothing_sound_is_said():
    X = np.column_stack([np.arange(6.0), np.arange(6.0)])
    with pytest.raises(DegenerateFitError, match="None of"):
        best_fit(X, [4], ("VVV",), random_state=0)
