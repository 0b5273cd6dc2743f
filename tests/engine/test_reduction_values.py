"""Reducers as values: JSON, shared mixtures, refusals, and figures of merit."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.manifold import trustworthiness

from gmm_engine import DataError, GaussianMixture, MixtureReducer, embedding_quality
from gmm_engine.reduction.fitted import METHODS
from gmm_engine.reduction.quality import Neighbourhoods


@pytest.fixture(scope="module")
def iris():
    return load_iris().data


@pytest.fixture(scope="module")
def fitted(iris):
    return {
        method: MixtureReducer(method, n_mixture=3, covariance_type="full").fit(iris) for method in METHODS
    }


@pytest.mark.parametrize("method", METHODS)
def test_json_places_rows_alike(iris, fitted, method):
    model = fitted[method]
    document = json.loads(json.dumps(model.to_dict(), allow_nan=False))
    restored = MixtureReducer.from_dict(document)
    assert restored.get_params() == model.get_params()
    for ours, theirs in zip(restored.transform(iris, True), model.transform(iris, True), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    Z = model.transform(iris)
    np.testing.assert_array_equal(restored.inverse_transform(Z), model.inverse_transform(Z))
    np.testing.assert_array_equal(restored.explained_variance_ratio_, model.explained_variance_ratio_)


@pytest.mark.parametrize(
    ("path", "value"),
    [(("format",), "other"), (("version",), 9), (("view",), None), (("view", "directions"), [[2.0]] * 4),
     (("view", "scale"), [0.0] * 4), (("mixture", "weights"), [1.0, 1.0, 1.0]), (("basis",), [[1.0]]),
     (("basis",), [[1.0, 1.0]] * 4), (("mixture", "means"), "x"), (("informative",), True),
     (("explained_variance_ratio",), [0.5]), (("eigenvalues",), [float("nan")] * 4), (("columns",), ["a"])],
    ids=lambda part: "-".join(part) if isinstance(part, tuple) else "",
)  # fmt: skip
def test_json_that_does_not_fit_is_refused(fitted, path, value):
    document = json.loads(json.dumps(fitted["gmmdr"].to_dict()))
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(DataError):
        MixtureReducer.from_dict(document)


def test_names_of_columns_are_kept_and_given(iris):
    frame = load_iris(as_frame=True).data
    model = MixtureReducer("pca").fit(frame)
    assert model.get_feature_names_out().tolist() == ["mixturereducer0", "mixturereducer1"]
    restored = MixtureReducer.from_dict(model.to_dict())
    assert restored.feature_names_in_.tolist() == list(frame.columns)
    assert model.set_output(transform="pandas").transform(frame).shape == (150, 2)


def test_methods_share_a_mixture(iris, fitted):
    shared = MixtureReducer("responsibilities", 3).fit(iris, mixture=fitted["gmmdr"])
    np.testing.assert_array_equal(shared.transform(iris), fitted["gmmdr"].memberships(iris))
    with pytest.raises(DataError, match="share a mixture"):
        MixtureReducer("mppca").fit(iris, mixture=fitted["gmmdr"])


def test_a_given_mixture_is_used_as_it_is(iris):
    mixture = GaussianMixture(3, covariance_type="diag", random_state=0).fit(iris)
    for scale in (False, True):
        model = MixtureReducer(scale=scale).fit(iris, mixture=mixture)
        order = np.argsort(-mixture.weights_)
        np.testing.assert_allclose(model.means_, mixture.means_[order])
        np.testing.assert_allclose(model.memberships(iris), mixture.predict_proba(iris)[:, order], atol=1e-8)
    with pytest.raises(DataError, match="takes no other"):
        MixtureReducer("mppca").fit(iris, mixture=mixture)
    with pytest.raises(DataError, match="4 columns"):
        MixtureReducer().fit(iris[:, :3], mixture=mixture)


def test_stopping_leaves_it_unfitted(iris):
    model = MixtureReducer(n_mixture=2, covariance_type="full")
    assert 0 <= next(model.iter_fit(iris)) <= 1
    with pytest.raises(NotFittedError):
        model.transform(iris)


def test_what_cannot_be_reduced_is_refused(iris):
    with pytest.raises(DataError, match="Every column is constant"):
        MixtureReducer().fit(np.ones((20, 3)))
    with pytest.raises(DataError, match="row 2, column 1"):
        MixtureReducer().fit([[1, 2], [3, 4], [5, np.nan]])
    with pytest.raises(DataError, match="2 coordinates are needed"):
        MixtureReducer("pca").fit(iris).inverse_transform(iris)


def test_quality_of_itself_is_full_and_noise_has_none(iris):
    y = load_iris().target
    same = embedding_quality(iris, iris, y)
    assert same.trustworthiness == pytest.approx(1, abs=1e-3)  # three flowers are alike
    assert same.separation > 0.95
    noise = embedding_quality(iris, np.random.default_rng(0).normal(size=(150, 2)), y, n_rows=100)
    assert noise.n_rows == 100
    assert noise.trustworthiness < 0.65
    assert noise.separation < 0.55
    with pytest.raises(DataError):
        embedding_quality(iris, iris[:3])


@pytest.mark.parametrize(("n", "near"), [(40, 3), (150, 10), (21, 10)])
def test_trustworthiness_is_the_usual_one(n, near):
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, 4))
    Z = X[:, :2] + 0.3 * rng.normal(size=(n, 2))
    expected = trustworthiness(X, Z, n_neighbors=min(near, (n - 1) // 2))
    assert Neighbourhoods(X, near).trustworthiness(Z) == pytest.approx(expected, abs=1e-12)
