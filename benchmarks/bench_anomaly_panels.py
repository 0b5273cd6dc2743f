"""How the detector's panel was chosen, and what choosing costs: tables left out in turn.

Run ``python -m benchmarks.bench_anomaly_panels``; writes ``benchmarks/results/anomaly_panels.json``.
Every candidate panel is fitted to every table as it stands. Then each group of tables is left out
in turn, the candidate that is best on all others is taken, and its AUROC on the group left out is
the honest one. The ten tables are also judged by the candidate that is best on the others alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import compare
from benchmarks.anomaly_tables import Array, Table, others, ten
from gmm_engine.anomaly import panel
from gmm_engine.anomaly.core import View
from gmm_engine.anomaly.detector import VIEWS
from tests.data_dir import data_dir

COARSE, MIDDLE = View(2, 0.3, 0.75), View(8, 0.1, 0.75)
FINE, GENTLE = View(8, 0.01, 0.85, gated=True), View(3, 0.01, 0.9)
MOST_ROWS = 2000
CANDIDATES = {
    "the detector's": VIEWS,
    "coarse": (COARSE,),
    "middle": (MIDDLE,),
    "fine": (COARSE, FINE),
    "gentle": (GENTLE,),
    "trimmed Gaussian": (View(1, 0.3, 0.75),),
    "trimmed three": (View(3, 0.3, 0.75),),
    "one to five": tuple(View(k, 0.3, 0.75) for k in (1, 2, 3, 5)),
    "coarse, middle": (COARSE, MIDDLE),
    "coarse, middle, fine": (COARSE, MIDDLE, FINE),
    "coarse, middle, gentle": (COARSE, MIDDLE, GENTLE),
    "coarse, fine, gentle": (COARSE, FINE, GENTLE),
    "untrimmed": tuple(View(v.k, v.ridge, 1.0) for v in VIEWS),
}


def auroc(table: Table, views: tuple[View, ...], seed: int) -> float:
    """Of one panel fitted to all rows of a table."""
    X, y = table
    rng = np.random.RandomState(seed)
    fitted = np.sort(rng.choice(len(X), min(len(X), MOST_ROWS), replace=False))
    return float(roc_auc_score(y, panel.learn(X, fitted, views, rng)[0].surprise(X)))


def left_out(scores: Array, groups: Array) -> float:
    """Mean AUROC of groups (n,) judged by the candidate that is best on all other groups."""
    names, found = np.unique(groups), []
    means = np.stack([scores[:, groups == name].mean(axis=1) for name in names], axis=1)
    for i in range(len(names)):
        best = np.delete(means, i, axis=1).mean(axis=1).argmax()
        found.append(means[best, i])
    return float(np.mean(found))


def main() -> None:
    """Fit all candidates to all tables, and leave tables out."""
    known, more = ten(data_dir()), others(data_dir())
    tables = {**{f"{name}/": table for name, table in known.items()}, **more}
    scores = np.array(
        [[auroc(table, views, 0) for table in tables.values()] for views in CANDIDATES.values()]
    )
    groups = np.array([name.split("/")[0] for name in tables])
    first, rest = scores[:, : len(known)], scores[:, len(known) :]
    rest_groups = groups[len(known) :]
    each = np.stack([rest[:, rest_groups == name].mean(axis=1) for name in np.unique(rest_groups)], axis=1)
    means: dict[str, Any] = {
        name: {"ten": round(float(row.mean()), 4), "others": round(float(group.mean()), 4)}
        for name, row, group in zip(CANDIDATES, first, each, strict=True)
    }
    summary = {
        "candidates": means,
        "ten tables, one left out in turn": left_out(first, groups[: len(known)]),
        "other groups, one left out in turn": left_out(rest, rest_groups),
        "ten tables, chosen on the others": float(first[each.mean(axis=1).argmax()].mean()),
        "others, chosen on the ten": float(each[first.mean(axis=1).argmax()].mean()),
    }
    compare.write("anomaly_panels", summary, tables=len(tables))


if __name__ == "__main__":
    main()
