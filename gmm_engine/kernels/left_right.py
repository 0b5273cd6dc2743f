"""The best path of a recording through states that are visited from left to right."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

Array = np.ndarray


@inlined
def _step_back(score: Array, state: int, most: int) -> int:
    """How many states back (0 to `most`) the best predecessor of `state` lies."""
    best, where = score[state], 0
    for back in range(1, min(most, state) + 1):
        if score[state - back] > best:
            best, where = score[state - back], back
    return where


@kernel
def align(log_density: Array, offsets: Array, path: Array, scores: Array) -> None:
    """Viterbi alignment of each recording with the states of one word.

    log_density (t, s): log density of every frame in each of the s states. offsets (n + 1):
    where recordings begin. path (t,) receives the state of each frame, scores (n,) the sum
    of log densities along the best path. A path starts in the first state, ends in the last
    and skips none; a recording with fewer frames than states may start and end anywhere and
    skip one state at a time.
    """
    s = log_density.shape[1]
    score, following = np.empty(s), np.empty(s)
    for i in range(len(offsets) - 1):
        begin, frames = offsets[i], offsets[i + 1] - offsets[i]
        short = frames < s
        most = 2 if short else 1
        back = np.zeros((frames, s), np.uint8)
        for j in range(s):
            score[j] = log_density[begin, j] if short or j == 0 else -np.inf
        for t in range(1, frames):
            for j in range(s):
                back[t, j] = _step_back(score, j, most)
                following[j] = score[j - back[t, j]] + log_density[begin + t, j]
            score[:] = following
        state = int(np.argmax(score)) if short else s - 1
        scores[i] = score[state]
        for t in range(frames - 1, -1, -1):
            path[begin + t] = state
            state -= back[t, state]
