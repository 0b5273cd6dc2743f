"""Resampling: how many components are needed, and how sure their parameters are."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine import DegenerateFitError, GaussianMixture
from gmm_engine.selection import bootstrap_lrt, bootstrap_parameters, lrt_steps
from gmm_engine.selection.lrt import simulate
from gmm_engine.types import Params
from tests.data_dir import shared_file
from tests.engine.test_selection import load
from tests.engine.test_start import blobs


def test_three_blobs_need_three_components():
    X, _ = blobs(n=90)
    found = bootstrap_lrt(X, 4, "EII", n_resamples=39)
    assert found.n_components == 3
    assert found.table["n_components"].tolist() == [1, 2, 3]
    assert found.table["p_value"].iloc[0] == 1 / 40
    assert found.table["p_value"].iloc[2] > 0.05


def test_stopping_is_not_iterating():
    X, _ = blobs(n=60)
    first = next(lrt_steps(X, 2, "EII"))
    assert (first.n_components, first.n_resamples) == (1, 1)


def test_without_a_simulation_there_is_no_verdict():
    X, _ = blobs(n=60)
    with pytest.raises(DegenerateFitError, match="None of 0 simulations"):
        bootstrap_lrt(X, 2, "EII", n_resamples=0)


def test_refits_keep_the_noise_component():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(0, 1, (300, 2)), rng.uniform(-40, 40, (60, 2))])
    model = GaussianMixture(1, noise=True, random_state=0).fit(X)
    refits = bootstrap_parameters(model, X, n_resamples=10)
    np.testing.assert_allclose(refits.covariances.mean(axis=0)[0], model.covariances_[0], atol=0.3)


def test_tests_repeat_by_their_seed():
    X, _ = blobs(n=60, distance=2)
    one, two = (bootstrap_lrt(X, 2, "EEE", n_resamples=19, random_state=4).table for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


def test_simulated_rows_have_the_mixtures_moments():
    factors = np.array([[[2.0, 0], [1, 0.5]], [[1.0, 0], [0, 1]]])
    params = Params(np.array([0.25, 0.75]), np.array([[0.0, 0], [40, 0]]), factors)
    X = simulate(params, 40_000, np.random.RandomState(0))
    first = X[X[:, 0] < 20]
    assert len(first) / len(X) == pytest.approx(0.25, abs=0.02)
    np.testing.assert_allclose(np.cov(first.T), factors[0] @ factors[0].T, atol=0.2)


@pytest.mark.slow
def test_likelihood_ratios_agree_with_mclusts():
    X = load("faithful")
    free, equal = json.loads(shared_file("mclust/faithful_bootstrap_lrt.json").read_text())
    for theirs, name, same in ((equal, "EEE", 2), (free, "VVV", 1)):
        ours = bootstrap_lrt(X, 2, name, n_resamples=99).table
        np.testing.assert_allclose(ours["statistic"][:same], theirs["LRTS"][:same], atol=0.05)
        np.testing.assert_allclose(ours["p_value"][:same], theirs["p"][:same], atol=0.03)
        # Where mclust's larger mixture stops at a poorer optimum, the statistic is larger here.
        assert (ours["statistic"] >= np.array(theirs["LRTS"][: len(ours)]) - 0.05).all()


def test_standard_errors_agree_with_mclusts():
    X = load("faithful")
    stored = json.loads(shared_file("mclust/faithful_bootstrap_se.json").read_text())
    model = GaussianMixture(2, reg_covar=0, tol=1e-8, max_iter=500, random_state=0).fit(X)
    refits = bootstrap_parameters(model, X, n_resamples=199)
    order = np.argsort(-refits.estimate.means[:, 0])
    np.testing.assert_allclose(refits.weights.std(axis=0)[order], stored["se_pro"], rtol=0.25)
    np.testing.assert_allclose(refits.means.std(axis=0)[order], stored["se_mean"], rtol=0.3)


@pytest.mark.parametrize("kind", ["multinomial", "dirichlet"])
def test_the_error_of_a_mean_is_the_textbooks(kind):
    X = np.random.default_rng(0).normal(3, 2, (500, 1))
    refits = bootstrap_parameters(GaussianMixture(1).fit(X), X, kind=kind)
    table = refits.table().set_index("parameter")
    assert table.loc["mean of x0", "standard_error"] == pytest.approx(2 / np.sqrt(500), rel=0.15)
    assert table.loc["variance of x0", "standard_error"] == pytest.approx(4 * np.sqrt(2 / 500), rel=0.25)
    assert table.loc["mean of x0", "lower"] < X.mean() < table.loc["mean of x0", "upper"]
    assert table.loc["weight", "standard_error"] == 0


@pytest.mark.parametrize("name", ["tied", "diag", "spherical", "VEI", "EVE"])
def test_every_family_can_be_resampled(name):
    X, _ = blobs(n=80)
    frame = pd.DataFrame(X, columns=["width", "height"])
    model = GaussianMixture(3, covariance_type=name, random_state=0).fit(frame)
    table = bootstrap_parameters(model, frame, n_resamples=5).table()
    assert len(table) == 3 * (1 + 2 + 3)
    assert "covariance of width and height" in set(table["parameter"])


def test_refuses_unknown_kinds():
    X, _ = blobs(n=30)
    with pytest.raises(InvalidParameterError, match="multinomial"):
        bootstrap_parameters(GaussianMixture(1).fit(X), X, kind="jackknife")
