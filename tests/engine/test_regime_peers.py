"""The same parameters give hmmlearn's and statsmodels' likelihoods and probabilities."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gmm_engine import RegimeModel
from tests.data_dir import shared_file
from tests.reference_hmm import draw

TRANSITION = np.array([[0.95, 0.04, 0.01], [0.02, 0.9, 0.08], [0.05, 0.05, 0.9]])


def restored(transition, initial, means, covariances):
    """A model of given parameters, as its document."""
    k, d = means.shape
    document = RegimeModel(k).fit(np.random.default_rng(0).normal(size=(50, d))).to_dict()
    document |= {"centre": [0.0] * d, "scale": 1.0, "transition": transition.tolist()}
    document |= {"initial": initial.tolist(), "weights": np.ones((k, 1)).tolist()}
    document |= {"intercepts": means.tolist(), "covariances": covariances.tolist()}
    return RegimeModel.from_dict(document | {"coefficients": [[[]] * d] * k})


@pytest.mark.parametrize("d", [1, 3])
def test_hmmlearn_agrees_to_eight_digits(d):
    hmm = pytest.importorskip("hmmlearn.hmm", reason="hmmlearn is not installed")
    rng = np.random.default_rng(1)
    y = np.column_stack([draw(TRANSITION, [0, 2, 5], [1, 0.5, 2], 2000, rng)[0] for _ in range(d)])
    means, roots = rng.normal(0, 3, (3, d)), rng.normal(size=(3, d, d))
    covariances = roots @ roots.transpose(0, 2, 1) + np.eye(d)
    peer = hmm.GaussianHMM(3, "full", init_params="", params="")
    peer.startprob_, peer.transmat_ = np.array([0.2, 0.3, 0.5]), TRANSITION
    peer.means_, peer.covars_ = means, covariances
    ours = restored(TRANSITION, peer.startprob_, means, covariances)
    log_likelihood, probabilities = peer.score_samples(y)
    np.testing.assert_allclose(ours.smooth(y), probabilities, atol=1e-8)
    assert ours.score(y) == pytest.approx(log_likelihood, rel=1e-10)
    np.testing.assert_array_equal(ours.decode(y), peer.predict(y))


def test_statsmodels_agrees_on_hamiltons_series():
    api = pytest.importorskip("statsmodels.api", reason="statsmodels is not installed")
    y = pd.read_csv(shared_file("timeseries/regimes/hamilton_rgnp.csv"))["rgnp_growth"].to_numpy()
    peer = api.tsa.MarkovRegression(y, k_regimes=2, switching_variance=True).fit()
    values = dict(zip(peer.model.param_names, peer.params, strict=True))
    stay, leave = values["p[0->0]"], values["p[1->0]"]
    transition = np.array([[stay, 1 - stay], [leave, 1 - leave]])
    initial = np.array([leave, 1 - stay]) / (leave + 1 - stay)
    means = np.array([[values["const[0]"]], [values["const[1]"]]])
    covariances = np.array([[[values["sigma2[0]"]]], [[values["sigma2[1]"]]]])
    ours = restored(transition, initial, means, covariances)
    np.testing.assert_allclose(ours.smooth(y), peer.smoothed_marginal_probabilities, atol=1e-8)
    np.testing.assert_allclose(ours.filter(y), peer.filtered_marginal_probabilities, atol=1e-8)
    assert ours.score(y) == pytest.approx(peer.llf, abs=1e-8)


def test_our_fit_reaches_statsmodels_likelihood():
    api = pytest.importorskip("statsmodels.api", reason="statsmodels is not installed")
    y = pd.read_csv(shared_file("timeseries/regimes/hamilton_rgnp.csv"))["rgnp_growth"].to_numpy()
    peer = api.tsa.MarkovRegression(y, k_regimes=2).fit()
    ours = RegimeModel(2, covariance_type="tied", stickiness=0, shrinkage=0, tol=1e-12, max_iter=2000).fit(y)
    # The start follows the chain, so our M-step for transitions is a partial one.
    assert ours.log_likelihood_ >= peer.llf - 0.05


@pytest.fixture(scope="module")
def fed_funds():
    """The interest rates of Stata's and statsmodels' published example, quarterly from 1954."""
    pytest.importorskip("statsmodels", reason="statsmodels is not installed")
    spec = importlib.util.find_spec("statsmodels.tsa.regime_switching.tests.test_markov_regression")
    if spec is None or spec.origin is None:
        pytest.skip("statsmodels is installed without its tests, which hold the series")
    for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "fedfunds":
            numbers = [leaf.value for leaf in ast.walk(node.value) if isinstance(leaf, ast.Constant)]
            return np.array(numbers, dtype=float)
    return pytest.skip("this statsmodels does not bring the series")


def test_the_published_switching_mean_of_the_fed_funds_rate(fed_funds):
    stay, leave = 0.9820939, 0.0503587
    transition = np.array([[stay, 1 - stay], [leave, 1 - leave]])
    initial = np.array([leave, 1 - stay]) / (leave + 1 - stay)
    means, covariances = np.array([[3.70877], [9.556793]]), np.full((2, 1, 1), 2.107562**2)
    assert restored(transition, initial, means, covariances).score(fed_funds) == pytest.approx(
        -508.63592, abs=1e-4
    )
    ours = RegimeModel(2, covariance_type="tied", stickiness=0, shrinkage=0, tol=1e-10, max_iter=1000).fit(
        fed_funds
    )
    assert ours.log_likelihood_ == pytest.approx(-508.63592, abs=0.03)
    np.testing.assert_allclose(ours.means_, means, atol=0.05)


def test_the_published_switching_lag_of_the_fed_funds_rate(fed_funds):
    options = {"covariance_type": "tied", "order": 1, "shared_coefficients": False}
    ours = RegimeModel(2, **options, stickiness=0, shrinkage=0, tol=1e-10, max_iter=1000).fit(fed_funds)
    assert ours.log_likelihood_ == pytest.approx(-264.71069, abs=0.05)
    np.testing.assert_allclose(np.sort(ours.coefficients_.ravel()), [0.7631424, 1.061174], atol=0.02)
