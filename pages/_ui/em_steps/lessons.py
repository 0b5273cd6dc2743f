"""What the EM page teaches: each lesson is a data set, a start, and what to look for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from gmm_engine.data.components import Component
from gmm_engine.types import Array
from pages._ui import inputs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.synthetic_data.synthetic import GeneratorSpec, drawn

BY_HAND = "by hand"


@dataclass(frozen=True)
class Lesson:
    """Controls as the lesson sets them, and `words` on what happens."""

    example: str
    words: str
    k: int = 2
    covariance: str = "full"
    start: str = BY_HAND
    means: str = ""
    floor: str = "0.000001"

    def set(self, screen: Screen) -> None:
        """Write the lesson into the page's controls."""
        values = {
            "data": "Examples", "example": self.example, "k": self.k, "covariance": self.covariance,
            "start": self.start, "means": self.means, "floor": self.floor, "seed": 0,
        }  # fmt: skip
        for name, value in values.items():
            st.session_state[screen.key(name)] = value


_ROUND = (1.0, 1.0)
TABLES: dict[str, GeneratorSpec] = {
    "Overlapping pair": drawn(
        (Component(0.6, (0.0, 0.0), (1.6, 0.8), 0.7), Component(0.4, (2.0, 0.3), (0.7, 1.4), -0.3)), 900, 1
    ),
    "Three round groups": drawn(
        tuple(Component(1.0, mean, _ROUND) for mean in ((0.0, 0.0), (6.0, 0.0), (3.0, 6.0))), 600, 2
    ),
    "Two strays": drawn(
        (Component(0.6, (0.0, 0.0), _ROUND, 0.5), Component(0.4, (5.0, 2.0), _ROUND)), 80, 1, 0.02
    ),
}
EXAMPLES = ("Geyser", "Two normals", *TABLES, "Squeezed blobs", "Iris", "Moons", "Penguins")

LESSONS: dict[str, Lesson] = {
    "Old Faithful": Lesson(
        "Geyser",
        "Both means start in empty corners. Within a few iterations each finds its cloud; then the "
        "ellipses turn and shrink until they fit.",
        means="2 90; 5 45",
    ),
    "One column": Lesson(
        "Two normals",
        "The classic first exercise: 300 values around 0 and 700 around 5. Both bells start on the "
        "right; the wider one wins the left group and travels there.",
        means="6; 7",
    ),
    "Overlap": Lesson(
        "Overlapping pair",
        "Where groups overlap, rows belong to both, and EM creeps. k-means settles sooner, but "
        "a hard border pushes its centres apart: compare them with the means.",
        means="0 2; 0 -2",
    ),
    "Bad start": Lesson(
        "Three round groups",
        "Two means share one group and the third has to serve two. EM climbs to the nearest hilltop "
        "and stays. Choose another start to see the higher one.",
        k=3,
        means="2.8 6; 3.2 6; 3 0",
    ),
    "Collapse": Lesson(
        "Two strays",
        "One component ends up with two rows. Its ellipse becomes a line, its density grows without "
        "bound, and the run breaks down. Raise *Variance floor*: the component is held open.",
        k=3,
        means="-1 2; 2 -1; 6 4",
        floor="0",
    ),
    "Too many": Lesson(
        "Three round groups",
        "Seven components for three groups: the likelihood still rises, crumb by crumb, though "
        "nothing is learned. It cannot say how many there are; *BIC selection* can.",
        k=7,
        start="k-means++",
    ),
    "Needles": Lesson(
        "Squeezed blobs",
        "Two needles, 300 times longer than thick. From random rows EM cuts both in half, for good. "
        "Choose the start *auto*: it also looks at whitened columns, where the needles lie apart.",
        start="random",
    ),
}


def example(name: str) -> Source:
    """An example of the page by name."""
    return TABLES[name].source() if name in TABLES else inputs.example(name)


def read_means(text: str, k: int, d: int) -> Array | None:
    """Means (k, d) from their short text, "1 2; 3 4"; None if it does not hold k times d numbers."""
    try:
        means = np.array([[float(cell) for cell in row.split()] for row in text.split(";")])
    except ValueError:
        return None
    return means if means.shape == (k, d) and np.isfinite(means).all() else None


def spell_means(means: Array) -> str:
    """The short text of means (k, d)."""
    return "; ".join(" ".join(f"{number:.6g}" for number in row) for row in means)
