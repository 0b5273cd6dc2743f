"""New rows like those of a table, and how like them they are."""

from gmm_engine.likeness.compare import column_table, pair_differences
from gmm_engine.likeness.energy import EnergyTest, energy_test
from gmm_engine.likeness.maker import RowMaker
from gmm_engine.likeness.nearest import Nearness, nearness
from gmm_engine.likeness.plane import numbers
from gmm_engine.likeness.telling import Telling, tell_apart

__all__ = [
    "EnergyTest",
    "Nearness",
    "RowMaker",
    "Telling",
    "column_table",
    "energy_test",
    "nearness",
    "numbers",
    "pair_differences",
    "tell_apart",
]
