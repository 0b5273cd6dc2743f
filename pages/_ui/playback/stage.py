"""Rows and moving components in the frame of a picture, as float32 for the browser.

Each column is shifted and scaled to about one, so that no digits are lost to a distant
origin; `draw.js` maps the axes back to the table's units.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np

from gmm_engine.figures import theme, words
from gmm_engine.figures.model import Parts
from gmm_engine.types import Array

MOST_ROWS = 20_000
EDGE = 0.06
STRIP = 0.16
OFF_SCREEN = 6.0


def stage(X: Array, names: Sequence[str], walk: Parts) -> dict[str, Any]:
    """What the browser needs to draw rows X (n, d), d = 1 or 2, and components that move over them.

    Parameters
    ----------
    X : (n, d) rows, of which at most 20,000 are drawn.
    names : the d columns' names.
    walk : weights (T + 1, k), means (T + 1, k, d) and covariances (T + 1, k, d, d) of every state.
    """
    n, d = X.shape
    shown = X if n <= MOST_ROWS else X[np.random.default_rng(0).choice(n, MOST_ROWS, replace=False)]
    origin, unit = X.mean(axis=0), _scale(X)
    states, k = _states(walk, origin, unit), walk.weights.shape[1]
    rows = (shown - origin) / unit
    count, parts = words.counted(len(shown), "row"), words.counted(k, "component")
    data = {
        "k": k, "axes": [*names, ""][:2], "ratio": 0.0, "palette": [theme.colour(j) for j in range(k)],
        "origin": [*origin.tolist(), 0.0][:2], "unit": [*unit.tolist(), 1.0][:2],
        "alt": f"{count} by {words.listed(names)} with {parts}.",
    }  # fmt: skip
    if d == 1:
        data |= _one_column(rows[:, 0], states, float(unit[0]))
        rows = _on_strip(rows, data["box"])
    else:
        data |= {"box": _box(rows, states), "ratio": float(unit[1] / unit[0])}
    return data | {"rows": packed(rows), "states": packed(states)}


def entered(points: Array, X: Array) -> Array:
    """Points (..., d) in the picture's frame of rows X, two coordinates each."""
    inside = (points - X.mean(axis=0)) / _scale(X)
    return inside if X.shape[1] == 2 else np.concatenate([inside, 0 * inside], axis=-1)


def span(bounds: Array) -> list[float]:
    """Bottom and top of a curve; a first jump that would flatten the rest is cut off."""
    high = float(bounds.max())
    low = float(bounds.min()) if len(bounds) < 3 else float(max(bounds.min(), 2 * bounds[1] - high))
    edge = 0.08 * (high - low) or 0.5
    return [low - edge, high + edge]


def packed(array: Array) -> str:
    """Numbers as the browser's `floats` reads them."""
    return b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")


def _scale(X: Array) -> Array:
    spread = X.std(axis=0)
    return np.where(spread > 0, spread, 1.0)


def _states(walk: Parts, origin: Array, unit: Array) -> Array:
    """(T + 1, k, 6): weight, mean x, mean y and the covariance's xx, xy, yy in the picture's frame."""
    means = (walk.means - origin) / unit
    covariances = walk.covariances / np.outer(unit, unit)
    if means.shape[2] == 1:
        zero, one = np.zeros_like(walk.weights), np.ones_like(walk.weights)
        parts = (walk.weights, means[..., 0], zero, covariances[..., 0, 0], zero, one)
    else:
        xx, xy, yy = covariances[..., 0, 0], covariances[..., 0, 1], covariances[..., 1, 1]
        parts = (walk.weights, means[..., 0], means[..., 1], xx, xy, yy)
    return np.stack(parts, axis=-1)


def _box(rows: Array, states: Array) -> list[float]:
    """Left, right, bottom and top: all rows, and the means on their way."""
    means = np.clip(states[..., 1:3], -OFF_SCREEN, OFF_SCREEN).reshape(-1, 2)
    every = np.concatenate([rows, means])
    low, high = every.min(axis=0), every.max(axis=0)
    edge = EDGE * np.maximum(high - low, 1e-9)
    low, high = low - edge, high + edge
    return [float(low[0]), float(high[0]), float(low[1]), float(high[1])]


def _one_column(x: Array, states: Array, unit: float) -> dict[str, Any]:
    """Box and histogram of one column; up is density, below zero lies a strip for the rows."""
    heights, edges = np.histogram(x, bins="auto" if len(x) < 5000 else 80, density=True)
    last = states[-1]
    peaks = last[:, 0] / np.sqrt(2 * np.pi * np.maximum(last[:, 3], 1e-12))
    top = 1.15 * max(float(heights.max()), min(float(peaks.max()), 3 * float(heights.max())))
    reach = np.concatenate([edges, np.clip(states[..., 1], -OFF_SCREEN, OFF_SCREEN).ravel()])
    edge = EDGE * np.ptp(reach)
    box = [float(reach.min() - edge), float(reach.max() + edge), -STRIP * top, top]
    histogram = {"heights": heights.tolist(), "edges": edges.tolist()}
    return {"box": box, "histogram": histogram, "unit": [unit, 1 / unit]}


def _on_strip(rows: Array, box: Sequence[float]) -> Array:
    """One column's rows scattered up and down over the strip below zero."""
    shake = np.random.default_rng(0).uniform(0.2, 0.9, len(rows))
    return np.column_stack([rows[:, 0], box[2] * shake])
