"""What all players have in common: the bar of buttons, its keys and looks, and pictures of mixtures.

    component = playback.component("em_player", FOLDER, BAR, playback.PICTURES + ("player.js",))

A player is a folder with `player.html`, `player.css` and scripts; where the markup says
``<!-- bar -->`` the common bar comes in. Everything goes to the browser once and plays there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

COMMON = Path(__file__).parent
PICTURES = ("mixture.js", "draw.js")
ITERATIONS_A_SECOND = {"0.5": "slow", "1": "1 iteration a second"} | {
    speed: f"{speed} a second" for speed in ("2", "5", "15", "60")
}


@dataclass(frozen=True)
class Bar:
    """The words of a player's bar.

    Attributes
    ----------
    unit : what one press of a step button moves by.
    first, scrub : labels of the button that rewinds and of the slider.
    speeds : what the speed list says, by value.
    speed : the value chosen first.
    more : further buttons as HTML.
    """

    unit: str
    first: str
    scrub: str
    speeds: Mapping[str, str]
    speed: str
    more: str = ""

    def html(self) -> str:
        """The bar's markup."""
        chosen = {self.speed: " selected"}
        options = "".join(
            f'<option value="{value}"{chosen.get(value, "")}>{words}</option>'
            for value, words in self.speeds.items()
        )
        words = {"unit": self.unit, "first": self.first, "scrub": self.scrub, "more": self.more}
        return _read(COMMON / "bar.html").format(speeds=options, **words)


def component(name: str, folder: Path, bar: Bar, scripts: Sequence[str]) -> Any:
    """Register the player in `folder`; of its `scripts` those it lacks are the common ones."""
    paths = [folder / script for script in scripts]
    found = [path if path.exists() else COMMON / path.name for path in paths]
    code = "\n".join(map(_read, [COMMON / "playback.js", *found]))
    look = _read(COMMON / "playback.css") + _read(folder / "player.css")
    markup = _read(folder / "player.html").replace("<!-- bar -->", bar.html())
    return st.components.v2.component(f"gmm_studio.{name}", html=markup, css=look, js=code)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
