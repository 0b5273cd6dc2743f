"""Where regime EM starts, and the best of several runs.

Regimes last, so they show in moving averages: of the series where their levels differ,
of its squared deviations where their spreads do. A mixture of each average gives
responsibilities; short runs on a sample of blocks choose among them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import cast

import numpy as np
from scipy.ndimage import uniform_filter1d

from gmm_engine.features.season import filled
from gmm_engine.regimes.learn import Learner, State
from gmm_engine.regimes.observed import Observed
from gmm_engine.regimes.small import memberships, small_mixture
from gmm_engine.types import Array, Run

LEVEL_WIDTHS = (1, 5)
SPREAD_WIDTHS = (5, 15)
RANDOM_STARTS = 1
SHORT_STEPS = 10
FINALISTS = 2
BLOCKS, BLOCK_ROWS = 20, 1000


def sample_blocks(y: Array) -> Array:
    """A long series cut to evenly spaced blocks of consecutive rows; a short one as it is."""
    n = len(y)
    if n <= 2 * BLOCKS * BLOCK_ROWS:
        return y
    first = np.linspace(0, n - BLOCK_ROWS, BLOCKS).astype(int)
    return np.concatenate([y[start : start + BLOCK_ROWS] for start in first])


def candidates(y: Array, k: int, rng: np.random.RandomState) -> Iterator[Array]:
    """Responsibilities (n, k) to start from, for a series (n, d) that may have gaps."""
    whole = np.column_stack([filled(column) for column in y.T])
    for width in LEVEL_WIDTHS:
        yield _soft_labels(uniform_filter1d(whole, width, axis=0, mode="nearest"), k, rng)
    deviation = np.square(whole - np.median(whole, axis=0))
    for width in SPREAD_WIDTHS:
        spread = uniform_filter1d(deviation, width, axis=0, mode="nearest")
        floor = 1e-3 * deviation.mean(axis=0) + np.finfo(float).tiny
        yield _soft_labels(np.log(spread + floor), k, rng)
    for _ in range(RANDOM_STARTS):
        yield rng.dirichlet(np.ones(k), len(y))


def _soft_labels(x: Array, k: int, rng: np.random.RandomState) -> Array:
    x = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), np.finfo(float).tiny)
    return memberships(x, small_mixture(x, k, rng, family="EEE", ridge=1e-6))


def split(resp: Array, components: int, rng: np.random.RandomState) -> Array:
    """Give every regime several components: each row's responsibility is divided at random."""
    if components == 1:
        return resp
    shares = rng.dirichlet(np.full(components, 0.5), resp.shape)
    return np.asarray((resp[:, :, None] * shares).reshape(len(resp), -1))


def best_start(
    learner: Learner, y: Array, k: int, components: int, rng: np.random.RandomState
) -> Generator[Run, None, Run]:
    """The likeliest of several runs, on a sample of blocks where the series is long.

    Yields every run as it ends and returns the best.
    """
    sample = sample_blocks(y)
    if len(sample) < len(y):
        observed = Observed(sample, learner.observed.order)
        learner = Learner(observed, learner.chain_rule, learner.emission_rule, learner.prior)
    if k == 1 and components == 1:
        return learner.fit(learner.begin(np.ones((len(sample), 1))), tol=0.0, max_iter=1)
    short = []
    for resp in candidates(sample, k, rng):
        start = learner.begin(split(resp, components, rng), components)
        short.append(learner.fit(start, tol=0.0, max_iter=SHORT_STEPS))
        yield short[-1]
    runs = []
    for finalist in sorted(short, key=lambda run: -run.bound)[:FINALISTS]:
        runs.append(learner.fit(state_of(finalist), tol=1e-5, max_iter=60))
        yield runs[-1]
    return max(runs, key=lambda run: run.bound)


def state_of(run: Run) -> State:
    """The state a finished run ended in."""
    return cast(State, run.params)
