"""Classification by one mixture per class: accuracy, probabilities, families, JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.utils.estimator_checks import parametrize_with_checks

from gmm_engine import MixtureClassifier
from gmm_engine.classify.calibration import folds, temperature
from gmm_engine.classify.learn import Shrinkage
from gmm_engine.classify.view import principal, within
from gmm_engine.errors import DataError
from gmm_engine.features.glyphs import edge_directions, square_shape, vary
from gmm_engine.rows import Frame, MemoryRows
from tests.data_dir import shared_file


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def few_digits():
    X, y = load_digits(return_X_y=True)
    return X[:600], y[:600]


def held_out(X, y, cv, **options):
    return cross_val_predict(MixtureClassifier(**options), X, y, cv=cv, method="predict_proba")


@parametrize_with_checks([MixtureClassifier()])
def test_it_is_a_scikit_learn_classifier(estimator, check):
    check(estimator)


def test_a_part_of_the_digits_is_read(few_digits):
    X, y = load_digits(return_X_y=True)
    model = MixtureClassifier().fit(*few_digits)
    assert model.image_shape_ == (8, 8)
    assert model.score(X[600:1200], y[600:1200]) > 0.94
    assert np.mean(model.held_out_proba_.argmax(axis=1) == few_digits[1]) > 0.94


@pytest.mark.slow
def test_digits_are_read_as_the_recipe_promises():
    X, y = load_digits(return_X_y=True)
    proba = held_out(X, y, StratifiedKFold(5, shuffle=True, random_state=0))
    assert np.mean(proba.argmax(axis=1) == y) >= 0.990
    assert log_loss(y, proba) <= 0.035


@pytest.mark.slow
def test_digits_of_writers_who_were_not_seen_are_read():
    X, y = load_digits(return_X_y=True)
    assert np.mean(held_out(X, y, StratifiedKFold(5), calibrate=False).argmax(axis=1) == y) >= 0.980


@pytest.mark.slow
def test_larger_bitmaps_are_read():
    with np.load(shared_file("digits/semeion.npz")) as stored:
        X, y = stored["X"].reshape(len(stored["y"]), -1).astype(float), stored["y"]
    proba = held_out(X, y, StratifiedKFold(5, shuffle=True, random_state=0))
    assert np.mean(proba.argmax(axis=1) == y) >= 0.955


@pytest.mark.slow
def test_bitmaps_of_writers_who_were_not_seen_are_read():
    with np.load(shared_file("digits/semeion.npz")) as stored:
        X, y = stored["X"].reshape(len(stored["y"]), -1).astype(float), stored["y"]
    model = MixtureClassifier().fit(X, y)  # holds neighbouring rows out together
    assert np.mean(model.held_out_proba_.argmax(axis=1) == y) >= 0.975


def test_temperature_makes_overconfident_scores_true():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 3))
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    drawn = (proba.cumsum(axis=1) < rng.uniform(size=(4000, 1))).sum(axis=1)
    assert temperature(5 * logits, drawn) == pytest.approx(5, rel=0.1)


def test_every_class_is_in_every_training_part():
    index = np.repeat([0, 1, 2], [2, 7, 30])
    fold = folds(index, 5)
    assert fold.max() == 1
    for held in (0, 1):
        assert set(index[fold != held]) == {0, 1, 2}
    assert folds(np.array([0, 1, 1]), 5) is None


def test_shrinkage_is_between_own_and_common_covariance():
    rng = np.random.default_rng(1)
    Z = rng.normal(size=(200, 3)) * [1, 2, 3]
    rows = MemoryRows(Z, frame=Frame(np.zeros(3)))
    stats = rows.weigh(np.ones((200, 1)))
    pooled = np.diag([2.0, 2.0, 2.0])
    own = Shrinkage(pooled, 0.0, 0.0)(stats).covariances()[0]
    np.testing.assert_allclose(own, np.cov(Z.T, bias=True), rtol=1e-10)
    leaning = Shrinkage(pooled, 0.2, 0.1)(stats).covariances()[0]
    np.testing.assert_allclose(leaning, 0.7 * own + 0.3 * pooled, rtol=1e-10)


def test_the_view_goes_there_and_back(few_digits):
    X, y = few_digits
    seen = principal(X, y, 40, one_unit=True)
    Z = seen(X)
    assert Z.shape == (600, 40)
    assert np.trace(within(Z, y)) == pytest.approx(40)
    np.testing.assert_allclose(seen(seen.undo(Z)), Z, atol=1e-9)


def test_units_of_columns_do_not_matter(iris):
    X, y = iris
    first = MixtureClassifier().fit(X, y).predict_proba(X)
    np.testing.assert_allclose(
        MixtureClassifier().fit(X * [1, 10, 0.01, 1000], y).predict_proba(X * [1, 10, 0.01, 1000]),
        first,
        atol=1e-6,
    )


@pytest.mark.parametrize("family", ["EII", "VVI", "EEE", "VVV", "diag"])
def test_families_fit_each_class(iris, family):
    X, y = iris
    model = MixtureClassifier(2, covariance_type=family).fit(X, y)
    assert model.score(X, y) > 0.94
    assert model.owners().tolist() == [0, 0, 1, 1, 2, 2]


def test_one_gaussian_per_class_is_discriminant_analysis(iris):
    X, y = iris
    quadratic = MixtureClassifier(1, covariance_type="VVV", reg_covar=0, calibrate=False).fit(X, y)
    reference = QuadraticDiscriminantAnalysis().fit(X, y)
    assert np.mean(quadratic.predict(X) == reference.predict(X)) > 0.98
    linear = MixtureClassifier(covariance_type="EEE", shared=True, reg_covar=0, calibrate=False).fit(X, y)
    np.testing.assert_array_equal(linear.predict(X), LinearDiscriminantAnalysis().fit(X, y).predict(X))


def test_bic_chooses_components_per_class():
    rng = np.random.default_rng(2)
    rings = np.concatenate([rng.normal(0, 1, (200, 2)), rng.normal(8, 1, (200, 2))])
    X, y = np.concatenate([rings, rng.normal(4, 1, (200, 2))]), np.repeat([0, 1], [400, 200])
    model = MixtureClassifier(covariance_type="VVI").fit(X, y)
    assert np.bincount(model.owners()).tolist() == [2, 1]
    assert model.score(X, y) > 0.98


def test_models_travel_as_json(few_digits):
    X, y = few_digits
    model = MixtureClassifier(n_varied=1).fit(X, y)
    back = MixtureClassifier.from_dict(json.loads(json.dumps(model.to_dict())))
    np.testing.assert_allclose(back.predict_proba(X), model.predict_proba(X), atol=1e-5)
    assert back.image_shape_ == (8, 8)
    np.testing.assert_allclose(back.centres(), model.centres(), atol=1e-5)


@pytest.mark.parametrize("edges", [None, 3, {}, "own"])
def test_a_picture_reader_without_its_edges_is_refused(few_digits, edges):
    X, y = few_digits
    document = MixtureClassifier(n_varied=0, calibrate=False).fit(X, y).to_dict()
    if edges == "own":
        edges = {name: document[name] for name in ("view", "mixtures", "owner")}
    with pytest.raises(DataError, match=r"edges|view"):
        MixtureClassifier.from_dict({**document, "edges": edges})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "other"), ("version", 9), ("classes", [1]), ("classes", [[1], [2]]),
        ("classes", [1, 1, 2]),
        ("temperature", 0), ("temperature", "hot"), ("owner", [0, 0, 1]), ("owner", [0, 2, 1]), ("view", 3),
        ("mixtures", None), ("image_shape", [3, 3]), ("settings", None), ("settings", {"n_components": -1}),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_in_words(iris, field, value):
    model = MixtureClassifier(1, calibrate=False).fit(*iris)
    with pytest.raises(ValueError, match=r"(?i)field|parameter"):
        MixtureClassifier.from_dict({**model.to_dict(), field: value})


def test_new_rows_resemble_their_class(few_digits):
    model = MixtureClassifier(n_varied=1).fit(*few_digits)
    new = model.sample(50, 3, random_state=0)
    assert new.shape == (50, 64)
    assert np.mean(model.predict(new) == 3) > 0.9
    with pytest.raises(DataError, match="not among"):
        model.sample(1, 11)


def test_wrong_input_is_refused_in_words(iris):
    X, y = iris
    with pytest.raises(DataError, match="labels"):
        MixtureClassifier().fit(X, y[:-1])
    with pytest.raises(DataError, match="one class"):
        MixtureClassifier().fit(X, np.zeros(len(X)))
    with pytest.raises(DataError, match="shrinkage"):
        MixtureClassifier(shrinkage=(0.9, 0.2)).fit(X, y)
    with pytest.raises(DataError, match="pixels"):
        MixtureClassifier(image_shape=(8, 8)).fit(X, y)
    with pytest.raises(NotFittedError):
        MixtureClassifier().predict(X)


def test_pictures_are_told_from_tables():
    X, _ = load_digits(return_X_y=True)
    rng = np.random.default_rng(3)
    assert square_shape(X) == (8, 8)
    assert square_shape(X[:, rng.permutation(64)]) is None
    assert square_shape(rng.uniform(size=(500, 64))) is None
    assert square_shape(rng.uniform(size=(500, 64)).cumsum(axis=1)) is None


def test_varied_pictures_stay_close(few_digits):
    pictures = few_digits[0].reshape(-1, 8, 8)
    varied = vary(pictures, np.random.RandomState(0))
    assert varied.min() >= 0
    assert varied.max() <= 16
    nearest = np.corrcoef(pictures.ravel(), varied.ravel())[0, 1]
    assert 0.7 < nearest < 0.999


def test_directions_of_edges_ignore_ink_and_know_turns():
    picture = np.zeros((1, 12, 12))
    picture[0, 1:11, 5:7] = 16
    found = edge_directions(picture)
    assert found.shape == (1, 128)
    assert np.square(found).sum() == pytest.approx(1)
    np.testing.assert_allclose(edge_directions(picture / 4), found, atol=1e-12)
    by_direction = np.square(found).reshape(8, 16).sum(axis=1)
    turned = np.square(edge_directions(np.rot90(picture, axes=(1, 2)))).reshape(8, 16).sum(axis=1)
    np.testing.assert_allclose(np.roll(by_direction, 2), turned, atol=1e-9)
    assert edge_directions(np.zeros((2, 8, 8))).tolist() == np.zeros((2, 128)).tolist()
    np.testing.assert_array_equal(edge_directions(np.concatenate([picture, picture * 9]))[:1], found)


def test_pictures_are_read_alone_as_among_others(few_digits):
    X, y = few_digits
    model = MixtureClassifier(n_varied=1, calibrate=False).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X[:5])[3:4], model.predict_proba(X[3:4]), atol=1e-9)
