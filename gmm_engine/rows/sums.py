"""What is made of one piece of rows, wherever it lies: small values that add.

Each is a plain value with its work in ``__call__(place, piece)``, so that it can be sent
to where the rows are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gmm_engine.rows.files import Piece
from gmm_engine.rows.frame import Frame
from gmm_engine.rows.memory import MemoryRows
from gmm_engine.rows.split import SplitRows
from gmm_engine.types import Array, Params

SAMPLE_ROWS, SAMPLE_BYTES = 65_536, 32_000_000
MARGIN = 1.25


@dataclass(frozen=True, eq=False)
class Sums:
    """`Stats` without the reference, which whoever asked knows: all that travels.

    `scalars`: log-likelihood, total, log_max, noise, and the number of observed cells.
    """

    weight: Array
    first: Array
    second: Array
    scalars: Array

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.weight + other.weight,
            self.first + other.first,
            self.second + other.second,
            self.scalars + other.scalars,
        )


@dataclass(frozen=True, eq=False)
class InFrame:
    """Parameters, and the frame they and the rows are seen in; `log_widths` of the noise's box."""

    params: Params
    frame: Frame
    log_widths: Array | None = None

    def rows(self, X: Array, gaps: bool) -> MemoryRows | SplitRows:
        """A batch in the frame, by one thread: its neighbours keep the others busy."""
        if gaps and np.isnan(X).any():
            return SplitRows(X, frame=self.frame, log_widths=self.log_widths)
        return MemoryRows(X, frame=self.frame, threaded=False)


class EStep(InFrame):
    """Sufficient statistics of a piece."""

    def __call__(self, place: int, piece: Piece) -> Sums:
        k, d = self.params.means.shape
        empty = np.zeros((k, d) if self.params.diagonal else (k, d, d))
        sums = Sums(np.zeros(k), np.zeros((k, d)), empty, np.zeros(5))
        for X in piece.batches(checked=False):
            sums += self._of_batch(X, piece.gaps)
        # A bad cell spoils the moments, which are looked at for less than every cell.
        if not np.isfinite(sums.first).all():
            for _ in piece.batches():
                pass
        return sums

    def _of_batch(self, X: Array, gaps: bool) -> Sums:
        rows = self.rows(X, gaps)
        found = rows.estep(self.params)
        seen = X.size if isinstance(rows, MemoryRows) else int((~np.isnan(X)).sum())
        scalars = np.array([found.log_likelihood, found.total, found.log_max, found.noise, seen])
        return Sums(found.weight, found.first, found.second, scalars)


class Score(InFrame):
    """Log density and likeliest component of each row of a piece."""

    def __call__(self, place: int, piece: Piece) -> tuple[Array, Array]:
        found = [self.rows(X, piece.gaps).score(self.params) for X in piece.batches()]
        empty = np.empty(0, np.int64)
        return (
            np.concatenate([scores for scores, _ in found] or [empty.astype(np.float64)]),
            np.concatenate([labels for _, labels in found] or [empty]),
        )


class LogDensities(InFrame):
    """Weighted log densities (m, k) of the rows of a piece."""

    def __call__(self, place: int, piece: Piece) -> Array:
        found = [self.rows(X, piece.gaps).log_densities(self.params) for X in piece.batches()]
        return np.concatenate(found or [np.empty((0, len(self.params.weights)))])


@dataclass(frozen=True, eq=False)
class Survey:
    """A first look at all rows.

    Attributes
    ----------
    n : number of rows.
    low, high : (d,) smallest and largest observed value of each column.
    observed : (d,) observed cells of each column.
    sample : (m, d) rows drawn evenly at random, in their order; all of them if they are few.
    keys : (m,) what each was drawn by. most : how many are kept.
    """

    n: int
    low: Array
    high: Array
    observed: Array
    sample: Array
    keys: Array
    most: int

    def __add__(self, other: Survey) -> Survey:
        sample, keys = smallest(
            np.concatenate([self.sample, other.sample]), np.concatenate([self.keys, other.keys]), self.most
        )
        low, high = np.fmin(self.low, other.low), np.fmax(self.high, other.high)
        return Survey(self.n + other.n, low, high, self.observed + other.observed, sample, keys, self.most)


@dataclass(frozen=True)
class Look:
    """Survey of a piece of rows with d columns; what is drawn depends on `seed` and the piece's place.

    Only keys below `share` are looked at: about as many as will be kept, where the number of rows is known.
    """

    d: int
    dtype: str
    seed: int
    most: int
    share: float

    @classmethod
    def of(cls, d: int, dtype: str, seed: int, rows: int | None) -> Look:
        """For so many rows in all, None if that is not known."""
        most = max(min(SAMPLE_ROWS, SAMPLE_BYTES // (8 * d)), 1)
        share = 1.0 if rows is None else min(1.0, MARGIN * most / max(rows, 1))
        return cls(d, dtype, seed, most, share)

    def __call__(self, place: int, piece: Piece) -> Survey:
        rng, d = np.random.default_rng([self.seed, place]), self.d
        nowhere = np.full(d, np.nan)
        empty = np.empty((0, d), self.dtype)
        survey = Survey(0, nowhere, nowhere, np.zeros(d, np.int64), empty, np.empty(0), self.most)
        for X in piece.batches():
            keys = rng.random(len(X))
            drawn = np.flatnonzero(keys < self.share)
            observed = len(X) - (np.isnan(X).sum(axis=0) if piece.gaps else np.zeros(d, np.int64))
            survey += Survey(len(X), *_range(X), observed, X[drawn], keys[drawn], self.most)
        return survey


def smallest(X: Array, keys: Array, most: int) -> tuple[Array, Array]:
    """The rows of the `most` smallest keys, in order, and the keys."""
    if len(keys) <= most:
        return X, keys
    kept = np.sort(np.argpartition(keys, most)[:most])
    return X[kept], keys[kept]


def _range(X: Array) -> tuple[Any, Any]:
    columns = [column for column in X.T if len(column)]
    if not columns:
        return np.full(X.shape[1], np.nan), np.full(X.shape[1], np.nan)
    return np.array([np.fmin.reduce(c) for c in columns]), np.array([np.fmax.reduce(c) for c in columns])
