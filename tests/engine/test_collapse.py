"""Families that invert matrices on their way collapse in words, too."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmm_engine import GaussianMixture, sweep
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.errors import DegenerateFitError


def test_held_out_sweeps_survive_singular_folds():
    """Iris without one row in five has folds in which many components of equal shape are singular."""
    X = EXAMPLES["Iris"].load().matrix()
    found = list(sweep(X, [9, 10], ["VEE", "VVE", "EVE"], "cv"))
    assert len(found) == 6
    assert all(math.isnan(each.cv) or each.cv > 0 for each in found)


@pytest.mark.parametrize("name", ["VEE", "VEV", "EVE", "VVE"])
def test_a_flat_table_collapses_in_words(name):
    rng = np.random.default_rng(0)
    flat = np.column_stack([rng.normal(size=40), np.zeros(40), np.zeros(40)])
    model = GaussianMixture(2, covariance_type=name, reg_covar=0, init_params="random", random_state=0)
    with pytest.raises(DegenerateFitError, match="collapsed"):
        model.fit(flat)
