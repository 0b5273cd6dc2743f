"""The EM player: every state goes to the browser once, and plays there without the server.

em_player.show(screen, payload, on_placed)
means = em_player.placed(screen)      # means put by hand since the last run, or None
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from gmm_engine.figures.model import Parts
from gmm_engine.trace import Trace
from gmm_engine.types import Array
from pages._ui import playback
from pages._ui.layout import Screen
from pages._ui.playback import stage

FOLDER = Path(__file__).parent
SCRIPTS = (*playback.PICTURES, "player.js", "hands.js")
BAR = playback.Bar(
    unit="step", first="Back to the start", scrub="Position in the run", speed="2",
    speeds=playback.ITERATIONS_A_SECOND,
    more='<button type="button" data-part="place" aria-pressed="false">Place the means</button>',
)  # fmt: skip


@cache
def _component() -> Any:
    return playback.component("em_player", FOLDER, BAR, SCRIPTS)


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
    return stage.stage(X, names, Parts(trace.weights, trace.means, trace.covariances)) | {
        "id": name, "ended": ended, "centres": stage.packed(stage.entered(trace.centres, X)),
        "bounds": trace.bounds.tolist(), "span": stage.span(trace.bounds),
        "inertias": trace.inertias.tolist(),
    }  # fmt: skip
