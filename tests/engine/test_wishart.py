"""The kernels of variational posteriors compute what plain formulas do."""

import numpy as np
import pytest
from scipy.special import digamma

from gmm_engine.kernels import wishart as kernels
from tests import reference_variational as naive

SIZES = [(1, 1), (3, 2), (4, 5)]


def made(k, d):
    """A prior, and means, worth, freedoms and covariances of k posteriors."""
    rng = np.random.default_rng(10 * k + d)
    roots = rng.normal(size=(k + 1, d, d + 3))
    covariances = roots @ roots.transpose(0, 2, 1)
    prior = (rng.normal(size=d), 0.7, covariances[k], 0.01)
    return prior, rng.normal(size=(k, d)), rng.uniform(0.8, 90, k), d + rng.uniform(0, 90, k), covariances[:k]


def test_digamma_is_right_to_rounding():
    x = np.concatenate([np.geomspace(1e-3, 1e6, 400), [1.0, 1.4616321449683622, 9.999999, 10.0]])
    np.testing.assert_allclose([kernels.digamma(each) for each in x], digamma(x), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("k", [1, 2, 12])
def test_sticks_are_broken_as_by_hand(k):
    sticks = np.random.default_rng(k).uniform(0.01, 300, (2, k))
    weights, log_sticks, log_weights = np.empty(k), np.empty((2, k)), np.empty(k)
    kernels.break_sticks(sticks, weights, log_sticks, log_weights)
    for found, plain in zip((weights, log_sticks, log_weights), naive.broken(sticks), strict=True):
        np.testing.assert_allclose(found, plain, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("tied", [False, True], ids=["full", "tied"])
@pytest.mark.parametrize(("k", "d"), SIZES)
def test_posteriors_combine_rows_and_prior(k, d, tied):
    prior, found, weight, freedoms, scatters = made(k, d)
    means, covariances = np.empty((k, d)), np.empty((k, d, d))
    kernels.combine(weight, found, scatters, prior, freedoms, tied, means, covariances)
    plain = [naive.combined(*each, prior, 1.0) for each in zip(weight, found, scatters, strict=True)]
    inverse = np.array([each for _, each in plain])
    inverse = np.repeat(inverse.mean(axis=0)[None], k, axis=0) if tied else inverse
    np.testing.assert_allclose(means, [mean for mean, _ in plain], rtol=1e-12)
    np.testing.assert_allclose(covariances, inverse / freedoms[:, None, None], rtol=1e-11)


@pytest.mark.parametrize(("k", "d"), SIZES)
def test_expectations_and_divergence_are_those_of_the_distributions(k, d):
    prior, means, worth, freedoms, covariances = made(k, d)
    factors, logs = np.linalg.cholesky(covariances), np.empty(k)
    kernels.expect(freedoms, np.ascontiguousarray(np.diagonal(factors, axis1=1, axis2=2)), logs)
    each = zip(freedoms, covariances, strict=True)
    np.testing.assert_allclose(logs, [naive.expected_log_precision(*pair) for pair in each], rtol=1e-11)
    normaliser = naive.log_normaliser(d + 1.5, prior[2])
    found = kernels.diverge(means, worth, freedoms, factors, logs, prior, d + 1.5, normaliser)
    every = zip(means, worth, freedoms, covariances, strict=True)
    plain = sum(naive.divergence(*one, prior, d + 1.5) for one in every)
    assert found == pytest.approx(plain, rel=1e-10)
    assert found > 0
