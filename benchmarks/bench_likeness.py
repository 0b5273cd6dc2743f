"""Rows made by `RowMaker` beside three other ways to make rows, on tables measured in the world.

Run ``python -m benchmarks.bench_likeness``; writes ``benchmarks/results/likeness.json``. Half of
each table is learnt; the rows made are compared with the other half, which nobody has seen:
how well boosted trees tell them apart (AUC, .5 is best), the energy test's p-value, and the
share of made rows nearer to a learnt row than 95 in 100 learnt rows are to each other
(.05 is usual, more means that rows are given away). "real" is the learnt half itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from benchmarks.compare import save
from gmm_engine import RowMaker
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.likeness import energy_test, nearness, numbers, tell_apart

TABLES = ("Iris", "Wine", "Breast cancer", "Card payments")
MOST_COLUMNS = 8
# Half of a class must be enough for a mixture of its own; where it is not, classes are left out.
LEAST_CLASS = 40
SPLITS = 5


def ours(table: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Mixtures chosen by BIC, one for each class."""
    return RowMaker().fit(table).draw(n, random_state=seed)


def one_normal(table: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """One normal distribution, classes drawn on their own."""
    X = table.select_dtypes("number")
    rng = np.random.default_rng(seed)
    made = pd.DataFrame(rng.multivariate_normal(X.mean(), X.cov(), n), columns=X.columns)
    return _with_classes(made, table, rng)


def copula(table: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """A Gaussian copula: every column's own distribution, normal dependence."""
    X = table.select_dtypes("number")
    rng = np.random.default_rng(seed)
    scores = ndtri(X.rank() / (len(X) + 1))
    normal = rng.multivariate_normal(np.zeros(X.shape[1]), np.corrcoef(scores, rowvar=False), n)
    columns = {name: np.quantile(X[name], ndtr(normal[:, f])) for f, name in enumerate(X)}
    return _with_classes(pd.DataFrame(columns), table, rng)


def columns_apart(table: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Every column drawn again from its own values."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.choice(table[name].to_numpy(), n) for name in table})


def real(table: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """The learnt rows themselves: as like as can be, and all given away."""
    return table.sample(n, replace=n > len(table), random_state=seed)


WAYS: dict[str, Callable[[pd.DataFrame, int, int], pd.DataFrame]] = {
    "ours": ours,
    "copula": copula,
    "one_normal": one_normal,
    "columns_apart": columns_apart,
    "real": real,
}


def main() -> None:
    """Compare all ways on all tables and write the result."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in TABLES:
        table = _table(name)
        found[name] = {way: _scores(table, make) for way, make in WAYS.items()}
        for way, scores in found[name].items():
            print(f"{name:16} {way:14}", "  ".join(f"{key} {value:.3f}" for key, value in scores.items()))
    means = {way: float(np.mean([found[name][way]["auc"] for name in TABLES])) for way in WAYS}
    print("mean AUC", {way: round(value, 3) for way, value in means.items()})
    save("likeness", {"mean_auc": means, "tables": found})


def _table(name: str) -> pd.DataFrame:
    """An example's first columns, with its classes."""
    data = EXAMPLES[name].load()
    label = data.about.get("label")
    common = label is not None and data.values[label].value_counts().min() >= LEAST_CLASS
    return data.values[[*data.numeric[:MOST_COLUMNS], *([label] if common else [])]]


def _scores(table: pd.DataFrame, make: Callable[[pd.DataFrame, int, int], pd.DataFrame]) -> dict[str, float]:
    """Means over random halves."""
    rows = []
    for seed in range(SPLITS):
        order = np.random.default_rng(seed).permutation(len(table))
        learnt, unseen = table.iloc[order[::2]], table.iloc[order[1::2]]
        started = time.perf_counter()
        made = make(learnt.reset_index(drop=True), len(unseen), seed)[list(table.columns)]
        seconds = time.perf_counter() - started
        unseen_numbers, made_numbers = numbers(unseen, made)
        learnt_numbers, again = numbers(learnt, made)
        rows.append(
            {
                "auc": tell_apart(unseen_numbers, made_numbers, random_state=seed).auc,
                "p": energy_test(unseen_numbers, made_numbers, random_state=seed).p_value,
                "near": nearness(learnt_numbers, again).closer,
                "seconds": seconds,
            }
        )
    return {key: round(float(np.mean([row[key] for row in rows])), 4) for key in rows[0]}


def _with_classes(made: pd.DataFrame, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    others = table.columns.difference(made.columns)
    return made.assign(**{name: rng.choice(table[name].to_numpy(), len(made)) for name in others})


if __name__ == "__main__":
    main()
