"""The coordinates a fit works in, so that offset and scale of the data cost no digits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gmm_engine.types import Array, Params, Step


@dataclass(frozen=True, eq=False)
class Frame:
    """Coordinates of a fit: x' = (x - centre) * scale.

    Attributes
    ----------
    centre : (d,) representable in the rows' dtype.
    scale : one common power of two; columns are never scaled separately.
    variances : (d,) approximate variances of the columns in this frame, if known.
    """

    centre: Array
    scale: float = 1.0
    variances: Array | None = None

    @classmethod
    def of(cls, X: Array, sample_weight: Array | None = None) -> Frame:
        """Centre near the mean; scale so that the largest standard deviation is near one.

        Both come from at most 80,000 rows: they need not be exact, only the same at
        every iteration.
        """
        sample = sample_of(X, sample_weight)
        anchor = sample[0].astype(np.float64)
        # Centring on one row first keeps the sums exact at any offset.
        shifted = sample.astype(np.float64) - anchor
        centre = _rounded(anchor + shifted.mean(axis=0), X.dtype)
        largest = float(np.max(np.abs(shifted)))
        unit = _power_of_two(largest)
        deviations = (shifted / unit).std(axis=0)
        scale = 1 / _power_of_two(float(deviations.max()) * unit)
        return cls(centre, scale, np.square(deviations * (unit * scale)))

    def enter(self, params: Params) -> Params:
        """Parameters of the user's coordinates, in this frame's."""
        means = (params.means - self.centre) * self.scale
        noise_log = params.noise_log_density - self.log_volume
        constants = None if params.constants is None else params.constants - self.log_volume
        return Params(params.weights, means, params.factors * self.scale, params.noise, noise_log, constants)

    def leave(self, params: Params) -> Params:
        """Parameters of this frame, in the user's coordinates."""
        means = params.means / self.scale + self.centre
        noise_log = params.noise_log_density + self.log_volume
        constants = None if params.constants is None else params.constants + self.log_volume
        return Params(params.weights, means, params.factors / self.scale, params.noise, noise_log, constants)

    def outside(self, steps: Iterable[Step], shift: float) -> Iterator[Step]:
        """Steps of this frame in the user's coordinates, `shift` added to every bound."""
        inner, outer = None, None
        for step in steps:
            before = outer if outer is not None and step.before is inner else self.leave(step.before)
            inner, outer = step.params, self.leave(step.params)
            yield Step(step.iteration, outer, step.bound + shift, before, step.stats)

    @cached_property
    def log_volume(self) -> float:
        """Add to a log density of this frame to have the user's."""
        return float(len(self.centre) * np.log(self.scale))


def sample_of(X: Array, sample_weight: Array | None, most: int = 40_000) -> Array:
    """At most `most` evenly spaced rows of positive weight."""
    if sample_weight is not None:
        counted = np.flatnonzero(sample_weight > 0)
        return np.asarray(X[counted[:: max(1, len(counted) // most)]])
    return X[:: max(1, len(X) // most)]


def _power_of_two(value: float) -> float:
    """The power of two nearest to a positive value; 1 for anything else."""
    if not 0 < value < np.inf:
        return 1.0
    return float(2.0 ** np.clip(np.round(np.log2(value)), -500, 500))


def _rounded(centre: Array, dtype: Any) -> Array:
    return centre.astype(dtype).astype(np.float64)
