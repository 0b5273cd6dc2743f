"""Small pictures side by side, as many in a line as the window has room for.

    gallery.show(screen, "components", pictures, words, alt)

A chart of them would keep its height on a phone and leave most of it blank. Reports and saved
results hold the same as a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from gmm_engine.figures import digits
from gmm_engine.types import Array
from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
LEVELS = 9  # of ink, each one digit on the wire


@cache
def _component() -> Any:
    text = {kind: (FOLDER / f"gallery.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
    return st.components.v2.component("gmm_studio.gallery", **text)


def show(
    screen: Screen, name: str, pictures: Array, words: Sequence[str], alt: str, across: int = digits.ACROSS
) -> None:
    """Show pictures (n, s, s) in one scale with a few words under each; `alt` says what they are.

    On a phone at most five stand in a line.
    """
    screen.showing.charts[name] = (digits.pictures(pictures, words, across), alt)
    tiles = [{"words": text, "ink": ink} for text, ink in zip(words, spelled(pictures), strict=True)]
    _component()(key=screen.key(f"gallery_{name}"), data={"alt": alt, "across": across, "tiles": tiles})


def spelled(pictures: Array) -> list[str]:
    """The ink of each picture (n, s, s), row by row, a digit from 0 to 9 for each pixel.

    Examples
    --------
    >>> spelled(np.array([[[0.0, 1.0], [4.0, 16.0]]]))
    ['0129']
    """
    share = np.clip(pictures / max(float(pictures.max()), 1.0), 0, 1)
    levels = np.rint(LEVELS * share).astype(np.uint8).reshape(len(pictures), -1) + ord("0")
    return [bytes(row).decode("ascii") for row in levels.astype(np.uint8)]
