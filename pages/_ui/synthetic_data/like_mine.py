"""Rows like mine: learn a table, make rows like its, compare them, and fill up its classes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine import RowMaker
from gmm_engine.likeness import (
    EnergyTest,
    Nearness,
    Telling,
    column_table,
    energy_test,
    nearness,
    numbers,
    pair_differences,
    tell_apart,
)
from gmm_engine.types import Array
from pages._ui import controls, inputs, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.progress import Progress

MOST_SHOWN = 5000
IMPORTS = (
    "from gmm_engine import RowMaker",
    "from gmm_engine.likeness import column_table, energy_test, nearness, numbers, tell_apart",
)
SECONDS_PER_CELL = 2e-5


@dataclass(frozen=True)
class LikeSpec:
    """What is learnt: columns, and the most components of each mixture."""

    columns: tuple[str, ...]
    most: int

    def steps(self, source: Source) -> Generator[Progress, None, RowMaker]:
        """Learn the table, one category after the other."""
        maker = RowMaker(self.most)
        for share in maker.iter_fit(source.dataset.values, list(self.columns)):
            yield Progress(share, "Fitting mixtures, one for each category")
        return maker

    def seconds(self, n: int) -> float:
        """How long it will take, roughly."""
        return n * len(self.columns) * self.most * SECONDS_PER_CELL

    def code(self) -> str:
        """Python that learns `data`."""
        return f"maker = RowMaker({self.most}).fit(data.values, {list(self.columns)!r})"


@dataclass(frozen=True, eq=False)
class Compared:
    """Made rows beside the table's, and what tests say of them.

    Attributes
    ----------
    columns : from `column_table`.
    pairs : from `pair_differences`.
    energy, telling, near : the tests.
    """

    columns: pd.DataFrame
    pairs: tuple[tuple[str, ...], Array, Array]
    energy: EnergyTest
    telling: Telling
    near: Nearness


def ask(screen: Screen) -> tuple[Source, LikeSpec, int]:
    """The page's controls: table, columns, components, and the seed of the rows."""
    source = inputs.table(screen, default="Penguins")
    names = tuple(map(str, source.dataset.columns or source.dataset.values.columns))
    text = "Numbers, and text of few values: every category gets mixtures of its own."
    columns = controls.columns(screen, names, text)
    text = "Of each mixture; how many it takes is chosen by BIC."
    most = int(controls.slider(screen, "most", "Components up to", 1, 12, 6, help=text))
    draw = controls.number(
        screen, "again", "Draw", 0, 9999, 0, step=1, help="The same number, the same rows."
    )
    return source, LikeSpec(columns, most), int(draw)


def learnt(screen: Screen, source: Source, spec: LikeSpec) -> jobs.Shown[RowMaker]:
    """The maker, from the store or fitted now."""
    cost = spec.seconds(len(source.dataset.values))
    return jobs.result(screen, source, spec, lambda: spec.steps(source), name="learn", seconds=cost)


def drawn(shown: jobs.Shown[RowMaker], draw: int) -> pd.DataFrame:
    """As many made rows as the table has, up to 5,000."""
    size = min(len(shown.source.dataset.values), MOST_SHOWN)
    return shown.derive(("drawn", draw), lambda: shown.value.draw(size, random_state=draw))


def compared(screen: Screen, shown: jobs.Shown[RowMaker], draw: int) -> jobs.Shown[Compared]:
    """The comparison of the drawn rows with the table, from the store or made now."""
    spec = (shown.spec, draw)

    def work() -> Generator[Progress, None, Compared]:
        return _compare(shown.source.dataset.values, drawn(shown, draw))

    return jobs.result(screen, shown.source, spec, work, name="compare")


def _compare(real: pd.DataFrame, made: pd.DataFrame) -> Generator[Progress, None, Compared]:
    first, second = numbers(real, made)
    yield Progress(0.1, "Comparing columns")
    table, pairs = column_table(real, made), pair_differences(real, made)
    yield Progress(0.3, "Testing whether both have one distribution")
    energy = energy_test(first, second)
    yield Progress(0.5, "Training a classifier to tell them apart")
    telling = tell_apart(first, second)
    yield Progress(0.9, "Measuring distances")
    return Compared(table, pairs, energy, telling, nearness(first, second))


def classes(maker: RowMaker, label: str) -> dict[Any, int]:
    """How many rows each class of a category column has."""
    g = maker.categories_.index(label)
    found: dict[Any, int] = {}
    for key, (count, _) in maker.groups_.items():
        found[key[g]] = found.get(key[g], 0) + count
    return found


def augmented(maker: RowMaker, table: pd.DataFrame, label: str, wanted: int, seed: int) -> pd.DataFrame:
    """The table with made rows added until every class of `label` has `wanted` rows.

    A column `origin` says which rows are new.
    """
    g = maker.categories_.index(label)
    rng = np.random.default_rng(seed)
    counts: dict[Any, int] = {}
    for value, size in classes(maker, label).items():
        keys = [key for key in maker.groups_ if key[g] == value]
        shares = np.array([maker.groups_[key][0] for key in keys]) / size
        numbers_ = rng.multinomial(max(wanted - size, 0), shares)
        counts |= dict(zip(keys, numbers_.tolist(), strict=True))
    own = table[list(maker.columns_)].assign(origin="table")
    if not sum(counts.values()):
        return own
    new = maker.draw(counts=counts, random_state=seed).assign(origin="made")
    return pd.concat([own, new], ignore_index=True)


def code(spec: LikeSpec, draw: int, size: int) -> str:
    """Python that repeats the page on `data`."""
    return (
        f"{spec.code()}\nmade = maker.draw({size}, random_state={draw})\n"
        "real_numbers, made_numbers = numbers(data.values, made)\n"
        "print(column_table(data.values, made).round(3).to_string())\n"
        "energy, telling = energy_test(real_numbers, made_numbers), tell_apart(real_numbers, made_numbers)\n"
        "near = nearness(real_numbers, made_numbers)\n"
        "print('energy test p =', energy.p_value, ' classifier AUC', round(telling.auc, 4), "
        "' copies', near.copies)"
    )
