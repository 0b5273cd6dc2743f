"""The player of a variational fit: weights empty as bars, components fade over the rows.

weights_player.show(screen, weights_player.payload(...))
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gmm_engine.figures.model import Parts
from gmm_engine.types import Array
from pages._ui import playback
from pages._ui.layout import Screen
from pages._ui.playback import stage

FOLDER = Path(__file__).parent
BAR = playback.Bar(
    unit="iteration", first="Back to the start", scrub="Iteration", speed="5",
    speeds=playback.ITERATIONS_A_SECOND,
)  # fmt: skip


@cache
def _component() -> Any:
    return playback.component("weights_player", FOLDER, BAR, (*playback.PICTURES, "player.js"))


def show(screen: Screen, data: dict[str, Any]) -> None:
    """Show the player with what `payload` made."""
    _component()(key=screen.key("player"), data=data)


def payload(
    name: str, X: Array, names: Sequence[str], walk: Parts, bounds: Array, ended: str
) -> dict[str, Any]:
    """What the player needs of rows X (n, d), d = 1 or 2, and the states of a fit.

    Parameters
    ----------
    name : stands for this fit; the player keeps its position while it stays the same.
    names : the d columns' names.
    walk : weights (T + 1, k), means and covariances of every state, in the d columns.
    bounds : (T + 1,) lower bound per row at every state.
    ended : how the fit ended, in words.
    """
    curve = {"bounds": bounds.tolist(), "span": stage.span(bounds)}
    return stage.stage(X, names, walk) | {"id": name, "ended": ended} | curve
