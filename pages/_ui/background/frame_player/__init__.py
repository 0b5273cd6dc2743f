"""The film player: frames, masks and background go to the browser once, and play there.

    frame_player.show(screen, payload)

Pictures travel compressed, one string of bytes a panel, and the browser decodes them as it
shows them; a film of 150 small frames takes about one megabyte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gmm_engine.types import Array
from pages._ui import playback
from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
QUALITY = 85
BAR = playback.Bar(
    unit="frame", first="To the first frame", scrub="Frame", speed="1",
    speeds={"0.1": "a tenth", "0.5": "half", "1": "as filmed", "2": "double"},
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Panel:
    """One of the pictures that play together.

    Attributes
    ----------
    title, alt : its heading, and what it shows in words.
    pictures : uint8 (n, h, w, 3) colours, or (n, h, w) places in `palette`.
    palette : (words, (red, green, blue)) of each place; empty for colours.
    every : frames of the film that share one picture.
    """

    title: str
    alt: str
    pictures: Array
    palette: Sequence[tuple[str, tuple[int, int, int]]] = ()
    every: int = 1

    def packed(self) -> dict[str, Any]:
        """What the browser gets."""
        parts = list(_encoded(self.pictures, [colour for _, colour in self.palette]))
        key = [(words, f"rgb{colour}") for words, colour in self.palette if words]
        return {
            "title": self.title, "alt": self.alt, "every": self.every, "key": key,
            "type": "image/png" if self.palette else "image/jpeg",
            "ends": list(accumulate(map(len, parts))), "bytes": b64encode(b"".join(parts)).decode("ascii"),
        }  # fmt: skip


def _encoded(pictures: Array, colours: Sequence[tuple[int, int, int]]) -> Iterable[bytes]:
    for picture in pictures:
        file, image = BytesIO(), Image.fromarray(picture)
        if colours:
            image.putpalette(np.array(colours, np.uint8).tobytes())
            image.save(file, "PNG")
        else:
            image.save(file, "JPEG", quality=QUALITY)
        yield file.getvalue()


def payload(
    name: str, panels: Sequence[Panel], *, fps: float, words: Sequence[str], start: int
) -> dict[str, Any]:
    """What the player needs.

    Parameters
    ----------
    name : stands for this result; the player begins anew when it changes.
    fps : frames a second.
    words : what to say of each frame.
    start : the frame shown first.
    """
    height, width = panels[0].pictures.shape[1:3]
    return {
        "id": name, "size": [width, height], "fps": fps, "count": len(words), "start": start,
        "words": list(words), "panels": [panel.packed() for panel in panels],
    }  # fmt: skip


@cache
def _component() -> Any:
    return playback.component("frame_player", FOLDER, BAR, ("player.js",))


def show(screen: Screen, data: dict[str, Any]) -> None:
    """Show the player with what `payload` made."""
    _component()(key=screen.key("player"), data=data)
