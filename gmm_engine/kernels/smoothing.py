"""Exponential smoothing, damped and seasonal: errors of a pass, and paths beyond the end."""

from __future__ import annotations

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel


@inlined
def _step(state, season, place, error, rates):
    """Move level and trend (state[0], state[1]) and the season by one row's error."""
    level_rate, trend_rate, season_rate, damping = rates[0], rates[1], rates[2], rates[3]
    trend = damping * state[1]
    state[0] += trend + level_rate * error
    state[1] = trend + level_rate * trend_rate * error
    season[place] += season_rate * (1.0 - level_rate) * error


@kernel
def smoothing_errors(y, rates, state, season, errors):
    """One-step errors (n,) of additive damped Holt-Winters; state (2,) and season (m,) move along."""
    m = len(season)
    total = 0.0
    for t in range(len(y)):
        place = t % m
        error = y[t] - state[0] - rates[3] * state[1] - season[place]
        _step(state, season, place, error, rates)
        errors[t] = error
        total += error * error
    return total


@kernel
def smoothing_paths(innovations, first, rates, state, season, paths):
    """Continue from `state` and `season` with innovations (paths, h); row `first` comes next."""
    m = len(season)
    for p in range(innovations.shape[0]):
        now, places = state.copy(), season.copy()
        for step in range(innovations.shape[1]):
            place = (first + step) % m
            error = innovations[p, step]
            paths[p, step] = now[0] + rates[3] * now[1] + places[place] + error
            _step(now, places, place, error, rates)


@kernel
def autoregressive_paths(history, lags, coefficients, innovations, paths):
    """Paths (p, h) of x_t = c + sum b_l x_(t - lag_l) + e, coefficients (p, 1 + lags) each its own.

    history (longest lag,): the last values, newest last.
    """
    longest = len(history)
    line = np.empty(longest + paths.shape[1])
    for p in range(paths.shape[0]):
        line[:longest] = history
        for step in range(paths.shape[1]):
            value = coefficients[p, 0] + innovations[p, step]
            for i in range(len(lags)):
                value += coefficients[p, 1 + i] * line[longest + step - lags[i]]
            line[longest + step] = value
            paths[p, step] = value
