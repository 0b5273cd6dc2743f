"""Rows of an array in memory.

The array is used as it is: centring and scaling by a power of two happen inside the
kernels, so a fit copies nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache, partial

import numpy as np

from gmm_engine import threads
from gmm_engine.kernels import estep as kernels
from gmm_engine.kernels.factors import prepare
from gmm_engine.kernels.wide import fused_wide
from gmm_engine.rows.frame import Frame
from gmm_engine.types import Array, Params, Stats

WIDE = 24  # columns from which BLAS on blocks beats simple loops
ROWS_PER_CHUNK = 16_384
MOST_CHUNKS = 64
NONE = np.empty(0)
BLOCK_BYTES = 96 * 1024  # whitened rows of all components of one block stay in the cache


class MemoryRows:
    """Rows of a C-contiguous float32 or float64 array (n, d), with optional row weights (n,).

    Without `threaded` the calling thread does everything, with the same result.
    """

    def __init__(
        self,
        X: Array,
        sample_weight: Array | None = None,
        *,
        frame: Frame | None = None,
        threaded: bool = True,
    ) -> None:
        self._threaded = threaded
        self.X = np.ascontiguousarray(X)
        self.n, self.d = self.X.shape
        self.dtype = self.X.dtype
        self.row_weights = (
            np.empty(0, self.dtype)
            if sample_weight is None
            else np.ascontiguousarray(sample_weight, self.dtype)
        )
        self.frame = Frame.of(self.X, sample_weight) if frame is None else frame
        self.total = float(self.n if sample_weight is None else np.sum(sample_weight, dtype=np.float64))
        self._frame = (self.frame.centre.astype(self.dtype), self.dtype.type(self.frame.scale))
        self.per_chunk = max(ROWS_PER_CHUNK, -(-self.n // MOST_CHUNKS))
        self.chunks = -(-self.n // self.per_chunk)

    @property
    def log_volume(self) -> float:
        """Add to a mean log-likelihood in the frame to have the user's."""
        return self.frame.log_volume

    def estep(self, params: Params) -> Stats:
        """Sufficient statistics of all rows under their responsibilities; one fused pass."""
        wide = self.d >= WIDE and not params.diagonal
        model, reference = self._model(params, transposed=True) if wide else self._model_once(params)
        noise = self.dtype.type(self._noise(params))
        moments, totals = self._accumulators(params)
        fused = fused_wide if wide else kernels.fused

        def task(first: int, last: int) -> None:
            plan = self._plan(first, last, params)
            bits = self._bits(plan[3])
            weights = self.row_weights
            fused(self.X, weights, self._frame, plan, model, noise, bits, moments, totals)

        with threads.single_threaded_blas() if wide else nullcontext():
            self._over_chunks(task)
        likelihood, total, log_max, noise_weight = added(totals).tolist()
        return unpack(reference, added(moments), likelihood, total, log_max, noise_weight)

    def weigh(self, resp: Array, *, diagonal: bool = False) -> Stats:
        """Statistics under given responsibilities (n, k); rows of zeros do not count."""
        k = resp.shape[1]
        resp = np.ascontiguousarray(resp, self.dtype)
        means = np.zeros((k, self.d))
        factors = np.ones((k, self.d)) if diagonal else np.tile(np.eye(self.d), (k, 1, 1))
        # A first pass finds the means, so that the second takes moments about them.
        rough = self._weigh(Params(np.ones(k), means, np.ones((k, self.d))), resp)
        return self._weigh(Params(np.ones(k), rough.means(), factors), resp)

    def pooled(self) -> Stats:
        """Statistics of all rows as one component."""
        return self.weigh(np.ones((self.n, 1)))

    def log_densities(self, params: Params) -> Array:
        """Weighted log densities (n, k) in the user's units, noise left out."""
        model, _ = self._model(params, shift=self.frame.log_volume)
        out = np.empty((self.n, len(params.weights)), self.dtype)

        def task(first: int, last: int) -> None:
            plan = self._plan(first, last, params)
            kernels.log_densities(self.X, self._frame, plan, model, out)

        self._over_chunks(task)
        return out

    def score(self, params: Params) -> tuple[Array, Array]:
        """Log density (n,) in the user's units, and likeliest component (n,), -1 for noise."""
        model, _ = self._model(params, shift=self.frame.log_volume)
        noise = self.dtype.type(self._noise(params) + self.frame.log_volume)
        scores, labels = np.empty(self.n, self.dtype), np.empty(self.n, np.int64)

        def task(first: int, last: int) -> None:
            plan = self._plan(first, last, params)
            bits = self._bits(plan[3])
            kernels.score(self.X, self._frame, plan, model, noise, bits, scores, labels)

        self._over_chunks(task)
        return scores, labels

    def _weigh(self, reference: Params, resp: Array) -> Stats:
        model, reference = self._model_once(reference)
        moments, _ = self._accumulators(reference)

        def task(first: int, last: int) -> None:
            plan = self._plan(first, last, reference)
            kernels.weigh(self.X, self.row_weights, self._frame, plan, model, resp, moments)

        self._over_chunks(task)
        stats = unpack(reference, added(moments))
        return Stats(stats.reference, stats.weight, stats.first, stats.second, total=self.total)

    def _model(
        self, params: Params, *, transposed: bool = False, shift: float = 0.0
    ) -> tuple[tuple[Array, Array, Array], Params]:
        """Means, inverse factors and constants for a kernel; and params with the means as rounded."""
        means = params.means.astype(self.dtype)
        inverses = params.inverses.transpose(0, 2, 1) if transposed else params.inverses
        # A copy always: kernels are compiled for arrays that can be written.
        inverses = inverses.astype(self.dtype, order="C")
        constants = (params.log_constants() + shift).astype(self.dtype)
        reference = Params(params.weights, means.astype(np.float64), params.factors)
        return (means, inverses, constants), reference

    def _model_once(self, params: Params) -> tuple[tuple[Array, Array, Array], Params]:
        """`_model` for parameters that one pass is made with, as in a fit: quicker for small matrices."""
        if params.diagonal or self.d >= WIDE:
            return self._model(params)
        means = params.means.astype(self.dtype)
        weights, factors = np.array(params.weights, np.float64), np.array(params.factors, np.float64)
        given = np.array(NONE if params.constants is None else params.constants, np.float64)
        inverses, constants = np.empty(factors.shape, self.dtype), np.empty(len(means), self.dtype)
        prepare(weights, factors, given, 0.0, inverses, constants)
        return (means, inverses, constants), Params(weights, means.astype(np.float64), factors)

    def _noise(self, params: Params) -> float:
        if params.noise <= 0:
            return float(-np.inf)
        return float(np.log(params.noise) + params.noise_log_density)

    def _accumulators(self, params: Params) -> tuple[Array, Array]:
        d = self.d
        slots = 1 + d + (d if params.diagonal else d * (d + 1) // 2)
        return np.zeros((self.chunks, len(params.weights), slots)), np.zeros((self.chunks, 4))

    def _plan(self, first: int, last: int, params: Params) -> tuple[int, int, int, int]:
        per_row = len(params.weights) * self.d * self.dtype.itemsize
        block = min(max(BLOCK_BYTES // per_row // 64 * 64, 64), 512)
        return first, last, self.per_chunk, block

    def _bits(self, size: int) -> Array:
        return np.empty(size, np.int32 if self.dtype == np.float32 else np.int64)

    def _over_chunks(self, task: Callable[[int, int], None]) -> None:
        if self.chunks == 1 or not self._threaded:
            task(0, self.chunks)
            return
        groups = threads.ranges(self.chunks, -(-self.chunks // (4 * threads.n_threads())))
        threads.run_all([partial(task, first, last) for first, last in groups])


def added(moments: Array) -> Array:
    """The sum of what all chunks hold, in their order; one alone is its own."""
    return moments[0] if len(moments) == 1 else np.asarray(moments.sum(axis=0))


def unpack(
    reference: Params,
    moments: Array,
    log_likelihood: float = 0.0,
    total: float = 0.0,
    log_max: float = 0.0,
    noise: float = 0.0,
) -> Stats:
    """Stats from a kernel's slots (k, 1 + d + d(d+1)/2), or (k, 1 + 2d) if diagonal."""
    d = reference.means.shape[1]
    weight, first, packed = moments[:, 0], moments[:, 1 : 1 + d], moments[:, 1 + d :]
    second = packed
    if not reference.diagonal:
        second = packed[:, _slots(d)]
    return Stats(
        reference, weight, first, second, float(log_likelihood), float(total), float(log_max), float(noise)
    )


@lru_cache(maxsize=64)
def _slots(d: int) -> Array:
    """Where each element of a symmetric (d, d) matrix lies in its packed lower triangle."""
    f, g = np.indices((d, d))
    high, low = np.maximum(f, g), np.minimum(f, g)
    return np.asarray(high * (high + 1) // 2 + low)
