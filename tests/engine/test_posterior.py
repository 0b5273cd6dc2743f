"""What a variational mixture says about the components it needs, and how it travels."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gmm_engine import BayesianGaussianMixture, DataError, GaussianMixture
from gmm_engine.mixture.posterior import count_used

PRIORS = ("dirichlet_process", "dirichlet_distribution")


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(4)
    return np.concatenate([rng.normal(0, 1, (60, 2)), rng.normal(7, 1, (30, 2))])


def fitted(X, **options):
    return BayesianGaussianMixture(n_components=5, random_state=0, max_iter=500, **options).fit(X)


def naive(proba, n_draws, rng):
    """Every row drawn every time."""
    k = proba.shape[1]
    found = np.zeros(k + 1)
    for _ in range(n_draws):
        found[len({int(rng.choice(k, p=row)) for row in proba})] += 1
    return found / n_draws


@pytest.mark.parametrize("sharpness", [0.3, 3.0, 60.0])
def test_used_components_are_counted_as_if_every_row_were_drawn(sharpness):
    rng = np.random.default_rng(1)
    proba = np.exp(sharpness * rng.normal(size=(25, 4)) - np.array([0, 0, 2 * sharpness, 4 * sharpness]))
    proba /= proba.sum(axis=1, keepdims=True)
    slow, quick = naive(proba, 2000, rng), count_used(proba, 2000, rng)
    np.testing.assert_allclose(quick, slow, atol=0.05)
    assert quick.sum() == pytest.approx(1)


def test_two_components_are_used_with_the_probability_that_theory_gives():
    p = np.array([0.99, 0.95, 0.9])
    found = count_used(np.column_stack([p, 1 - p]), 20_000, np.random.default_rng(0))
    one = p.prod() + (1 - p).prod()
    np.testing.assert_allclose(found, [0, one, 1 - one], atol=0.01)


def test_rows_that_are_sure_use_all_they_belong_to():
    assert count_used(np.eye(3)[[0, 0, 1]], 50, np.random.default_rng(0)).tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize("prior", PRIORS)
def test_fractions_of_the_stick_give_the_weights(groups, prior):
    model = fitted(groups, weight_concentration_prior_type=prior)
    low, mean, high = model.stick_fractions()
    assert np.all((low <= mean) & (mean <= high))
    pieces = mean * np.concatenate([[1.0], np.cumprod(1 - mean)[:-1]])
    np.testing.assert_allclose(pieces / pieces.sum(), model.weights_, atol=1e-12)


def test_bands_of_a_dirichlet_are_those_of_its_draws(groups):
    model = fitted(groups, weight_concentration_prior_type=PRIORS[1])
    draws = np.random.default_rng(0).dirichlet(model.weight_concentration_, 20_000)
    left = 1 - np.cumsum(draws, axis=1) + draws
    low, _, high = model.stick_fractions(0.8)
    fractions = draws / left
    np.testing.assert_allclose(low[:2], np.quantile(fractions, 0.1, axis=0)[:2], atol=0.01)
    np.testing.assert_allclose(high[:2], np.quantile(fractions, 0.9, axis=0)[:2], atol=0.01)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])
def test_a_posterior_survives_json(groups, kind, prior):
    model = fitted(groups, covariance_type=kind, weight_concentration_prior_type=prior)
    document = json.loads(json.dumps(model.to_dict()))
    back = BayesianGaussianMixture.from_dict(document)
    np.testing.assert_allclose(back.predict_proba(groups), model.predict_proba(groups), atol=1e-9)
    np.testing.assert_allclose(back.stick_fractions(), model.stick_fractions(), atol=1e-9)
    plain = GaussianMixture.from_dict(document)
    np.testing.assert_allclose(plain.means_, model.means_)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"posterior": None}, "no posterior"),
        ({"covariance_type": "VVV"}, "no posterior"),
        ({"posterior": {"prior": "flat"}}, "'prior'"),
        ({"posterior": {"prior": PRIORS[0], "weight_concentration": [[1.0]]}}, "weight_concentration"),
    ],
    ids=["absent", "another type", "unknown prior", "wrong shape"],
)
def test_a_document_that_is_no_posterior_is_refused(groups, change, word):
    with pytest.raises(DataError, match=word):
        BayesianGaussianMixture.from_dict(fitted(groups).to_dict() | change)
