"""Row weights, the noise component, known labels and streams."""

import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from gmm_engine import DataError, GaussianMixture

CLASSIC = ("full", "tied", "diag", "spherical")


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", CLASSIC)
def test_integer_weights_equal_repeated_rows(kind, three_blobs):
    rng = np.random.default_rng(0)
    X = three_blobs[::3]
    repeats = rng.integers(0, 4, len(X))
    start = {"weights_init": np.full(3, 1 / 3), "means_init": X[[10, 150, 300]], "max_iter": 20, "tol": 0}
    start["precisions_init"] = GaussianMixture(3, covariance_type=kind, random_state=0).fit(X).precisions_
    weighted = GaussianMixture(3, covariance_type=kind, **start).fit(X, sample_weight=repeats)
    repeated = GaussianMixture(3, covariance_type=kind, **start).fit(np.repeat(X, repeats, axis=0))
    np.testing.assert_allclose(weighted.means_, repeated.means_, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(weighted.covariances_, repeated.covariances_, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(weighted.weights_, repeated.weights_, rtol=1e-10)


def test_rows_of_weight_zero_have_no_influence(three_blobs):
    weight = np.ones(len(three_blobs) + 50)
    weight[-50:] = 0
    X = np.concatenate([three_blobs, np.full((50, 3), 1e4)])
    with_zero = GaussianMixture(3, random_state=0).fit(X, sample_weight=weight)
    without = GaussianMixture(3, random_state=0).fit(three_blobs)
    np.testing.assert_allclose(with_zero.means_, without.means_, rtol=1e-6, atol=1e-8)


def _chevron(rng):
    """Two bars that meet like a roof, in uniform clutter; label -1 is clutter."""
    t = rng.uniform(0, 1, (2, 350))
    left = np.column_stack([-4 * t[0] - 0.5, 4 - 4 * t[0]]) + rng.normal(0, 0.15, (350, 2))
    right = np.column_stack([4 * t[1] + 0.5, 4 - 4 * t[1]]) + rng.normal(0, 0.15, (350, 2))
    clutter = rng.uniform([-7, -4], [7, 7], (300, 2))
    X = np.concatenate([left, right, clutter])
    return X, np.repeat([0, 1, -1], [350, 350, 300])


@pytest.mark.parametrize("seed", range(3))
def test_noise_component_tells_clutter_from_bars(seed):
    X, truth = _chevron(np.random.default_rng(seed))
    model = GaussianMixture(2, noise=True, random_state=0, tol=1e-5, max_iter=500).fit(X)
    labels = model.predict(X)
    assert adjusted_rand_score(truth, labels) > 0.8
    assert model.noise_weight_ == pytest.approx(0.3, abs=0.06)
    assert np.mean(labels[truth == -1] == -1) > 0.8
    plain = GaussianMixture(2, random_state=0).fit(X)
    assert adjusted_rand_score(truth[truth >= 0], plain.predict(X)[truth >= 0]) < 0.99
    proba = model.predict_proba(X)
    assert np.all(proba.sum(axis=1) <= 1 + 1e-9)
    assert np.all((proba.sum(axis=1) < 0.5) | (labels >= 0))
    assert model.weights_.sum() + model.noise_weight_ == pytest.approx(1)
    assert np.diff(model.lower_bounds_).min() > -1e-9
    copy = GaussianMixture.from_dict(json.loads(json.dumps(model.to_dict())))
    assert np.array_equal(copy.predict(X), labels)
    drawn, y = model.sample(2000)
    assert np.mean(y == -1) == pytest.approx(model.noise_weight_, abs=0.04)
    assert drawn[y == -1].min() >= X.min()


def test_noise_and_missing_cells_go_together():
    rng = np.random.default_rng(0)
    X, truth = _chevron(rng)
    X[rng.random(X.shape) < 0.05] = np.nan
    model = GaussianMixture(2, noise=True, missing="em", random_state=0, max_iter=300).fit(X)
    whole = ~np.isnan(X).any(axis=1)
    assert adjusted_rand_score(truth[whole], model.predict(X)[whole]) > 0.75


def test_a_few_labels_settle_which_component_is_which():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 600)
    X = np.array([[0.0, 0], [2.5, 0], [5, 0]])[truth] + rng.normal(0, 0.8, (600, 2))
    labels = np.full(600, -1)
    for j in range(3):
        labels[np.flatnonzero(truth == j)[:5]] = j
    model = GaussianMixture(3, random_state=0).fit(X, labels=labels)
    assert np.mean(model.predict(X) == truth) > 0.85
    assert np.array_equal(np.argsort(model.means_[:, 0]), [0, 1, 2])
    assert np.diff(model.lower_bounds_).min() > -1e-9


def test_all_rows_labelled_gives_the_class_moments():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 400)
    X = rng.normal(0, 1, (400, 3)) + 2 * y[:, None]
    model = GaussianMixture(2, reg_covar=0).fit(X, labels=y)
    for j in range(2):
        np.testing.assert_allclose(model.means_[j], X[y == j].mean(axis=0))
        np.testing.assert_allclose(model.covariances_[j], np.cov(X[y == j].T, bias=True), atol=1e-10)


def test_responsibilities_that_were_given_stay_as_they_are():
    rng = np.random.default_rng(0)
    X, given = rng.normal(size=(100, 2)), rng.dirichlet([1, 1], 100)
    before = given.copy()
    GaussianMixture(2, resp_init=given).fit(X, labels=np.repeat([0, 1, -1], [20, 20, 60]))
    np.testing.assert_array_equal(given, before)


def test_a_component_may_have_no_labelled_row():
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1], 200)
    X = rng.normal(0, 0.5, (400, 2)) + 5 * truth[:, None]
    labels = np.where((truth == 1) & (rng.random(400) < 0.1), 0, -1)
    model = GaussianMixture(2, random_state=0).fit(X, labels=labels)
    np.testing.assert_allclose(model.means_[0], [5, 5], atol=0.2)
    np.testing.assert_allclose(model.means_[1], [0, 0], atol=0.2)


@pytest.mark.parametrize("labels", [np.zeros(3, int), np.full(100, 7), np.full(100, 0.5)])
def test_wrong_labels_are_refused(labels):
    with pytest.raises(DataError, match="labels"):
        GaussianMixture(2).fit(np.random.default_rng(0).normal(size=(100, 2)), labels=labels)


@pytest.mark.parametrize("kind", ["full", "diag"])
def test_five_passes_in_small_batches_reach_batch_quality(kind):
    rng = np.random.default_rng(0)
    truth = np.array([[0, 0], [3, 3], [-3, 4]])
    X = truth[rng.integers(0, 3, 10_000)] + rng.normal(0, [1, 0.6], (10_000, 2))
    batch = GaussianMixture(3, covariance_type=kind, random_state=0, tol=1e-6, max_iter=500).fit(X)
    stream = GaussianMixture(3, covariance_type=kind, random_state=0)
    for _ in range(5):
        for part in np.array_split(rng.permutation(len(X)), 100):
            stream.partial_fit(X[part])
    assert stream.score(X) > batch.score(X) - 0.01


def test_a_stream_forgets_when_asked():
    rng = np.random.default_rng(0)
    stream = GaussianMixture(1)
    for _ in range(30):
        stream.partial_fit(rng.normal(0, 1, (200, 2)))
    keeps, forgets = GaussianMixture(1), stream
    for _ in range(30):
        keeps.partial_fit(rng.normal(0, 1, (200, 2)))
    for _ in range(20):
        new = rng.normal(10, 1, (200, 2))
        forgets.partial_fit(new, forgetting=0.3)
        keeps.partial_fit(new)
    np.testing.assert_allclose(forgets.means_[0], 10, atol=0.3)
    assert np.all(keeps.means_[0] < 9.5)
    with pytest.raises(DataError, match="forgetting"):
        stream.partial_fit(new, forgetting=1.5)
