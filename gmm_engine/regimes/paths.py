"""The regimes as a forecaster: the chain runs on, each regime emits."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d

from gmm_engine.regimes.chain import ChainRule
from gmm_engine.regimes.choose import noise_covariance
from gmm_engine.regimes.emissions import EmissionRule
from gmm_engine.regimes.learn import Learner, State
from gmm_engine.regimes.members import recent_pattern
from gmm_engine.regimes.observed import Observed
from gmm_engine.types import Array

MAX_ITER = 30
MOST_ROWS = 3000
# A series this persistent is forecast by its changes.
PERSISTENT = 0.9


def simulate(state: State, now: Array, history: Array, h: int, paths: int, rng: np.random.Generator) -> Array:
    """Random continuations (paths, h, d) from the present distribution of regimes (K,).

    history (p, d): the last rows, newest last, as many as the emissions have lags.
    """
    emissions, transition = state.emissions, np.cumsum(state.chain.transition, axis=1)
    size, d = emissions.weights.shape[1], emissions.intercepts.shape[1]
    factors = np.linalg.cholesky(emissions.covariances)
    inside = np.cumsum(emissions.weights, axis=1)
    regime = rng.choice(len(now), paths, p=now / now.sum())
    lags = np.tile(history[::-1].reshape(-1), (paths, 1))
    out = np.empty((paths, h, d))
    for step in range(h):
        regime = _pick(transition[regime], rng)
        j = regime * size + _pick(inside[regime], rng)
        noise = (factors[j] @ rng.standard_normal((paths, d, 1)))[:, :, 0]
        drawn = emissions.intercepts[j] + (emissions.coefficients[j] @ lags[:, :, None])[:, :, 0] + noise
        out[:, step] = drawn
        lags = np.concatenate([drawn, lags[:, : lags.shape[1] - d]], axis=1) if lags.shape[1] else lags
    return out


def _pick(cumulative: Array, rng: np.random.Generator) -> Array:
    draws = rng.random(len(cumulative))[:, None] * cumulative[:, -1:]
    return np.asarray((draws > cumulative).sum(axis=1).clip(0, cumulative.shape[1] - 1))


def regimes(y: Array, season: int, h: int, paths: int, rng: np.random.Generator) -> Array:
    """Two regimes of the seasonally adjusted series, or of its changes where it is persistent."""
    pattern = recent_pattern(y, season)
    rest = y - pattern[np.arange(len(y)) % season]
    ahead = pattern[(len(y) + np.arange(h)) % season]
    if np.corrcoef(rest[1:], rest[:-1])[0, 1] > PERSISTENT:
        return np.asarray(rest[-1] + np.cumsum(_continued(np.diff(rest), h, paths, rng), axis=1) + ahead)
    return _continued(rest, h, paths, rng) + ahead


def _halves(x: Array) -> list[Array]:
    """Two starts (n, 2): high against low, and calm against lively, by moving averages."""
    shown = (uniform_filter1d(x, 5), uniform_filter1d(np.square(x), 9))
    high = [np.where(average > np.median(average), 0.9, 0.1) for average in shown]
    return [np.column_stack([1 - share, share]) for share in high]


def _continued(x: Array, h: int, paths: int, rng: np.random.Generator) -> Array:
    x = x[-MOST_ROWS:]
    centre, scale = x.mean(), max(x.std(), np.finfo(float).tiny)
    rows = ((x - centre) / scale)[:, None]
    learner = Learner(Observed(rows, 1), ChainRule(), EmissionRule("VVV"), noise_covariance(rows))
    runs = [learner.fit(learner.begin(resp), tol=1e-4, max_iter=MAX_ITER) for resp in _halves(rows[:, 0])]
    state: State = max(runs, key=lambda run: run.bound).params  # type: ignore[assignment]
    now = learner.filter(state).probabilities[-1]
    drawn = simulate(state, now, rows[-1:], h, paths, rng)[:, :, 0]
    return np.asarray(centre + scale * np.clip(drawn, -20, 20))
