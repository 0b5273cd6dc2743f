"""Draw a box around an object, and strokes that correct the cut, with mouse, finger or keys.

    box_pad.show(screen, picture, box, strokes, on_change)
    drawn = box_pad.drawn(screen)       # {"box": [left, top, right, bottom], "strokes": text}

Everything is in shares of width and height. Strokes travel as short text, see `parse`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
UNIT = 1000  # strokes are written in thousandths of width and height
VALUES = {"o": 2, "b": 1}
MOST_POINTS = 1500

Stroke = tuple[int, list[tuple[float, float]]]


@cache
def _component() -> Any:
    text = {kind: (FOLDER / f"box_pad.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
    return st.components.v2.component("gmm_studio.box_pad", **text)


def show(
    screen: Screen, picture: str, box: tuple[float, ...], strokes: str, on_change: Callable[[], None]
) -> None:
    """Show the pad over a picture (a data address); `on_change` runs when something was drawn."""
    data = {"picture": picture, "box": list(box), "strokes": strokes}
    _component()(key=screen.key("pad"), data=data, on_drawn_change=on_change)


def drawn(screen: Screen) -> dict[str, Any] | None:
    """What was just drawn: the box and all strokes."""
    state = st.session_state.get(screen.key("pad"))
    return None if state is None else state.get("drawn")


def parse(text: str) -> list[Stroke]:
    """Strokes from their text: "o" (object) or "b" (background), then x,y,x,y...; ";" between strokes.

    What cannot be read is left out: the text may come from anybody's link.
    """
    strokes: list[Stroke] = []
    left = MOST_POINTS
    for part in text.split(";"):
        kind, numbers = part[:1], part[1:].split(",")
        if kind not in VALUES or not all(number.isdecimal() and len(number) < 5 for number in numbers):
            continue
        values = [min(int(number), UNIT) / UNIT for number in numbers]
        points = list(zip(values[::2], values[1::2], strict=False))[:left]
        if points:
            strokes.append((VALUES[kind], points))
            left -= len(points)
    return strokes
