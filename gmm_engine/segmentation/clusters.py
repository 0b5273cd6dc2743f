"""Segments as components of one mixture over all pixels: equal colours, wherever they lie."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from gmm_engine import threads
from gmm_engine.features.pixels import SPACES, places, roughness
from gmm_engine.kernels.patches import absorb
from gmm_engine.kernels.pictures import on_border
from gmm_engine.kernels.potts import settle
from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Array, Params

SAMPLE = 10_000  # pixels the mixture is fitted to
INDEPENDENT = 50.0  # neighbouring pixels tell the same: as many count as one observation
MOST_SEGMENTS = 8  # tried when the number is to be found
VARIANCE = 0.5  # added to every component, squared colour units
BAND_ROWS = 256  # rows of the picture turned into features at a time
SWEEPS = 3


def feature_rows(rgb: Array, space: str, position: float, texture: float) -> Array:
    """Features of every pixel (h w, d) float32, made band by band on all threads."""
    height, width = rgb.shape[:2]
    extras = []
    if texture > 0:
        extras.append(np.float32(texture) * roughness(rgb)[..., None])
    if position > 0:
        extras.append(np.float32(position) * places(height, width))
    channels = SPACES[space](rgb[:1, :1]).shape[-1]
    rows = np.empty((height, width, channels + sum(extra.shape[2] for extra in extras)), np.float32)

    def band(first: int, last: int) -> None:
        rows[first:last, :, :channels] = SPACES[space](rgb[first:last])

    threads.run_all([partial(band, *ends) for ends in threads.ranges(height, BAND_ROWS)])
    filled = channels
    for extra in extras:
        rows[:, :, filled : filled + extra.shape[2]] = extra
        filled += extra.shape[2]
    return rows.reshape(height * width, -1)


def fitted(rows: Array, n_segments: int | None, seed: int) -> Iterator[GaussianMixture]:
    """The best mixture so far, number after number of components; the last one is the choice.

    Without a number, one to eight components are compared by BIC, counting fifty pixels as one
    observation, until two numbers in turn are worse.
    """
    rng = np.random.default_rng(seed)
    some = rows if len(rows) <= SAMPLE else rows[np.sort(rng.choice(len(rows), SAMPLE, replace=False))]
    observations = max(len(rows) / INDEPENDENT, 2.0)
    most = len(np.unique(some, axis=0))
    lowest, worse = math.inf, 0
    for k in range(1, MOST_SEGMENTS + 1) if n_segments is None else [n_segments]:
        model = _mixture(some, min(k, most), seed)
        criterion = -2 * model.score(some) * observations + model.n_parameters() * math.log(observations)
        worse = worse + 1 if criterion >= lowest else 0
        if not worse:
            best, lowest = model, criterion
        yield best
        if worse == 2 or k >= most:
            return


def _mixture(rows: Array, k: int, seed: int) -> GaussianMixture:
    model = GaussianMixture(k, reg_covar=VARIANCE, random_state=seed)
    for _ in model.iter_fit(rows):
        pass
    return model


def smooth_labels(
    shape: tuple[int, int], rows: Array, params: Params, agreement: float, smallest: int
) -> Array:
    """Likeliest component of every pixel, int32 (h, w), made to agree with its neighbours."""
    frame = Frame.of(rows)
    labels = MemoryRows(rows, frame=frame).score(frame.enter(params))[1]
    labels = labels.astype(np.int32).reshape(shape)
    if agreement > 0:
        _agree(labels, rows, params, agreement)
    return absorb(labels, smallest) if smallest > 1 else labels


def _agree(labels: Array, rows: Array, params: Params, agreement: float) -> None:
    form: tuple[Any, ...] = (
        params.means,
        np.ascontiguousarray(np.linalg.inv(params.factors)),
        params.log_constants(),
    )
    for _ in range(SWEEPS):
        where = on_border(labels, 1)
        if not len(where) or not settle(labels, where, rows[where], *form, agreement):
            return
