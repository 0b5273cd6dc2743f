"""Compiled loops against their naive twins."""

import numpy as np
import pytest

from gmm_engine.kernels._jit import kernel
from gmm_engine.kernels.vector import exp_nonpositive, log_positive
from gmm_engine.rows import WIDE, Frame, MemoryRows
from gmm_engine.types import Params
from tests import reference


@kernel
def _exp(x, bits):
    exp_nonpositive(x, bits, x.shape[0])


@kernel
def _log(x, bits, out):
    log_positive(x, bits, out, x.shape[0])


@pytest.mark.parametrize(("real", "integer", "error"), [("f4", "i4", 2e-7), ("f8", "i8", 1e-14)])
def test_block_exp_and_log_are_as_exact_as_their_precision(real, integer, error):
    x = np.linspace(-60, 0, 4001).astype(real)
    bits = np.empty(len(x), integer)
    got = x.copy()
    _exp(got, bits)
    np.testing.assert_allclose(got, np.exp(x.astype(float)), rtol=error * 20)
    x = np.geomspace(1e-6, 1e6, 4001).astype(real)
    out = np.empty_like(x)
    _log(x, bits, out)
    np.testing.assert_allclose(out, np.log(x.astype(float)), atol=error * 20, rtol=error)


def test_block_exp_far_below_zero_is_exactly_zero():
    x = np.array([-71.0, -1e4, -1e30], np.float32)
    _exp(x, np.empty(3, np.int32))
    assert np.all(x == 0)


def _mixture(d, k, rng):
    roots = rng.normal(0, 0.5 / np.sqrt(d), (k, d, d)) + 2 * np.eye(d)
    covariances = roots @ roots.transpose(0, 2, 1)
    return rng.dirichlet(np.ones(k)), rng.normal(0, 2, (k, d)), covariances


@pytest.mark.parametrize("d", [1, 2, 3, 5, 9, WIDE, WIDE + 3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_one_estep_and_mstep_equal_the_naive_twin(d, weighted, dtype):
    rng = np.random.default_rng(d)
    k, n = 3, 700
    weights, means, covariances = _mixture(d, k, rng)
    X = rng.normal(0, 3, (n, d)).astype(dtype)
    row_weights = rng.uniform(0, 2, n).astype(dtype) if weighted else np.ones(n)
    rows = MemoryRows(X, row_weights if weighted else None)
    params = rows.frame.enter(Params(weights, means, np.linalg.cholesky(covariances)))
    stats = rows.estep(params)

    resp, score = reference.responsibilities(X.astype(float), weights, means, covariances)
    resp = resp * row_weights[:, None]
    _, want_means, want_covariances = reference.maximise(X.astype(float), resp)
    close = {"rtol": 1e-8, "atol": 1e-10} if dtype == "f8" else {"rtol": 2e-3, "atol": 2e-3}
    np.testing.assert_allclose(stats.weight, resp.sum(axis=0), **close)
    np.testing.assert_allclose(stats.means() / rows.frame.scale + rows.frame.centre, want_means, **close)
    got = stats.scatters() / stats.weight[:, None, None] / rows.frame.scale**2
    np.testing.assert_allclose(got, want_covariances, **close)
    likelihood = stats.log_likelihood + stats.total * rows.frame.log_volume
    assert likelihood == pytest.approx(float(score @ row_weights), rel=1e-9 if dtype == "f8" else 1e-4)
    largest = np.log(reference.responsibilities(X.astype(float), weights, means, covariances)[0].max(axis=1))
    assert stats.log_max == pytest.approx(float(largest @ row_weights), rel=1e-6 if dtype == "f8" else 1e-2)


@pytest.mark.parametrize("d", [1, 4])
def test_diagonal_factors_give_the_diagonal_of_the_full_statistics(d):
    rng = np.random.default_rng(3)
    X = rng.normal(0, 3, (500, d))
    rows = MemoryRows(X)
    deviations = rng.uniform(0.5, 2, (2, d))
    weights, means = np.array([0.3, 0.7]), rng.normal(size=(2, d))
    slim = rows.estep(Params(weights, means, deviations))
    full = rows.estep(Params(weights, means, deviations[:, :, None] * np.eye(d)))
    np.testing.assert_allclose(slim.weight, full.weight)
    np.testing.assert_allclose(slim.means(), full.means())
    np.testing.assert_allclose(slim.scatters(), np.diagonal(full.scatters(), axis1=1, axis2=2))


def test_given_responsibilities_weigh_the_rows(three_blobs):
    rng = np.random.default_rng(0)
    resp = rng.dirichlet(np.ones(4), len(three_blobs))
    rows = MemoryRows(three_blobs)
    stats = rows.weigh(resp)
    weights, means, covariances = reference.maximise(three_blobs, resp)
    np.testing.assert_allclose(stats.weight / len(three_blobs), weights)
    np.testing.assert_allclose(stats.means() / rows.frame.scale + rows.frame.centre, means)
    got = stats.scatters() / stats.weight[:, None, None] / rows.frame.scale**2
    np.testing.assert_allclose(got, covariances)


def test_float32_keeps_a_small_variance_far_from_the_centre():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(-100, 0.01, (5000, 1)), rng.normal(100, 0.01, (5000, 1))])
    X = X.astype(np.float32)
    rows = MemoryRows(X)
    start = Params(np.array([0.5, 0.5]), np.array([[-100.0], [100.0]]), np.full((2, 1), 0.01))
    stats = rows.estep(rows.frame.enter(start))
    deviation = np.sqrt(stats.scatters() / stats.weight[:, None])[:, 0] / rows.frame.scale
    exact = [X[:5000].astype(float).std(), X[5000:].astype(float).std()]
    np.testing.assert_allclose(deviation, exact, rtol=1e-3)


def test_results_do_not_depend_on_the_number_of_threads(three_blobs, monkeypatch):
    X = np.tile(three_blobs, (40, 1))
    params = Params(np.full(2, 0.5), np.array([[0.0] * 3, [1.0] * 3]), np.stack([np.eye(3)] * 2))
    results = []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("GMM_THREADS", threads)
        results.append(MemoryRows(X).estep(params))
    for other in results[1:]:
        assert np.array_equal(results[0].second, other.second)
        assert results[0].log_likelihood == other.log_likelihood


def test_frame_maps_parameters_there_and_back():
    rng = np.random.default_rng(0)
    weights, means, covariances = _mixture(3, 2, rng)
    params = Params(weights, means, np.linalg.cholesky(covariances))
    frame = Frame(np.array([3.0, -1.0, 1e6]), 2.0**-7)
    back = frame.leave(frame.enter(params))
    np.testing.assert_allclose(back.means, params.means, rtol=1e-9)
    np.testing.assert_array_equal(back.factors, params.factors)
