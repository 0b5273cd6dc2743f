"""A square to draw one character in, with mouse, finger or pen.

    ink = drawing_pad.show(screen)      # (70, 70) opacity from 0 to 255, or None while it is empty

Only what calls `show` reruns after a stroke when it is a fragment. Another `name` is another,
empty pad.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from gmm_engine.types import Array
from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
SIDE = 70


@cache
def _component() -> Any:
    text = {
        kind: (FOLDER / f"drawing_pad.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
    }
    return st.components.v2.component("gmm_studio.drawing_pad", **text)


def show(screen: Screen, name: str = "pad", what: str = "one digit", *, live: bool = True) -> Array | None:
    """Show the pad, and hand over what is drawn in it.

    Parameters
    ----------
    what : to draw, for those who cannot see the pad.
    live : ask during a stroke too, as fast as answers come.
    """
    ink = (st.session_state.get(screen.key(name)) or {}).get("ink")
    data = {"what": what, "live": live, "seen": ink.get("turn") if isinstance(ink, dict) else 0}
    _component()(key=screen.key(name), data=data, on_ink_change=lambda: None)
    return parse(ink)


def parse(ink: Any) -> Array | None:
    """The ink that a browser sent; None if it is empty or not a drawing."""
    text = ink.get("pixels") if isinstance(ink, dict) else None
    if not isinstance(text, str) or not text:
        return None
    try:
        content = b64decode(text, validate=True)
    except binascii.Error:
        return None
    if len(content) != SIDE * SIDE or not any(content):
        return None
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)
