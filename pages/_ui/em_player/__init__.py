"""The EM player: every state goes to the browser once, and plays there without the server.

    placed = em_player.show(screen, payload)      # means put by hand since the last run, or None

`payload` writes rows and states as float32 in the frame of the picture, each column shifted
and scaled to about one, so that no digits are lost to a distant origin.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from gmm_engine.figures import theme
from gmm_engine.trace import Trace
from gmm_engine.types import Array
from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
SCRIPTS = ("mixture.js", "draw.js", "player.js", "hands.js")
MOST_ROWS = 20_000
EDGE = 0.06
STRIP = 0.16
OFF_SCREEN = 6.0


@cache
def _component() -> Any:
    """The player, registered once; its scripts are parts of one module."""

    def read(name: str) -> str:
        return (FOLDER / name).read_text(encoding="utf-8")

    text = {"html": read("player.html"), "css": read("player.css"), "js": "\n".join(map(read, SCRIPTS))}
    return st.components.v2.component("gmm_studio.em_player", **text)


def show(screen: Screen, data: dict[str, Any], on_placed: Callable[[], None]) -> None:
    """Show the player; `on_placed` runs when the visitor has placed all means (see `placed`)."""
    _component()(key=screen.key("player"), data=data, on_placed_change=on_placed)


def placed(screen: Screen) -> Array | None:
    """The means (k, d) that were just placed by hand, in the table's units."""
    state = st.session_state.get(screen.key("player"))
    found = None if state is None else state.get("placed")
    return np.asarray(found, np.float64) if found else None


def payload(name: str, X: Array, names: Sequence[str], trace: Trace, ended: str) -> dict[str, Any]:
    """What the player needs of rows X (n, d), d = 1 or 2, and a recorded run.

    Parameters
    ----------
    name : stands for this run; the player keeps its position while it stays the same.
    names : the d columns' names.
    ended : how the run ended, in words.
    """
    n, d = X.shape
    shown = X if n <= MOST_ROWS else X[np.random.default_rng(0).choice(n, MOST_ROWS, replace=False)]
    origin, unit = X.mean(axis=0), _scale(X)
    states, k = _states(trace, origin, unit), trace.weights.shape[1]
    rows = (shown - origin) / unit
    centres = (trace.centres - origin) / unit
    data = {
        "id": name, "k": k, "ended": ended, "axes": [*names, ""][:2], "ratio": 0.0,
        "origin": [*origin.tolist(), 0.0][:2], "unit": [*unit.tolist(), 1.0][:2],
        "palette": [theme.colour(j) for j in range(k)],
        "bounds": trace.bounds.tolist(), "span": _span(trace.bounds), "inertias": trace.inertias.tolist(),
        "alt": f"{len(shown):,} rows of {' and '.join(names)} with {k} components.",
    }  # fmt: skip
    if d == 1:
        data |= _one_column(rows[:, 0], states, float(unit[0]))
        rows, centres = _on_strip(rows, data["box"]), np.concatenate([centres, 0 * centres], axis=2)
    else:
        data |= {"box": _box(rows, states), "ratio": float(unit[1] / unit[0])}
    return data | {"rows": _packed(rows), "states": _packed(states), "centres": _packed(centres)}


def _scale(X: Array) -> Array:
    spread = X.std(axis=0)
    return np.where(spread > 0, spread, 1.0)


def _states(trace: Trace, origin: Array, unit: Array) -> Array:
    """(T + 1, k, 6): weight, mean x, mean y and the covariance's xx, xy, yy in the picture's frame."""
    means = (trace.means - origin) / unit
    covariances = trace.covariances / np.outer(unit, unit)
    if means.shape[2] == 1:
        zero, one = np.zeros_like(trace.weights), np.ones_like(trace.weights)
        parts = (trace.weights, means[..., 0], zero, covariances[..., 0, 0], zero, one)
    else:
        xx, xy, yy = covariances[..., 0, 0], covariances[..., 0, 1], covariances[..., 1, 1]
        parts = (trace.weights, means[..., 0], means[..., 1], xx, xy, yy)
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


def _span(bounds: Array) -> list[float]:
    """Bottom and top of the curve; a first jump that would flatten the rest is cut off."""
    high = float(bounds.max())
    low = float(bounds.min()) if len(bounds) < 3 else float(max(bounds.min(), 2 * bounds[1] - high))
    edge = 0.08 * (high - low) or 0.5
    return [low - edge, high + edge]


def _packed(array: Array) -> str:
    return b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")
