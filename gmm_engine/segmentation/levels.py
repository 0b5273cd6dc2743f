"""From a small label image to a large one: enlarged step by step, borders settled at each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.features.pixels import SPACES
from gmm_engine.kernels.patches import moments
from gmm_engine.kernels.pictures import on_border, shrink
from gmm_engine.kernels.potts import settle
from gmm_engine.types import Array

WORKING_PIXELS = 160_000
SWEEPS = 2
NOISE = 1.5  # standard deviation added to every component, colour units


@dataclass(frozen=True, eq=False)
class Colours:
    """One Gaussian of colours per segment.

    Attributes
    ----------
    weights (k,), means (k, d), covariances (k, d, d) in units of the colour space `space`.
    """

    space: str
    weights: Array
    means: Array
    covariances: Array

    @classmethod
    def of(cls, rgb: Array, labels: Array, space: str) -> Colours:
        """Moments of the colours of each segment of a picture, with a little noise added."""
        colours = SPACES[space](rgb)
        centre = colours.mean(axis=(0, 1), dtype=np.float64)
        counts, sums, outers = moments(colours - centre.astype(np.float32), labels, int(labels.max()) + 1)
        counts = np.maximum(counts, 1e-9)
        means = sums / counts[:, None]
        spread = outers / counts[:, None, None] - means[:, :, None] * means[:, None, :]
        covariances = spread + NOISE**2 * np.eye(means.shape[1])
        return cls(space, counts / counts.sum(), means + centre, covariances)

    def kernel_form(self) -> tuple[Array, Array, Array]:
        """Means, inverses of the lower Cholesky factors, and log constants without the weights."""
        factors = np.linalg.cholesky(self.covariances)
        constants = -np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
        return self.means, np.ascontiguousarray(np.linalg.inv(factors)), constants


def working_size(shape: tuple[int, ...], most: int = WORKING_PIXELS) -> tuple[int, int]:
    """Height and width of the same shape with at most `most` pixels."""
    height, width = shape[:2]
    ratio = min(1.0, (most / (height * width)) ** 0.5)
    return max(1, round(height * ratio)), max(1, round(width * ratio))


def sizes_between(small: tuple[int, ...], full: tuple[int, ...]) -> list[tuple[int, int]]:
    """Sizes that double on the way from `small` (left out) to `full` (included)."""
    sizes: list[tuple[int, int]] = []
    height, width = full[:2]
    while height * width > 1.5 * small[0] * small[1]:
        sizes.append((height, width))
        height, width = -(-height // 2), -(-width // 2)
    return sizes[::-1] or ([(height, width)] if (height, width) != small else [])


def enlarged(labels: Array, height: int, width: int) -> Array:
    """The label image at another size, nearest pixel."""
    rows = np.arange(height) * labels.shape[0] // height
    columns = np.arange(width) * labels.shape[1] // width
    return np.ascontiguousarray(labels[rows[:, None], columns])


def settled(rgb: Array, labels: Array, colours: Colours, agreement: float, sweeps: int = SWEEPS) -> Array:
    """Labels whose border pixels follow the colours; `labels` is changed and returned."""
    form = colours.kernel_form()
    for _ in range(sweeps):
        where = on_border(labels, 1)
        rows = SPACES[colours.space](rgb.reshape(-1, 3)[where])
        if not len(where) or not settle(labels, where, rows, *form, agreement):
            break
    return labels


def carried_up(rgb: Array, labels: Array, colours: Colours, agreement: float) -> Array:
    """Labels of a small picture carried to the full size of `rgb` (h, w, 3)."""
    for height, width in sizes_between(labels.shape, rgb.shape):
        level = rgb if (height, width) == rgb.shape[:2] else shrink(rgb, height, width)
        labels = settled(level, enlarged(labels, height, width), colours, agreement)
    return labels
