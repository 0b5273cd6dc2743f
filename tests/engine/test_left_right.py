"""Alignment finds the best of all monotone paths."""

import numpy as np
import pytest

from gmm_engine.kernels.left_right import align
from tests.reference_left_right import best_path


@pytest.mark.parametrize("seed", range(5))
def test_the_path_is_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    lengths = [4, 9, 7]
    logs = rng.normal(size=(sum(lengths), 4))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    path, scores = np.empty(len(logs), np.int64), np.empty(3)
    align(logs, offsets, path, scores)
    for i in range(3):
        part = slice(offsets[i], offsets[i + 1])
        best, winner = best_path(logs[part])
        assert scores[i] == pytest.approx(best)
        assert path[part].tolist() == winner.tolist()


def test_a_recording_shorter_than_the_word_still_has_a_path():
    logs = np.zeros((3, 8))
    path, scores = np.full(3, -1), np.empty(1)
    align(logs, np.array([0, 3]), path, scores)
    assert np.isfinite(scores[0])
    assert np.all(np.diff(path) >= 0)
    assert 0 <= path.min() <= path.max() < 8
