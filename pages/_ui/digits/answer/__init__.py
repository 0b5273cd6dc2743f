"""What was read in a drawing: a sentence, a bar for each class, and small pictures beside each other.

    answer.show(screen, Answer(("Read as ", "3", " with probability 97.1%."), labels, proba))

It is written into what stands there already, which takes a few milliseconds where a chart takes fifty,
so that it keeps up with a hand that draws. Reports and saved results hold the same as figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from gmm_engine.figures import digits
from gmm_engine.types import Array
from pages._ui.layout import Screen

FOLDER = Path(__file__).parent
MOST_BARS = 12


@dataclass(frozen=True, eq=False)
class Answer:
    """What was read.

    Attributes
    ----------
    said : parts of a sentence, of which every second one stands out.
    labels, proba : the classes and the probability (c,) of each.
    note : a smaller sentence below.
    pictures, words : what to look at (n, s, s), in any one scale, and what each shows.
    """

    said: tuple[str, ...]
    labels: Sequence[str]
    proba: Array
    note: str = ""
    pictures: Array | None = None
    words: Sequence[str] = ()

    def data(self) -> dict[str, Any]:
        """What the browser needs: the bars are of the likeliest classes where there are many."""
        shown = np.sort(np.argsort(-self.proba, kind="stable")[:MOST_BARS])
        best = int(self.proba.argmax())
        bars = [
            {
                "label": self.labels[c],
                "share": round(float(self.proba[c]), 4),
                "words": f"{self.proba[c]:.1%}",
                "first": c == best,
            }
            for c in shown.tolist()
        ]
        return {"said": self.said, "note": self.note, "bars": bars, "pictures": self._pictures()}

    def charts(self) -> dict[str, tuple[go.Figure, str]]:
        """The same as figures, with what each shows."""
        sentence = "".join(self.said)
        found = {"readings": (digits.readings(self.labels, self.proba), sentence)}
        if self.pictures is not None:
            fig = digits.pictures(self.pictures, self.words, across=len(self.words))
            found["nearest"] = (fig, ", ".join(self.words))
        return found

    def _pictures(self) -> list[dict[str, Any]]:
        if self.pictures is None:
            return []
        ink = np.clip(self.pictures / max(float(self.pictures.max()), 1e-9), 0, 1).round(2)
        return [{"words": words, "ink": part} for words, part in zip(self.words, ink.tolist(), strict=True)]


@cache
def _component() -> Any:
    text = {kind: (FOLDER / f"answer.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
    return st.components.v2.component("gmm_studio.answer", **text)


def show(screen: Screen, found: Answer) -> None:
    """Show the answer."""
    _component()(key=screen.key("answer"), data=found.data())
    screen.showing.charts |= found.charts()
