"""The recursions equal their plain twins, also where probabilities are extreme."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_engine.kernels import hmm
from gmm_engine.regimes import chain
from gmm_engine.regimes.chain import Chain, ChainRule
from tests import reference_hmm as twin


def _case(seed, n, k, spread=3.0):
    rng = np.random.default_rng(seed)
    transition = rng.dirichlet(np.ones(k), k)
    return rng.normal(0, spread, (n, k)), transition, rng.dirichlet(np.ones(k))


@pytest.mark.parametrize(("n", "k"), [(1, 2), (2, 3), (9, 1), (300, 2), (1000, 5)])
def test_smoothing_equals_the_log_space_twin(n, k):
    logs, transition, initial = _case(n + k, n, k)
    wanted, pairs, total = twin.forward_backward(logs, transition, initial)
    found = chain.smooth(logs.copy(), Chain(transition, initial))
    np.testing.assert_allclose(found.probabilities, wanted, atol=1e-11)
    np.testing.assert_allclose(found.pairs, pairs, atol=1e-9)
    assert found.log_likelihood == pytest.approx(total, abs=1e-9)


def test_filtering_equals_the_twin():
    logs, transition, initial = _case(5, 400, 3)
    wanted, total = twin.filtered(logs, transition, initial)
    found = chain.filtered(logs, Chain(transition, initial))
    np.testing.assert_allclose(found.probabilities, wanted, atol=1e-11)
    assert found.log_likelihood == pytest.approx(total, abs=1e-9)


def test_hostile_densities_neither_overflow_nor_vanish():
    logs, transition, initial = _case(6, 500, 3, spread=200.0)
    transition = np.array([[1 - 2e-6, 1e-6, 1e-6], [1e-6, 1 - 2e-6, 1e-6], [0.5, 0.25, 0.25]])
    wanted, _, total = twin.forward_backward(logs, transition, initial)
    found = chain.smooth(logs.copy(), Chain(transition, initial))
    np.testing.assert_allclose(found.probabilities, wanted, atol=1e-9)
    assert found.log_likelihood == pytest.approx(total, rel=1e-12)


def test_a_row_impossible_under_every_regime_keeps_probabilities():
    logs = np.zeros((20, 2))
    logs[7] = -np.inf
    found = chain.smooth(logs, Chain(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0.5, 0.5])))
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)


def test_long_series_keep_their_precision():
    logs, transition, initial = _case(7, 200_000, 3)
    density = logs.copy()
    hmm.relative_densities(density)
    found = chain.smooth(logs.copy(), Chain(transition, initial))
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-12)
    assert found.pairs.sum() == pytest.approx(199_999, rel=1e-12)
    assert density.max() == 1.0


def test_viterbi_finds_the_best_of_all_paths():
    for seed in range(5):
        logs, transition, initial = _case(seed, 7, 3, spread=1.0)
        found = chain.decode(logs, Chain(transition, initial))
        np.testing.assert_array_equal(found, twin.best_path(logs, transition, initial))


def test_the_stationary_distribution_is_left_alone():
    transition = np.array([[0.9, 0.1, 0.0], [0.0, 0.8, 0.2], [0.3, 0.0, 0.7]])
    stationary = chain.stationary(transition)
    np.testing.assert_allclose(stationary @ transition, stationary, atol=1e-12)
    np.testing.assert_allclose(np.linalg.matrix_power(transition, 500)[0], stationary, atol=1e-9)


def test_without_memory_every_row_of_the_transition_matrix_is_the_same():
    smoothed = chain.Smoothed(np.array([[0.2, 0.8], [0.4, 0.6]]), np.ones((2, 2)), 0.0)
    learned = ChainRule(memory=False).learn(smoothed, Chain(np.full((2, 2), 0.5), np.full(2, 0.5)))
    np.testing.assert_allclose(learned.transition, [[0.3, 0.7], [0.3, 0.7]])
    assert not learned.memory
