"""Families that invert matrices on their way collapse in words, too."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gmm_engine import BayesianGaussianMixture, GaussianMixture, select_model, sweep
from gmm_engine.covariance import family
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture.mstep import factorise


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
    with pytest.raises(DegenerateFitError, match="Component 1 of 1 collapsed"):
        GaussianMixture(1, reg_covar=0).fit(X)
    assert GaussianMixture(1).fit(X).converged_


def dependent_table(name):
    """Columns one of which follows exactly from the others, or says nothing."""
    rng = np.random.default_rng(0)
    x = np.round(rng.uniform(1_000, 75_000, 60))
    food, rent = np.round(rng.gamma(3, 100, (2, 60)), 2)
    columns = {"line": [x, 2 * x + 3], "sum": [food, rent, food + rent], "constant": [x, np.full(60, 7.0)]}
    return np.column_stack(columns[name])


@pytest.mark.parametrize("name", ["line", "sum", "constant"])
@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("reg_covar", [1e-6, 0.0])
def test_a_bayesian_mixture_fits_columns_that_follow_from_others(name, kind, reg_covar):
    X = dependent_table(name)
    options = {"covariance_type": kind, "reg_covar": reg_covar, "max_iter": 300, "random_state": 0}
    model = BayesianGaussianMixture(n_components=10, **options).fit(X)
    off = np.abs(model.weights_ @ model.means_ - X.mean(axis=0))
    assert (off <= 0.2 * X.std(axis=0) + 1e-9).all()
    assert np.isfinite(model.lower_bounds_).all()
    assert np.isfinite(model.score_samples(X)).all()


def test_a_line_has_the_groups_that_one_of_its_columns_has():
    x = np.concatenate([np.arange(40), np.arange(200, 230)]) * 1.0
    line = np.column_stack([x, 2 * x + 3])
    options = {"n_components": 5, "max_iter": 300, "random_state": 0}
    alone = BayesianGaussianMixture(**options).fit(x[:, None])
    both = BayesianGaussianMixture(**options).fit(line)
    assert (both.weights_ > 0.05).sum() == (alone.weights_ > 0.05).sum() == 2
    np.testing.assert_allclose(np.sort(both.weights_), np.sort(alone.weights_), atol=0.03)


@pytest.mark.parametrize("name", ["line", "sum", "constant"])
def test_mixtures_fit_columns_that_follow_from_others(name):
    X = dependent_table(name)
    model = GaussianMixture(3, random_state=0).fit(X)
    np.testing.assert_allclose(model.weights_ @ model.means_, X.mean(axis=0))
    chosen = select_model(X, range(1, 4), ["EII", "EEE", "VVV"], random_state=0)
    assert math.isfinite(chosen.best.bic)


def test_a_collapse_counts_components_as_pages_do_and_names_what_readers_can_change():
    X = dependent_table("sum")
    given = np.eye(3)[np.arange(60) % 3]
    with pytest.raises(DegenerateFitError) as caught:
        BayesianGaussianMixture(
            n_components=3, resp_init=given, reg_covar=0, covariance_prior=1e-30 * np.eye(3)
        ).fit(X)
    assert "Component 1 of 3 collapsed" in str(caught.value)
    assert "leave such columns out" in str(caught.value)
    assert "reg_covar" not in str(caught.value)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("name", ["VII", "VVI", "VEI", "EVI", "VVV", "EVV", "VEV"])
@pytest.mark.parametrize(("spread", "weight"), [(1e200, 1e-200), (0.0, 1e-300)])
def test_extreme_scatters_end_in_words_or_numbers_without_warnings(name, spread, weight):
    """Where a component of next to no weight or spread overflows or vanishes, the factorisation says so."""
    chosen = family(name)
    scatters = np.stack([np.diag([1.0, 2.0]), np.diag([spread, spread])])
    if chosen.diagonal:
        scatters = np.diagonal(scatters, axis1=1, axis2=2).copy()
    covariances = chosen.solve(scatters, np.array([1.0, weight]), None)
    if name.startswith("EV") and spread > 0:  # equal volumes: the first component's is shared
        assert np.isfinite(factorise(covariances)).all()
    else:
        with pytest.raises(DegenerateFitError, match="collapsed"):
            factorise(covariances)
