"""Dimension reduction by a mixture: directions, planes, uncertainty, the way back, JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture as SklearnMixture
from sklearn.utils.estimator_checks import parametrize_with_checks

from gmm_engine import MixtureReducer, em, embedding_quality, select_model
from gmm_engine.data.generate import moons
from gmm_engine.reduction import directions, subspaces
from gmm_engine.reduction.fitted import METHODS
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Params
from tests.data_dir import shared_file
from tests.engine.test_selection import load
from tests.reference_reduction import plane_log_density, posterior_by_sampling

QUICK = {"n_mixture": 3, "covariance_type": "full"}


@pytest.fixture(scope="module")
def iris():
    return load_iris().data


@pytest.fixture(scope="module")
def fitted(iris):
    return {method: MixtureReducer(method, **QUICK).fit(iris) for method in METHODS}


def reference(name):
    kept = json.loads(shared_file(f"mclust/{name}_mclustdr.json").read_text())
    return np.array(kept["basis"]), np.array(kept["evalues"])


def up_to_sign(found, wanted):
    return np.abs(found * np.sign((found * wanted).sum(axis=0)) - wanted).max()


@parametrize_with_checks(
    [MixtureReducer(n_mixture=2, covariance_type="diag"), MixtureReducer("mppca", n_mixture=2),
     MixtureReducer("responsibilities", n_mixture=2, covariance_type="tied"), MixtureReducer("pca")]
)  # fmt: skip
def test_it_is_a_scikit_learn_transformer(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([MixtureReducer()])
def test_it_is_a_scikit_learn_transformer_untuned(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", ["iris", "banknote"])
def test_directions_are_mclusts_for_mclusts_mixture(name):
    X, (basis, values) = load(name), reference(name)
    kept = json.loads(shared_file(f"mclust/{name}.json").read_text())["parameters"]
    factors = np.linalg.cholesky(np.array(kept["covariances"]))
    params = Params(np.array(kept["pro"]), np.array(kept["mean"]), factors)
    total = np.cov(X, rowvar=False, bias=True)
    found, eigenvalues, informative = directions.of_mixture(params, total, X.shape[1], 1.0)
    assert informative == basis.shape[1]
    assert up_to_sign(found[:, :informative], basis) < 1e-9
    np.testing.assert_allclose(eigenvalues, values, atol=1e-9)


def test_untuned_directions_on_iris_are_mclusts():
    X, (basis, values) = load("iris"), reference("iris")
    model = MixtureReducer().fit(X)
    assert model.n_informative_ == 1
    assert up_to_sign(model.components_[:1].T, basis) < 1e-5
    np.testing.assert_allclose(model.eigenvalues_, values, atol=1e-5)


def test_directions_on_banknotes_come_from_a_likelier_mixture_than_mclusts():
    X, (basis, _) = load("banknote"), reference("banknote")
    kept = json.loads(shared_file("mclust/banknote.json").read_text())
    mixture = select_model(X, [3], "VVE").best_model
    assert mixture.bic(X) < -kept["bic"]
    ours, theirs = MixtureReducer().fit(X, mixture=mixture).transform(X), X @ basis
    canonical = np.linalg.svd(_orthonormal(ours).T @ _orthonormal(theirs))[1]
    assert canonical.min() > 0.97


def _orthonormal(Z):
    return np.linalg.qr(Z - Z.mean(axis=0))[0]


def test_the_covariances_count_by_their_share():
    factors = np.stack([np.diag([1.0, 1, 4]), np.eye(3)])
    params = Params(np.array([0.5, 0.5]), np.array([[-1.0, 0, 0], [1, 0, 0]]), factors)
    total = np.diag([2.0, 1, 8.5])
    for share, axis in ((0.0, 2), (1.0, 0)):
        found, values, informative = directions.of_mixture(params, total, 2, share)
        np.testing.assert_allclose(found[:, 0], np.eye(3)[axis], atol=1e-9)
        assert informative == 1
        assert values[1] < 1e-9
    both, _, informative = directions.of_mixture(params, total, 3, 0.5)
    assert informative == 2
    np.testing.assert_allclose(both[:, 2], [0, 1, 0], atol=1e-9)


def test_where_means_are_silent_covariances_speak(iris):
    model = MixtureReducer("gmmdr", 4, n_mixture=2, covariance_type="full").fit(iris)
    assert model.n_informative_ == 1
    Z = model.transform(iris)
    assert Z.shape == (150, 4)
    np.testing.assert_allclose(np.corrcoef(Z.T), np.eye(4), atol=1e-8)
    np.testing.assert_allclose(np.linalg.norm(model.components_, axis=1), 1)
    assert model.explained_variance_ratio_.sum() == pytest.approx(1)


def test_pca_is_scikit_learns(iris):
    ours, theirs = MixtureReducer("pca", 3).fit(iris), PCA(3).fit(iris)
    np.testing.assert_allclose(np.abs(ours.components_), np.abs(theirs.components_), atol=1e-9)
    np.testing.assert_allclose(ours.explained_variance_ratio_, theirs.explained_variance_ratio_)
    Z = ours.transform(iris)
    np.testing.assert_allclose(np.abs(Z), np.abs(theirs.transform(iris)), atol=1e-9)
    back = theirs.inverse_transform(theirs.transform(iris))
    np.testing.assert_allclose(ours.inverse_transform(Z), back, atol=1e-9)


def test_one_plane_is_probabilistic_pca(iris):
    model = MixtureReducer("mppca", 2, n_mixture=1).fit(iris)
    pca = PCA(2).fit(iris)
    frame = Frame(np.zeros(4))
    log_density = MemoryRows(iris - iris.mean(axis=0), frame=frame).score(model._reduction.params)[0]
    assert log_density.mean() == pytest.approx(pca.score(iris), abs=1e-3)
    shrunk = model.transform(iris)
    full = (iris - model.mean_) @ model.components_.T
    noise = pca.noise_variance_ / pca.explained_variance_
    np.testing.assert_allclose(shrunk, full * (1 - noise), atol=2e-3)


def test_planes_are_the_formula(iris):
    params = MixtureReducer("mppca", 2, n_mixture=3).fit(iris)._reduction.params
    loadings, noise = subspaces.taken_apart(params, 2)
    centred = iris - iris.mean(axis=0)
    ours = MemoryRows(centred, frame=Frame(np.zeros(4))).score(params)[0]
    np.testing.assert_allclose(
        ours, plane_log_density(centred, params.weights, params.means, loadings, noise)
    )


def test_every_step_of_the_planes_raises_the_likelihood(iris):
    rows = MemoryRows(iris)
    first = subspaces.mstep(rows, 2)(rows.weigh(np.random.default_rng(0).dirichlet(np.ones(3), 150)), None)
    steps = em.run(rows, first, subspaces.mstep(rows, 2), tol=1e-6, max_iter=200)
    bounds = [step.bound for step in steps]
    assert len(bounds) > 5
    assert np.all(np.diff(bounds) > -1e-9)


def test_posterior_moments_are_those_of_samples(iris):
    model = MixtureReducer("mppca", 2, n_mixture=3).fit(iris)
    reduction = model._reduction
    row = iris[[60, 100]]
    draws = posterior_by_sampling(
        row - model.mean_, reduction.params.weights, reduction.params.means,
        *subspaces.taken_apart(reduction.params, reduction.n_latent), 200_000,
    )  # fmt: skip
    places = draws @ reduction.basis
    Z, std = model.transform(row, return_std=True)
    np.testing.assert_allclose(places.mean(axis=1), Z, atol=0.01)
    np.testing.assert_allclose(places.std(axis=1), std, rtol=0.02)
    covariances = np.stack([np.cov(part.T) for part in places])
    np.testing.assert_allclose(model.posterior_covariances(row), covariances, atol=0.003)


def test_the_moons_recipe():
    X = moons().matrix()
    model = MixtureReducer("responsibilities", n_mixture=5, covariance_type="tied").fit(X)
    proba = model.memberships(X)
    assert proba.shape == (1000, 5)
    np.testing.assert_array_equal(model.transform(X), proba[:, :2])
    theirs = SklearnMixture(5, covariance_type="tied", n_init=5, random_state=0).fit(X)
    assert len(np.unique(proba.argmax(axis=1))) == len(np.unique(theirs.predict(X))) == 5
    Z, std = model.transform(X, return_std=True)
    np.testing.assert_allclose(std, np.sqrt(Z * (1 - Z)), atol=1e-9)
    between = model.posterior_covariances(X)[:, 0, 1]
    np.testing.assert_allclose(between, -Z[:, 0] * Z[:, 1], atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_the_way_back_has_the_same_coordinates(iris, fitted, method):
    model = fitted[method]
    Z = model.transform(iris)
    back = model.inverse_transform(Z)
    assert back.shape == iris.shape
    error = np.square(iris - back).sum() / np.square(iris - iris.mean(axis=0)).sum()
    assert error < {"responsibilities": 0.4, "gmmdr": 0.2}.get(method, 0.05)
    if method in ("pca", "gmmdr"):
        np.testing.assert_allclose(model.transform(back), Z, atol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_a_row_in_doubt_is_less_certain(iris, fitted, method):
    model = fitted[method]
    Z, std = model.transform(iris, return_std=True)
    assert Z.shape == std.shape == (150, 2)
    proba = model.memberships(iris)
    doubt, sure = proba.max(axis=1).argmin(), proba.max(axis=1).argmax()
    if method == "pca":
        np.testing.assert_allclose(std, np.tile(std[0], (150, 1)))
    else:
        assert std[doubt].sum() > std[sure].sum()


@pytest.mark.parametrize("method", METHODS)
def test_many_columns_constant_and_repeated_ones(method):
    X, y = load_digits(return_X_y=True)
    X = np.concatenate([X[:600], X[:600, 20:30], np.full((600, 1), 7.0)], axis=1)
    model = MixtureReducer(method, 3, n_mixture=4, covariance_type="tied").fit(X)
    Z, std = model.transform(X, return_std=True)
    assert Z.shape == std.shape == (600, 3)
    assert np.all(np.isfinite(std))
    assert np.all(np.isfinite(model.inverse_transform(Z)))


def test_planes_keep_more_of_the_digits_than_pca():
    X, y = load_digits(return_X_y=True)
    X, y = X[:900], y[:900]
    planes = MixtureReducer("mppca", n_mixture=9).fit(X)
    pca = MixtureReducer("pca").fit(X)
    ours, theirs = (embedding_quality(X, model.transform(X), y) for model in (planes, pca))
    assert ours.trustworthiness > theirs.trustworthiness + 0.03
    assert ours.separation > theirs.separation + 0.1


def test_units_do_not_matter_once_scaled():
    X = load_wine().data
    first = MixtureReducer(scale=True, **QUICK).fit(X)
    other = MixtureReducer(scale=True, **QUICK).fit(X * 1000 + 5)
    np.testing.assert_allclose(other.transform(X * 1000 + 5), first.transform(X), atol=1e-6)
    auto = MixtureReducer(scale="auto", **QUICK).fit(X)
    np.testing.assert_array_equal(auto.scale_, first.scale_)
    assert MixtureReducer("pca", scale="auto").fit(load_iris().data).scale_.tolist() == [1] * 4


def test_a_far_offset_costs_no_digits(iris, fitted):
    for method, model in fitted.items():
        far = clone(model).fit(iris + 1e6)
        np.testing.assert_allclose(
            far.transform(iris + 1e6), model.transform(iris), atol=1e-4, err_msg=method
        )


@pytest.mark.parametrize("family", ["auto", "diag", "EEE"])
def test_many_rows_are_fitted_on_all_of_them(family):
    rng = np.random.default_rng(0)
    means = np.array([[0.0, 0, 0], [6, 0, 0], [0, 6, 0]])
    X = means[rng.integers(0, 3, 6000)] + rng.normal(size=(6000, 3))
    for method in ("gmmdr", "mppca"):
        model = MixtureReducer(method, covariance_type=family).fit(X)
        assert len(model.weights_) == 3
        gaps = np.linalg.norm(model.means_[:, None] - means, axis=2).min(axis=0)
        assert gaps.max() < 0.1
        assert np.abs(model.components_[:, 2]).max() < 0.1
