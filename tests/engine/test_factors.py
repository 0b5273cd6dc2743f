"""The kernels for small matrices compute what the linear algebra library does."""

import numpy as np
import pytest

from gmm_engine.errors import DegenerateFitError
from gmm_engine.kernels import factors as kernels
from gmm_engine.mixture.mstep import factorise
from gmm_engine.rows import MemoryRows
from gmm_engine.rows.matrices import WIDE, moments
from gmm_engine.types import Params

SIZES = [(1, 1), (3, 1), (2, 2), (5, 4), (2, WIDE - 1), (2, WIDE)]


def covariances_of(k, d, seed=0):
    roots = np.random.default_rng(seed).normal(size=(k, d, d + 3))
    return roots @ roots.transpose(0, 2, 1)


def params_of(k, d):
    rng = np.random.default_rng(1)
    weights = rng.uniform(0.5, 1, k)
    return Params(weights / weights.sum(), rng.normal(size=(k, d)), np.linalg.cholesky(covariances_of(k, d)))


@pytest.mark.parametrize(("k", "d"), SIZES)
def test_factors_are_those_of_the_library(k, d):
    covariances = covariances_of(k, d)
    np.testing.assert_allclose(factorise(covariances), np.linalg.cholesky(covariances), atol=1e-12)


@pytest.mark.parametrize("d", [3, WIDE])
def test_the_first_singular_component_is_named(d):
    covariances = covariances_of(4, d)
    covariances[2, 0, :], covariances[2, :, 0] = covariances[2, 1, :], covariances[2, :, 1]
    covariances[3] = -np.eye(d)
    with pytest.raises(DegenerateFitError, match=r"Component [34] of 4"):
        factorise(covariances)


def test_a_covariance_that_is_no_number_is_refused():
    covariances = covariances_of(4, 3)
    covariances[1, 0, 0] = np.nan
    with pytest.raises(DegenerateFitError, match="Component 2 of 4"):
        factorise(covariances)


@pytest.mark.parametrize("kind", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize(("k", "d"), SIZES)
def test_inverses_and_constants_are_those_of_the_parameters(k, d, kind):
    params, rtol = params_of(k, d), 1e-5 if kind is np.float32 else 1e-9
    inverses, constants = np.empty((k, d, d), kind), np.empty(k, kind)
    kernels.prepare(params.weights, params.factors, np.empty(0), 2.0, inverses, constants)
    np.testing.assert_allclose(inverses, params.inverses, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(constants, params.log_constants() + 2, rtol=rtol)
    kernels.prepare(params.weights, params.factors, np.arange(k, dtype=float), 1.0, inverses, constants)
    np.testing.assert_allclose(constants, np.arange(k) + 1.0)


def test_an_empty_component_has_no_density():
    inverses, constants = np.empty((2, 1, 1)), np.empty(2)
    kernels.prepare(np.array([1.0, 0.0]), np.ones((2, 1, 1)), np.empty(0), 0.0, inverses, constants)
    assert constants[1] == -np.inf


@pytest.mark.parametrize(("k", "d"), SIZES)
def test_means_and_scatters_are_those_of_the_statistics(k, d):
    stats = MemoryRows(np.random.default_rng(2).normal(size=(200, d))).estep(params_of(k, d))
    means, scatters = moments(stats)
    np.testing.assert_allclose(means, stats.means(), atol=1e-10)
    np.testing.assert_allclose(scatters, stats.scatters(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(scatters, scatters.transpose(0, 2, 1), rtol=1e-9, atol=1e-9)
