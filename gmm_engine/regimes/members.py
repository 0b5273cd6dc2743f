"""Simple forecasters that a pool weighs: each continues a complete series by random paths.

A member takes (y (n,), season, h, paths, rng) and returns paths (paths, h). Innovations
are drawn around the residuals seen: a mixture with one narrow component per residual.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from gmm_engine.kernels.smoothing import autoregressive_paths, smoothing_errors, smoothing_paths
from gmm_engine.types import Array

Member = Callable[[Array, int, int, int, np.random.Generator], Array]
RECENT = 0.75
# Logits of the rates of level, trend and season, and of the damping, from which to search.
RATE_STARTS = (np.array([0.0, -2.0, -1.0, 2.0]), np.array([-1.5, -4.0, -1.5, 2.0]))


def innovations(residuals: Array, spent: int, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Draws around the centred residuals, widened for the `spent` fitted numbers."""
    n = len(residuals)
    centred = residuals - residuals.mean()
    spread = centred.std()
    width = 0.5 * n**-0.2
    widen = np.sqrt(n / max(n - spent, n / 4)) / np.sqrt(1 + width**2)
    return np.asarray(widen * (rng.choice(centred, shape) + width * spread * rng.standard_normal(shape)))


def seasonal_naive(y: Array, season: int, h: int, paths: int, rng: np.random.Generator) -> Array:
    """The last season again, with the errors that has made, adding up season after season."""
    last = y[-season:][np.arange(h) % season]
    errors = y[season:] - y[:-season]
    cycles = 1 + np.arange(h) // season
    draws = innovations(errors, 1, (paths, h), rng)
    return np.asarray(last + draws * np.sqrt(cycles))


def seasonal_difference(y: Array, season: int, h: int, paths: int, rng: np.random.Generator) -> Array:
    """Autoregression of the change since last season."""
    change = y[season:] - y[:-season]
    ahead = autoregression(change, (season,) if season > 1 else (), h, paths, rng)
    known = np.repeat(y[-season:][None], paths, axis=0)
    for step in range(h):
        known = np.column_stack([known, known[:, step] + ahead[:, step]])
    return np.asarray(known[:, season:])


def adjusted_difference(y: Array, season: int, h: int, paths: int, rng: np.random.Generator) -> Array:
    """A recent seasonal pattern, and autoregression of the changes of what remains."""
    pattern = recent_pattern(y, season)
    rest = y - pattern[np.arange(len(y)) % season]
    steps = autoregression(np.diff(rest), (), h, paths, rng)
    ahead = pattern[(len(y) + np.arange(h)) % season]
    return np.asarray(rest[-1] + np.cumsum(steps, axis=1) + ahead)


def adjusted_level(y: Array, season: int, h: int, paths: int, rng: np.random.Generator) -> Array:
    """A straight line and season by least squares, and autoregression of what remains."""
    n = len(y)
    design = _calendar(np.arange(n), n, season)
    fit = np.linalg.lstsq(design, y, rcond=None)[0]
    ahead = _calendar(n + np.arange(h), n, season) @ fit
    rest = y - design @ fit
    return np.asarray(ahead + autoregression(rest, (), h, paths, rng))


def smoothing(y: Array, season: int, h: int, paths: int, rng: np.random.Generator) -> Array:
    """Damped additive Holt-Winters, rates by least squares of the one-step errors."""
    start = np.array([y[:season].mean() if season > 1 else y[0], 0.0])
    pattern = recent_pattern(y[: 4 * season], season)
    if season > 1:
        start[1] = (y[season : 2 * season].mean() - start[0]) / season
    errors = np.empty(len(y))

    def loss(logits: Array) -> float:
        return float(smoothing_errors(y, _rates(logits), start.copy(), pattern.copy(), errors))

    options = {"maxiter": 200, "xatol": 1e-2, "fatol": 1e-4 * max(loss(np.zeros(4)), 1e-300)}
    runs = [minimize(loss, logits, method="Nelder-Mead", options=options) for logits in RATE_STARTS]
    best = min(runs, key=lambda run: float(run.fun))
    rates, state, places = _rates(best.x), start.copy(), pattern.copy()
    smoothing_errors(y, rates, state, places, errors)
    draws = innovations(errors[season:], 4, (paths, h), rng)
    out = np.empty((paths, h))
    smoothing_paths(draws, len(y), rates, state, places, out)
    return out


def autoregression(x: Array, extra: tuple[int, ...], h: int, paths: int, rng: np.random.Generator) -> Array:
    """Paths of an autoregression, order by corrected AIC, coefficients drawn anew for each path."""
    longest = int(min(6, len(x) // 8))
    extra = tuple(lag for lag in extra if longest < lag < len(x) // 2)
    candidates = [tuple(range(1, p + 1)) for p in range(longest + 1)]
    candidates += [lags + extra for lags in candidates if extra]
    skip = max((lag for lags in candidates for lag in lags), default=0)
    fits = [_least_squares(x, lags, skip) for lags in candidates]
    lags, coefficients, residuals, spread = min(fits, key=lambda fit: _corrected_aic(fit[2], len(fit[1])))
    drawn = coefficients + rng.standard_normal((paths, len(coefficients))) @ spread.T
    draws = innovations(residuals, len(coefficients), (paths, h), rng)
    out = np.empty((paths, h))
    bound = 20 * (np.abs(x).max() + 1e-300)
    autoregressive_paths(x[len(x) - skip :], np.array(lags, dtype=np.int64), drawn, draws, out)
    return np.clip(out, -bound, bound)


def _least_squares(x: Array, lags: tuple[int, ...], skip: int) -> tuple[tuple[int, ...], Array, Array, Array]:
    target = x[skip:]
    design = np.column_stack([np.ones(len(target)), *(x[skip - lag : len(x) - lag] for lag in lags)])
    gram = design.T @ design
    gram += 1e-9 * np.trace(gram) / len(gram) * np.eye(len(gram))
    inverse = np.linalg.inv(gram)
    coefficients = inverse @ (design.T @ target)
    residuals = target - design @ coefficients
    noise = residuals.std() * np.sqrt(len(target) / max(len(target) - len(gram), 1))
    return lags, coefficients, residuals, noise * np.linalg.cholesky(inverse)


def _corrected_aic(residuals: Array, p: int) -> float:
    n = len(residuals)
    return float(n * np.log(max(residuals.var(), 1e-300)) + 2 * p * n / max(n - p - 2, 1))


def _rates(logits: Array) -> Array:
    rates = expit(logits)
    rates[3] = 0.8 + 0.19 * rates[3]
    return np.asarray(rates)


def _calendar(t: Array, n: int, season: int) -> Array:
    columns = [np.ones(len(t)), t / n]
    for harmonic in range(1, min(3, season // 2) + 1):
        angle = 2 * np.pi * harmonic * t / season
        columns += [np.cos(angle), np.sin(angle)]
    return np.column_stack(columns)


def recent_pattern(y: Array, season: int) -> Array:
    """Seasonal pattern (season,), summing to zero, recent cycles counting most."""
    if season == 1:
        return np.zeros(1)
    n = len(y)
    kernel = (
        np.convolve(np.ones(season), [0.5, 0.5]) / season if season % 2 == 0 else np.ones(season) / season
    )
    middle = np.convolve(y, kernel, mode="valid")
    first = (n - len(middle)) // 2
    rest = y[first : first + len(middle)] - middle
    places = (first + np.arange(len(rest))) % season
    age = (len(rest) - 1 - np.arange(len(rest))) // season
    weight = RECENT**age
    sums = np.bincount(places, weight * rest, season) / np.maximum(np.bincount(places, weight, season), 1e-12)
    return np.asarray(sums - sums.mean())
