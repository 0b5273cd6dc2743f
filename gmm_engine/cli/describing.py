"""``describe``: what is in files, or in a model."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_engine.cli.output import read_model
from gmm_engine.cli.progress import Bar
from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import Piece, open_rows
from gmm_engine.types import Array


@dataclass(frozen=True, eq=False)
class Moments:
    """Count, mean, scatter and range of the observed cells of each column, all (d,); they add."""

    n: int
    count: Array
    mean: Array
    scatter: Array
    low: Array
    high: Array

    def __add__(self, other: Moments) -> Moments:
        count = self.count + other.count
        share = other.count / np.maximum(count, 1)
        gap = other.mean - self.mean
        return Moments(
            self.n + other.n,
            count,
            self.mean + share * gap,
            self.scatter + other.scatter + self.count * share * np.square(gap),
            np.fmin(self.low, other.low),
            np.fmax(self.high, other.high),
        )


@dataclass(frozen=True)
class Measure:
    """`Moments` of a piece of rows with d columns."""

    d: int

    def __call__(self, place: int, piece: Piece) -> Moments:
        zero, nowhere = np.zeros(self.d), np.full(self.d, np.nan)
        found = Moments(0, zero, zero, zero, nowhere, nowhere)
        for X in piece.batches():
            seen = ~np.isnan(X)
            count = seen.sum(axis=0).astype(np.float64)
            cells = np.where(seen, X, 0).astype(np.float64)
            mean = cells.sum(axis=0) / np.maximum(count, 1)
            scatter = np.where(seen, np.square(cells - mean), 0).sum(axis=0)
            low, high = np.fmin.reduce(X, axis=0), np.fmax.reduce(X, axis=0)
            found += Moments(len(X), count, mean, scatter, low, high)
        return found


def run(asked: Namespace) -> int:
    """Print a table of columns, or of components; returns the exit code."""
    if len(asked.source) == 1 and _is_document(asked.source[0]):
        _components(read_model(asked.source[0]))
        return 0
    bar = Bar(asked.quiet)
    source = open_rows(asked.source, asked.columns, dtype=asked.dtype, scheduler=asked.scheduler).with_gaps()
    source.watch, bar.words = bar.pieces, "reading"
    found = source.total(Measure(source.d))
    table = pd.DataFrame(
        {
            "column": source.columns,
            "missing": found.n - found.count.astype(np.int64),
            "mean": found.mean,
            "deviation": np.sqrt(found.scatter / np.maximum(found.count, 1)),
            "min": found.low,
            "max": found.high,
        }
    )
    bar.clear()
    print(f"{found.n:,} rows, {source.d} columns of numbers, read as {source.dtype}")
    print(table.to_string(index=False))
    return 0


def _components(model: GaussianMixture) -> None:
    k, d = model.means_.shape
    names = [str(name) for name in getattr(model, "feature_names_in_", range(d))]
    converged = "converged" if model.converged_ else "not converged"
    print(f"{k} components, {d} columns, {model.covariance_type}, {converged} in {model.n_iter_} iterations")
    deviations = np.sqrt(np.diagonal(model.parameters().covariances(), axis1=1, axis2=2))
    table = pd.DataFrame({"weight": model.weights_})
    for f, name in enumerate(names):
        table[f"mean {name}"], table[f"deviation {name}"] = model.means_[:, f], deviations[:, f]
    print(table.to_string())
    if model.noise_weight_ > 0:
        print(f"noise {model.noise_weight_:.6g}")


def _is_document(path: str) -> bool:
    """Whether a file begins as a JSON document."""
    try:
        with open(path, "rb") as file:
            return file.read(64).lstrip()[:1] == b"{"
    except OSError:
        return False
