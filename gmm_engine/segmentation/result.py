"""What a segmentation is, and what one takes away from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from gmm_engine.errors import DataError
from gmm_engine.features.pixels import SPACES
from gmm_engine.kernels.pictures import on_border, shrink
from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.segmentation.levels import enlarged, working_size
from gmm_engine.types import Array, Params

SOFT_PIXELS = 400_000  # memberships of larger pictures are worked out on a reduced one
SOFT_RADIUS = 2.0  # pixels over which a border may be soft


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Segments of a picture, the largest first.

    Attributes
    ----------
    image : uint8 (h, w, 3), the picture.
    labels : int32 (h, w), segment of each pixel, from 0.
    palette : uint8 (k, 3), mean colour of each segment.
    shares : (k,) part of the picture each segment covers; they sum to one.
    space : colour space of `model`.
    model : one Gaussian of colours per segment, in units of `space`.
    notes : what was done, one sentence each.

    Parameters
    ----------
    As the attributes; `segment_image` makes them.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import segment_image
    >>> picture = np.full((40, 60, 3), 220, np.uint8)
    >>> picture[10:30, 20:40] = (20, 90, 160)
    >>> found = segment_image(picture)
    >>> found.palette.tolist(), found.segment_at(x=30, y=20)
    ([[220, 220, 220], [20, 90, 160]], 1)
    >>> found.cutout(1).shape
    (40, 60, 4)
    """

    image: Array
    labels: Array
    palette: Array
    shares: Array
    space: str
    model: GaussianMixture
    notes: tuple[str, ...] = ()

    @property
    def n_segments(self) -> int:
        """Number of segments k."""
        return len(self.shares)

    @property
    def painted(self) -> Array:
        """The picture with every segment in its mean colour, uint8 (h, w, 3)."""
        return np.asarray(self.palette[self.labels])

    def outlined(self, colour: tuple[int, int, int] = (255, 255, 255)) -> Array:
        """The picture with the borders of its segments drawn, uint8 (h, w, 3)."""
        drawn = self.image.copy()
        drawn.reshape(-1, 3)[on_border(self.labels, 1)] = colour
        return drawn

    @cached_property
    def probabilities(self) -> Array:
        """Membership of each pixel in each segment, float32 (h', w', k), summing to one.

        Posterior of the segments' colour Gaussians, with the blurred labels as the prior, so
        that only borders are soft. Pictures of more than 400,000 pixels are reduced to that.
        """
        size = working_size(self.labels.shape, SOFT_PIXELS)
        small = self.image if size == self.labels.shape else shrink(self.image, *size)
        labels = enlarged(self.labels, *size)
        rows = SPACES[self.space](small).reshape(labels.size, -1)
        weight = np.exp(_log_densities(self.model.parameters(), rows)).reshape(*size, -1)
        for j in range(self.n_segments):
            weight[..., j] *= gaussian_filter((labels == j).astype(np.float32), SOFT_RADIUS)
        total = weight.sum(axis=2, keepdims=True)
        hard = (labels[..., None] == np.arange(self.n_segments)).astype(np.float32)
        return np.asarray(np.where(total > 1e-30, weight / np.maximum(total, 1e-30), hard))

    def soft_mask(self, segment: int) -> Array:
        """Membership of every pixel in one segment, float32 (h, w) from 0 to 1."""
        self._check(segment)
        return _resized(self.probabilities[..., segment], self.labels.shape)

    def cutout(self, segment: int, *, soft: bool = True) -> Array:
        """One segment on a transparent background, uint8 (h, w, 4)."""
        self._check(segment)
        mask = self.soft_mask(segment) if soft else self.labels == segment
        return with_alpha(self.image, mask)

    def segment_at(self, x: float, y: float) -> int:
        """Segment under a point, in pixels from the left and the top."""
        height, width = self.labels.shape
        return int(self.labels[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])

    def _check(self, segment: int) -> None:
        if not 0 <= segment < self.n_segments:
            raise DataError(f"There is no segment {segment}; they are numbered 0 to {self.n_segments - 1}.")


def with_alpha(image: Array, mask: Array) -> Array:
    """A picture (h, w, 3) with a mask (h, w), bool or from 0 to 1, as its opacity: uint8 (h, w, 4)."""
    alpha = np.round(np.asarray(mask, np.float32) * 255).astype(np.uint8)
    return np.dstack([image, alpha])


def _log_densities(params: Params, rows: Array) -> Array:
    """Log density of each component without its weight, less the largest of the row; (n, k)."""
    frame = Frame.of(rows)
    even = Params(np.full(len(params.weights), 1 / len(params.weights)), params.means, params.factors)
    values = MemoryRows(rows, frame=frame).log_densities(frame.enter(even))
    return np.asarray(values - values.max(axis=1, keepdims=True))


def _resized(mask: Array, shape: tuple[int, ...]) -> Array:
    """A mask at another size, by linear interpolation between the centres of its pixels."""
    if mask.shape == shape:
        return mask
    rows = (np.arange(shape[0]) + 0.5) * mask.shape[0] / shape[0] - 0.5
    columns = (np.arange(shape[1]) + 0.5) * mask.shape[1] / shape[1] - 0.5
    grid = np.meshgrid(rows.astype(np.float32), columns.astype(np.float32), indexing="ij")
    return np.asarray(np.clip(map_coordinates(mask, grid, order=1, mode="nearest"), 0, 1))
