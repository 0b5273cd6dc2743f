"""Tables on which a Dirichlet process and BIC agree or not, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gmm_engine.data.components import Component
from pages._ui import inputs
from pages._ui.inputs import Source
from pages._ui.synthetic_data.synthetic import GeneratorSpec, drawn

_ROUND = (1.0, 1.0)


def _spiral(j: int) -> tuple[float, float]:
    """Places far from each other."""
    radius = 6 + 3 * j
    return (round(radius * math.cos(2.4 * j), 2), round(radius * math.sin(2.4 * j), 2))


TABLES: dict[str, GeneratorSpec] = {
    "Few rows": drawn(
        tuple(Component(1.0, mean, _ROUND) for mean in ((0.0, 0.0), (3.0, 0.0), (1.5, 2.6))), 90, 1
    ),
    "Groups that halve": drawn(tuple(Component(0.5**j, _spiral(j), _ROUND) for j in range(8)), 1000, 1),
    "Strays": drawn(
        (Component(0.6, (0.0, 0.0), _ROUND, 0.5), Component(0.4, (5.0, 2.0), _ROUND)), 400, 1, 0.03
    ),
}


@dataclass(frozen=True)
class Case:
    """What the page's first settings find: `bic`'s choice, the `used` components, and why."""

    bic: int
    used: int
    words: str


CASES: dict[str, Case] = {
    "Geyser": Case(
        2,
        3,
        "Drawn from three groups. A third ellipse would earn BIC 25 points and cost 34, six "
        "parameters at log 272 each, so BIC stays at two. The process has no fixed price: its prior "
        "knows how large an ellipse to expect, and all three stay.",
    ),
    "Few rows": Case(
        2,
        3,
        "Thirty rows from each of three overlapping groups. BIC charges for a third group more than "
        "so few rows can earn, while the process keeps it. Here the concentration matters most: at "
        "1,000 all twelve components keep weight.",
    ),
    "Groups that halve": Case(
        9,
        8,
        "Eight groups, each half as large as the one before; the last has four rows. BIC takes "
        "every component to have many rows, and cuts one group in two. The process expects sizes "
        "that fall like these, and uses eight.",
    ),
    "Strays": Case(
        3,
        6,
        "Two groups and a dozen strays. BIC covers all strays with one wide component; the process "
        "opens small ones for them, at hardly any price. Neither number is the number of groups.",
    ),
    "Two normals": Case(
        2,
        4,
        "Two groups, and both say so by their weights. Yet the process most probably *uses* more: "
        "further components hold a row or two each. Such dust is why weights tell more than counts.",
    ),
    "Moons": Case(
        10,
        7,
        "No normal distribution made these rows. Both numbers say how many ellipses cover two arcs, "
        "and both grow with the number of rows: at 30,000 rows the process uses twice as many.",
    ),
    "Wine": Case(
        2,
        12,
        "Thirteen columns, 178 rows: from the first step on every row is sure of its component, no "
        "weight can flow, and the process stays where it started. Choose two columns, and it empties.",
    ),
    "Anisotropic blobs": Case(
        3, 3, "Three groups, well apart and with many rows: both find them, whatever the concentration."
    ),
}
EXAMPLES = (*CASES, "Iris", "Penguins")


def example(name: str) -> Source:
    """An example of the page by name."""
    return TABLES[name].source() if name in TABLES else inputs.example(name)


def case_of(source: Source) -> Case | None:
    """What is known of a source, if it is one of the cases."""
    keys = {("generated", TABLES[name]) if name in TABLES else ("example", name): name for name in CASES}
    name = keys.get(source.key)
    return None if name is None else CASES[name]
