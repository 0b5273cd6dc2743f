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


@pytest.mark.parametrize("seed", range(12))
def test_columns_that_depend_on_each_other_are_always_refused(seed):
    """Whatever rounding leaves of the smallest pivot; a ridge makes them a mixture again."""
    rng = np.random.default_rng(seed)
    free = np.round(rng.normal(size=(60, 1 + seed % 4)) * 100)
    X = np.column_stack([free, free @ rng.integers(1, 9, free.shape[1])]) * 10.0 ** (seed % 7 - 3)
    with pytest.raises(DegenerateFitError, match="Component 0 collapsed"):
        GaussianMixture(1, reg_covar=0).fit(X)
    assert GaussianMixture(1).fit(X).converged_
