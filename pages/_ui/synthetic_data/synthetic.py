"""The controls of *Generate*: a shape, how many rows, and what that shape can vary.

Pass `generated` to the picker: ``inputs.table(screen, generate=synthetic.generated)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gmm_engine.data import generate
from gmm_engine.data.components import Component
from gmm_engine.types import Dataset
from pages._ui import cache, controls
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.synthetic_data import component_editor

ROWS = ("10", "30", "100", "300", "1,000", "3,000", "10,000", "30,000", "100,000", "300,000", "1,000,000")
IMPORT = "from gmm_engine.data import generate"


@dataclass(frozen=True)
class GeneratorSpec:
    """A generator of `gmm_engine.data.generate` by name, with its arguments; hashable."""

    shape: str
    arguments: tuple[tuple[str, Any], ...]

    def make(self) -> Dataset:
        """The rows it stands for, with their truth."""
        return generate.GENERATORS[self.shape](**dict(self.arguments))

    def source(self) -> Source:
        """The rows for a page; made once for all visitors."""
        key = ("generated", self)
        return Source(cache.remembered(True, key, self.make), key, True, self.code(), self.imports)

    def code(self) -> str:
        """The call as Python."""
        words = ", ".join(f"{name}={value!r}" for name, value in self.arguments)
        return f"data = generate.{generate.GENERATORS[self.shape].__name__}({words})"

    @property
    def imports(self) -> tuple[str, ...]:
        """What the call needs."""
        own = ("from gmm_engine.data.components import Component",)
        return (IMPORT, *own) if self.shape == "Mixture" else (IMPORT,)


def generated(screen: Screen) -> Source:
    """Draw the controls and return what they make."""
    return _spec(screen).source()


def drawn(components: tuple[Component, ...], n_rows: int, seed: int, outliers: float = 0.0) -> GeneratorSpec:
    """Rows of a mixture whose components are given."""
    arguments = (
        ("components", components),
        ("n_rows", n_rows),
        ("outliers", outliers),
        ("random_state", seed),
    )
    return GeneratorSpec("Mixture", arguments)


def _spec(screen: Screen) -> GeneratorSpec:
    shape = controls.choice(screen, "shape", "Shape", list(generate.GENERATORS), "Anisotropic blobs")
    own = _mixture(screen) if shape == "Mixture" else _own_arguments(screen, shape)
    rows = controls.steps(screen, "rows", "Rows", ROWS, "1,000")
    seed = controls.number(
        screen, "draw", "Draw", 0, 9999, 0, step=1, help="The same number draws the same rows."
    )
    arguments = {**own, "n_rows": int(rows.replace(",", "")), "random_state": int(seed)}
    return GeneratorSpec(shape, tuple(arguments.items()))


def _own_arguments(screen: Screen, shape: str) -> dict[str, Any]:
    """What only this shape can vary."""
    if shape == "Blobs":
        k = controls.slider(screen, "blobs", "Blobs", 1, 9, 3)
        d = controls.slider(screen, "made_columns", "Columns", 1, 8, 2)
        apart = controls.slider(
            screen, "apart", "Apart", 0.5, 12.0, 6.0, help="In standard deviations, between centres."
        )
        return {"n_components": k, "n_columns": d, "separation": apart}
    if shape == "Squeezed blobs":
        ratio = controls.slider(screen, "ratio", "Length to width", 1.0, 1000.0, 300.0, step=1.0)
        return {"ratio": ratio}
    if shape in ("Moons", "Circles", "Spirals"):
        default = {"Moons": 0.08, "Circles": 0.05, "Spirals": 0.03}[shape]
        return {"noise": controls.slider(screen, f"blur_{shape.lower()}", "Blur", 0.0, 0.5, default)}
    return {}


def _mixture(screen: Screen) -> dict[str, Any]:
    with screen.results:
        parts = component_editor.components(screen)
    outliers = controls.slider(screen, "outliers", "Outliers", 0.0, 0.2, 0.0, format="percent")
    return {"components": parts, "outliers": outliers}
