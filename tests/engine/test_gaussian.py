"""GaussianMixture beside scikit-learn's, and the properties any mixture fit must have."""

import json
import pickle

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as SklearnMixture
from sklearn.utils.estimator_checks import parametrize_with_checks

from gmm_engine import BayesianGaussianMixture, DataError, DegenerateFitError, GaussianMixture
from tests import reference

CLASSIC = ("full", "tied", "diag", "spherical")


@parametrize_with_checks([GaussianMixture()])
def test_scikit_learn_estimator_checks(estimator, check):
    check(estimator)


def _start(kind, d=3, k=3):
    precisions = {
        "full": np.stack([np.eye(d)] * k),
        "tied": np.eye(d),
        "diag": np.ones((k, d)),
        "spherical": np.ones(k),
    }
    return precisions[kind]


def _options(kind, X, **more):
    start = {"weights_init": np.full(3, 1 / 3), "means_init": X[[10, 500, 1000]].astype(float)}
    return {"covariance_type": kind, **start, "precisions_init": _start(kind), **more}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", CLASSIC)
def test_float64_equals_scikit_learn_from_the_same_start(kind, three_blobs):
    options = _options(kind, three_blobs, max_iter=30, tol=0)
    theirs = SklearnMixture(3, **options).fit(three_blobs)
    ours = GaussianMixture(3, **options).fit(three_blobs)
    for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-6, atol=1e-8)
    assert ours.lower_bound_ == pytest.approx(theirs.lower_bound_, abs=1e-9)
    np.testing.assert_allclose(ours.lower_bounds_, theirs.lower_bounds_, rtol=1e-9)
    np.testing.assert_allclose(ours.score_samples(three_blobs), theirs.score_samples(three_blobs), atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(three_blobs), theirs.predict_proba(three_blobs), atol=1e-6)
    assert np.array_equal(ours.predict(three_blobs), theirs.predict(three_blobs))
    assert ours.bic(three_blobs) == pytest.approx(theirs.bic(three_blobs), rel=1e-9)
    assert ours.aic(three_blobs) == pytest.approx(theirs.aic(three_blobs), rel=1e-9)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", CLASSIC)
def test_float32_stays_within_a_thousandth_of_a_nat_per_row(kind, three_blobs):
    options = _options(kind, three_blobs, max_iter=30, tol=0)
    theirs = SklearnMixture(3, **options).fit(three_blobs)
    X = three_blobs.astype(np.float32)
    ours = GaussianMixture(3, **options).fit(X)
    assert ours.score_samples(X).dtype == np.float32
    assert ours.lower_bound_ == pytest.approx(theirs.lower_bound_, abs=1e-3)
    np.testing.assert_allclose(ours.score_samples(X), theirs.score_samples(three_blobs), atol=1e-3)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", CLASSIC)
def test_equals_textbook_em(kind, three_blobs):
    covariances = np.stack([np.eye(3)] * 3)
    options = _options(kind, three_blobs, max_iter=5, tol=0, reg_covar=0)
    weights, means, covariances, bounds = reference.expectation_maximisation(
        three_blobs, options["weights_init"], options["means_init"], covariances, kind, steps=5
    )
    ours = GaussianMixture(3, **options).fit(three_blobs)
    np.testing.assert_allclose(ours.means_, means, rtol=1e-8)
    np.testing.assert_allclose(ours.weights_, weights, rtol=1e-8)
    np.testing.assert_allclose(ours._params().covariances(), covariances, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(ours.lower_bounds_, bounds, rtol=1e-10)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", CLASSIC)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_likelihood_never_falls(kind, dtype, three_blobs):
    model = GaussianMixture(5, covariance_type=kind, init_params="random", random_state=1, tol=1e-7)
    bounds = model.fit(three_blobs.astype(dtype)).lower_bounds_
    slack = 1e-9 if dtype is np.float64 else 1e-4
    assert np.diff(bounds).min() > -slack


def test_a_fit_can_be_watched_and_left(three_blobs):
    model = GaussianMixture(3, random_state=0, init_params="random", tol=1e-6)
    steps = model.iter_fit(three_blobs)
    first = next(steps)
    assert first.iteration == 1
    assert not hasattr(model, "means_")
    steps.close()
    assert not hasattr(model, "means_")
    last = list(model.iter_fit(three_blobs))[-1]
    np.testing.assert_allclose(last.params.means, model.means_)
    assert model.score(three_blobs) == pytest.approx(last.bound, abs=1e-3)
    inner = reference.responsibilities(
        three_blobs, last.before.weights, last.before.means, last.before.covariances()
    )
    assert last.bound == pytest.approx(inner[1].mean(), rel=1e-9)


def test_same_seed_same_bits(three_blobs):
    fits = [GaussianMixture(4, random_state=3).fit(three_blobs) for _ in range(2)]
    assert np.array_equal(fits[0].means_, fits[1].means_)
    assert np.array_equal(fits[0].covariances_, fits[1].covariances_)


def _by_weight(model):
    order = np.argsort(model.weights_)
    return model.means_[order], model.covariances_[order]


def test_units_change_nothing(three_blobs):
    means, covariances = _by_weight(GaussianMixture(3, random_state=0, reg_covar=0).fit(three_blobs))
    moved = GaussianMixture(3, random_state=0, reg_covar=0).fit(three_blobs * 1e-9 + 5)
    moved_means, moved_covariances = _by_weight(moved)
    np.testing.assert_allclose((moved_means - 5) * 1e9, means, atol=1e-3)
    np.testing.assert_allclose(moved_covariances * 1e18, covariances, rtol=1e-4, atol=1e-4)


def test_an_offset_of_a_hundred_million_costs_no_component(three_blobs):
    means, covariances = _by_weight(GaussianMixture(3, random_state=0).fit(three_blobs))
    moved_means, moved = _by_weight(GaussianMixture(3, random_state=0).fit(three_blobs + 1e8))
    np.testing.assert_allclose(moved_means - 1e8, means, atol=1e-5)
    np.testing.assert_allclose(moved, covariances, rtol=1e-5, atol=1e-5)


def test_a_round_trip_through_json_keeps_the_model(three_blobs):
    for kind in (*CLASSIC, "VVI", "EEE"):
        model = GaussianMixture(3, covariance_type=kind, random_state=0).fit(three_blobs)
        copy = GaussianMixture.from_dict(json.loads(json.dumps(model.to_dict())))
        np.testing.assert_allclose(copy.score_samples(three_blobs), model.score_samples(three_blobs))
        assert copy.covariances_.shape == model.covariances_.shape
    pickled = pickle.loads(pickle.dumps(model))
    assert np.array_equal(pickled.predict(three_blobs), model.predict(three_blobs))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"format": "x"}, "format"),
        ({"version": 99}, "version"),
        ({"covariance_type": "round"}, "covariance_type"),
        ({"weights": [0.9, 0.5]}, "weights"),
        ({"weights": "many"}, "weights"),
        ({"means": [[0.0], [1.0, 2.0]]}, "means"),
        ({"means": None}, "means"),
        ({"covariances": [[[1.0, 0.0], [0.0, -1.0]]] * 2}, "covariances"),
        ({"covariances": [[[1.0, 0.5], [0.1, 1.0]]] * 2}, "covariances"),
        ({"n_iter": "ten"}, "n_iter"),
        ({"columns": ["only one"]}, "columns"),
    ],
)
def test_a_wrong_model_document_names_the_field(change, word):
    X = np.random.default_rng(0).normal(size=(50, 2))
    document = GaussianMixture(2, random_state=0).fit(X).to_dict() | change
    with pytest.raises(DataError, match=word):
        GaussianMixture.from_dict(document)


def test_a_missing_cell_is_named():
    X = np.ones((5, 2))
    X[3, 1] = np.nan
    with pytest.raises(DataError, match="row 3, column 1"):
        GaussianMixture().fit(X)


def test_missing_cells_are_refused_with_our_own_way_out(three_blobs):
    X = three_blobs.copy()
    X[3, 1] = np.nan
    with pytest.raises(DataError, match=r'^Input X contains NaN.*missing="em"') as caught:
        GaussianMixture(2).fit(X)
    assert "HistGradient" not in str(caught.value)
    with pytest.raises(DataError, match=r"remove or replace them\.$"):
        BayesianGaussianMixture(n_components=2).fit(X)
    assert GaussianMixture(2, missing="em", random_state=0).fit(X).converged_


def test_values_too_large_to_square_are_named():
    X = np.random.default_rng(0).normal(size=(50, 2)) * [1, 1e200]
    with pytest.raises(DataError, match=r"Column 1 spans .* too large"):
        GaussianMixture().fit(X)


def test_without_ridge_a_constant_column_is_an_error_that_helps():
    X = np.random.default_rng(0).normal(size=(50, 2)) * [1, 0]
    with pytest.raises(DegenerateFitError, match=r"Component 1 of 1 collapsed.*reg_covar"):
        GaussianMixture(reg_covar=0).fit(X)
    assert GaussianMixture().fit(X).covariances_[0, 1, 1] == pytest.approx(1e-6)


def test_parameters_held_fixed_stay(three_blobs):
    options = _options("full", three_blobs)
    model = GaussianMixture(3, **options, fixed=("means", "weights")).fit(three_blobs)
    np.testing.assert_allclose(model.means_, options["means_init"], rtol=1e-12)
    np.testing.assert_allclose(model.weights_, options["weights_init"])
    resp = model.predict_proba(three_blobs)[:, 0]
    centred = three_blobs - model.means_[0]
    want = (resp[:, None] * centred).T @ centred / resp.sum()
    np.testing.assert_allclose(model.covariances_[0], want, rtol=0.05, atol=0.05)


def test_samples_follow_the_model(three_blobs):
    model = GaussianMixture(3, random_state=0).fit(three_blobs)
    X, y = model.sample(60_000)
    assert X.shape == (60_000, 3)
    np.testing.assert_allclose(np.bincount(y) / len(y), model.weights_, atol=0.01)
    for j in range(3):
        np.testing.assert_allclose(np.cov(X[y == j].T), model.covariances_[j], rtol=0.1, atol=0.1)


def test_a_warm_start_continues(three_blobs):
    model = GaussianMixture(3, warm_start=True, max_iter=1, init_params="random", random_state=0, tol=1e-9)
    with pytest.warns(ConvergenceWarning):
        bounds = [model.fit(three_blobs).lower_bound_ for _ in range(5)]
    assert np.all(np.diff(bounds) > 0)
