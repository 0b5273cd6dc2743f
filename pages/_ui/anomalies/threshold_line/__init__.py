"""A histogram of surprise with a line that is dragged by mouse, finger or arrow keys.

threshold_line.show(screen, surprise, typical, line, on_change)
threshold_line.dragged(screen)      # where it was let go, nats, or None
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from gmm_engine.figures import anomaly
from gmm_engine.types import Array
from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
PLACES = 400  # of the line, for which the browser knows how many rows lie beyond


@cache
def _component() -> Any:
    text = {kind: (FOLDER / f"line.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
    return st.components.v2.component("gmm_studio.threshold_line", **text)


def show(screen: Screen, surprise: Array, typical: float, line: float, on_change: Callable[[], None]) -> None:
    """Draw all rows' surprise (n,) with the line; `on_change` runs when it was moved."""
    data = histogram(surprise, typical) | {"line": line, "flagged": int((surprise > line).sum())}
    _component()(key=screen.key("drag"), data=data, on_moved_change=on_change)


def dragged(screen: Screen) -> float | None:
    """Where the line was just let go, in nats."""
    state = st.session_state.get(screen.key("drag"))
    moved = None if state is None else state.get("moved")
    return None if moved is None else float(moved)


def histogram(surprise: Array, typical: float) -> dict[str, Any]:
    """Bars and, for places along the axis, how many rows lie beyond; positions on the bent axis."""
    counts, edges, scale = anomaly.bins(surprise, typical)
    bent = np.arcsinh((edges - typical) / scale)
    places = np.linspace(bent[0], bent[-1] + 0.02 * (bent[-1] - bent[0]), PLACES)
    rising = np.sort(surprise)
    beyond = len(rising) - np.searchsorted(rising, typical + scale * np.sinh(places), side="right")
    return {
        "counts": counts.tolist(), "low": float(places[0]), "high": float(places[-1]),
        "edges": bent.tolist(), "beyond": beyond.tolist(), "typical": typical, "scale": scale,
        "total": len(rising),
    }  # fmt: skip
