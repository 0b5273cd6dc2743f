"""Regimes are found, counted and named; missing values and units change nothing."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine import DataError, RegimeModel
from gmm_engine.regimes.chain import ChainRule
from gmm_engine.regimes.choose import noise_covariance
from gmm_engine.regimes.emissions import EmissionRule
from gmm_engine.regimes.learn import Learner
from gmm_engine.regimes.observed import Observed
from tests.data_dir import shared_file
from tests.reference_hmm import draw

STICKY = np.array([[0.97, 0.03], [0.05, 0.95]])


def two_regimes(n=500, seed=0):
    return draw(STICKY, [0.0, 3.0], [1.0, 1.0], n, np.random.default_rng(seed))


def agreement(found, truth):
    return max(np.mean(found == truth), np.mean(found == 1 - truth))


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("memory", [True, False])
@pytest.mark.parametrize("family", ["EEE", "VVV"])
@pytest.mark.parametrize("start", ["stationary", "free"])
def test_the_penalised_likelihood_never_falls(order, memory, family, start):
    rng = np.random.default_rng(3)
    y = np.column_stack([two_regimes(200, 1)[0], rng.normal(size=200)])
    y[rng.random(y.shape) < 0.1] = np.nan
    learner = Learner(
        Observed(y, order), ChainRule(memory, 1.0, start), EmissionRule(family), noise_covariance(y)
    )
    bounds = learner.fit(learner.begin(rng.dirichlet(np.ones(3), 200)), tol=0, max_iter=40).bounds
    assert np.diff(bounds).min() > -1e-9


def test_mixture_emissions_never_lower_the_likelihood_either():
    rng = np.random.default_rng(4)
    y = two_regimes(300)[0][:, None]
    learner = Learner(Observed(y), ChainRule(), EmissionRule("VVV"), noise_covariance(y))
    start = learner.begin(rng.dirichlet(np.ones(6), 300), 3)
    assert start.emissions.weights.shape == (2, 3)
    assert np.diff(learner.fit(start, tol=0, max_iter=40).bounds).min() > -1e-9


def test_two_regimes_are_found_and_numbered_by_mean():
    y, truth = two_regimes()
    model = RegimeModel(2).fit(y)
    assert np.mean(model.decode(y) == truth) > 0.97
    assert model.means_[0, 0] < model.means_[1, 0]
    np.testing.assert_allclose(model.transition_, STICKY, atol=0.05)
    np.testing.assert_allclose(model.smooth(y).sum(axis=1), 1)


def test_memory_helps_where_regimes_overlap():
    y, truth = draw(STICKY, [0.0, 1.5], [1.0, 1.0], 800, np.random.default_rng(2))
    with_memory = RegimeModel(2).fit(y).decode(y)
    without = RegimeModel(2, memory=False).fit(y).decode(y)
    assert agreement(with_memory, truth) > agreement(without, truth) + 0.05


def test_without_memory_the_order_of_the_rows_is_nothing():
    y, _ = two_regimes(300)
    order = np.random.default_rng(0).permutation(300)
    model = RegimeModel(2, memory=False).fit(y)
    np.testing.assert_allclose(model.smooth(y)[order], model.smooth(y[order]), atol=1e-12)


def test_regimes_that_differ_in_spread_only():
    y, truth = draw(STICKY, [0.0, 0.0], [1.0, 3.0], 1000, np.random.default_rng(5))
    model = RegimeModel().fit(y)
    assert model.n_regimes_ == 2
    assert model.family_ == "VVV"
    assert np.mean(model.decode(y) == truth) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("k", [1, 2, 3])
def test_bic_finds_the_number_of_regimes(k):
    stay = 0.95 * np.eye(k) + 0.05 / k
    right = 0
    for seed in range(8):
        transition = stay / stay.sum(axis=1, keepdims=True)
        y, _ = draw(transition, 3.0 * np.arange(k), np.ones(k), 400, np.random.default_rng(seed))
        right += RegimeModel().fit(y).n_regimes_ == k
    assert right >= 7


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_change_nothing(scale):
    y, _ = two_regimes(300)
    first, second = RegimeModel(2).fit(y), RegimeModel(2).fit(1e3 * scale + scale * y)
    np.testing.assert_allclose(first.smooth(), second.smooth(), atol=1e-6)
    np.testing.assert_allclose(second.means_, 1e3 * scale + scale * first.means_, rtol=1e-6)
    assert second.log_likelihood_ == pytest.approx(first.log_likelihood_ - 300 * np.log(scale), abs=1e-3)


def test_missing_rows_are_bridged_by_the_chain():
    y, truth = two_regimes(400)
    gaps = y.copy()
    gaps[np.random.default_rng(0).random(400) < 0.3] = np.nan
    gaps[150:156] = np.nan
    model = RegimeModel(2).fit(gaps)
    smoothed = model.smooth(gaps)
    assert np.isfinite(smoothed).all()
    assert np.mean(smoothed.argmax(axis=1) == truth) > 0.93


def test_missing_cells_use_what_is_known():
    y, truth = two_regimes(400)
    both = np.column_stack([y, 2 * y + np.random.default_rng(1).normal(size=400)])
    both[::2, 0] = np.nan
    model = RegimeModel(2, covariance_type="full").fit(both)
    assert np.mean(model.decode(both) == truth) > 0.95
    np.testing.assert_allclose(model.means_[:, 1], 2 * model.means_[:, 0], atol=0.5)


def test_autoregressive_regimes():
    rng = np.random.default_rng(6)
    _, regimes = two_regimes(1500, 6)
    y = np.zeros(1500)
    for t in range(1, 1500):
        y[t] = [0.0, 2.0][regimes[t]] + 0.6 * y[t - 1] + rng.normal()
    model = RegimeModel(2, order=1).fit(y)
    np.testing.assert_allclose(model.coefficients_[:, 0, 0], 0.6, atol=0.08)
    np.testing.assert_allclose(model.intercepts_[:, 0], [0, 2], atol=0.3)
    np.testing.assert_allclose(model.means_[:, 0], [0, 5], atol=1.0)
    assert np.mean(model.decode(y) == regimes) > 0.9


def test_lagged_pairs_are_the_classic_recipe():
    y, truth = two_regimes()
    model = RegimeModel(2, memory=False, window=2, covariance_type="full").fit(y)
    assert model.means_.shape == (2, 2)
    assert agreement(model.decode(y), truth) > 0.9


def test_hamiltons_recessions():
    table = pd.read_csv(shared_file("timeseries/regimes/hamilton_rgnp.csv"))
    y, recession = table["rgnp_growth"].to_numpy(), table["nber_recession"].to_numpy()
    model = RegimeModel(2).fit(y)
    assert roc_auc_score(recession[4:], model.smooth(y)[4:, 0]) >= 0.975
    assert RegimeModel(order=0, covariance_type="tied").fit(y).n_regimes_ == 2


def test_to_dict_and_back():
    y, _ = two_regimes(200)
    model = RegimeModel(2, n_components=2).fit(y)
    again = RegimeModel.from_dict(json.loads(json.dumps(model.to_dict())))
    np.testing.assert_array_equal(again.smooth(y), model.smooth(y))
    with pytest.raises(DataError, match="holds no series"):
        again.smooth()
    with pytest.raises(DataError, match="holds no series"):
        again.forecast(3)
    broken = model.to_dict() | {"transition": [[0.5, 0.4], [0.5, 0.5]]}
    with pytest.raises(DataError, match="transition"):
        RegimeModel.from_dict(broken)


def test_parameters_clone_and_refuse():
    model = RegimeModel(3, stickiness=2.5)
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(InvalidParameterError):
        RegimeModel("many").fit(np.arange(100.0))
    with pytest.raises(NotFittedError):
        RegimeModel().smooth(np.arange(10.0))


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.full(50, np.nan), "every row is missing"),
        (np.ones(50), "constant"),
        (np.array([1.0, 2.0, 3.0]), "at least"),
        (np.array([1.0, np.inf] * 20), "infinite in row 1"),
        (["a"] * 20, "not a number"),
        (np.zeros((4, 4, 4)), "shape"),
    ],
)
def test_unusable_series_are_refused_in_words(y, words):
    with pytest.raises(DataError, match=words):
        RegimeModel(2).fit(y)


def test_the_same_seed_gives_the_same_bits():
    y, _ = two_regimes(200)
    np.testing.assert_array_equal(RegimeModel().fit(y).smooth(), RegimeModel().fit(y).smooth())
