"""Two pictures on top of each other with a divider: drag it, or move it with the arrow keys.

compare.show(screen, before, after, on_pick)
place = compare.picked(screen)      # (x, y) as shares of width and height, or None
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from gmm_engine.types import Array
from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
LONG_SIDE = 1000  # pixels that a screen shows; larger pictures travel reduced


@cache
def _component() -> Any:
    text = {kind: (FOLDER / f"compare.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
    return st.components.v2.component("gmm_studio.compare", **text)


def show(
    screen: Screen, before: str, after: str, words: tuple[str, str], alt: str, on_pick: Callable[[], None]
) -> None:
    """Show two pictures (data addresses, see `address`) of the same size; a click runs `on_pick`."""
    data = {"before": before, "after": after, "words": words, "alt": alt}
    _component()(key=screen.key("compare"), data=data, on_picked_change=on_pick)


def picked(screen: Screen) -> tuple[float, float] | None:
    """Where the visitor just clicked, as shares of width and height."""
    state = st.session_state.get(screen.key("compare"))
    place = None if state is None else state.get("picked")
    return (float(place[0]), float(place[1])) if place else None


def address(picture: Array, *, sharp: bool = False) -> str:
    """A picture uint8 (h, w, 3 or 4) as an address that holds it, reduced to what a screen shows.

    sharp : PNG, for flat colours and transparency, instead of JPEG.
    """
    image = Image.fromarray(np.ascontiguousarray(thinned(picture)))
    file = BytesIO()
    image.save(file, "PNG" if sharp else "JPEG", **({} if sharp else {"quality": 88}))
    kind = "png" if sharp else "jpeg"
    return f"data:image/{kind};base64,{b64encode(file.getvalue()).decode('ascii')}"


def thinned(picture: Array) -> Array:
    """Every so many pixels of a large picture (h, w, ...)."""
    step = -(-max(picture.shape[:2]) // LONG_SIDE)
    return picture[::step, ::step]
