"""``score`` and ``sample``: a model meets rows, or makes some; neither is ever whole in memory."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping

import numpy as np

from gmm_engine.cli.output import read_model, write_table
from gmm_engine.cli.progress import Bar
from gmm_engine.errors import DataError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import open_rows
from gmm_engine.types import Array

BLOCK = 1_000_000


def score(asked: Namespace) -> int:
    """Write each row's log density and component, or print a summary; returns the exit code."""
    bar, model = Bar(asked.quiet), read_model(asked.model)
    names = getattr(model, "feature_names_in_", None)
    columns = None if names is None else [str(name) for name in names]
    source = open_rows(asked.source, columns, dtype=asked.dtype, scheduler=asked.scheduler)
    source.watch, bar.words = bar.pieces, "scoring"
    if asked.out:
        blocks = (
            {"log_density": scores, "component": labels} for scores, labels in model.iter_scores(source)
        )
        rows = write_table(asked.out, blocks)
        bar.say(f"{asked.out}: {rows:,} rows")
        return 0
    stats = model._far_stats(source)
    assert stats is not None
    bic = model.n_parameters() * np.log(stats.total) - 2 * stats.log_likelihood
    for name, value in (
        ("rows", f"{stats.total:.0f}"),
        ("log_likelihood_per_row", f"{stats.log_likelihood / stats.total:.10g}"),
        ("bic", f"{bic:.10g}"),
        ("aic", f"{2 * model.n_parameters() - 2 * stats.log_likelihood:.10g}"),
        ("icl", f"{bic - 2 * stats.log_max:.10g}"),
    ):
        print(f"{name}\t{value}")
    return 0


def sample(asked: Namespace) -> int:
    """Write rows drawn from a model; returns the exit code."""
    if asked.rows < 1:
        raise DataError(f"--rows must be positive, got {asked.rows}.")
    bar, model = Bar(asked.quiet), read_model(asked.model)
    bar.words, bar.rows = "drawing", asked.rows
    rows = write_table(asked.out, _drawn(model, asked, bar))
    bar.say(f"{asked.out}: {rows:,} rows")
    return 0


def _drawn(model: GaussianMixture, asked: Namespace, bar: Bar) -> Iterator[Mapping[str, Array]]:
    rng = np.random.RandomState(asked.seed)
    model.random_state = rng
    d = model.means_.shape[1]
    names = getattr(model, "feature_names_in_", [f"column {f + 1}" for f in range(d)])
    for start in range(0, asked.rows, BLOCK):
        X, labels = model.sample(min(BLOCK, asked.rows - start))
        order = rng.permutation(len(X))  # `sample` groups rows by component
        block = {str(name): X[order, f].astype(asked.dtype) for f, name in enumerate(names)}
        yield {**block, "component": labels[order]} if asked.labels else block
        bar.pieces(min(start + BLOCK, asked.rows), asked.rows)
