"""Ways to learn one mixture per class: shrunk covariances, or a family by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.classify import families, learn, view
from gmm_engine.classify.reading import Reading, Readings
from gmm_engine.types import Array


@dataclass(frozen=True)
class Shrunk:
    """Covariances that lean on each other, on principal directions.

    Attributes
    ----------
    n_components : per class, at most.
    shrinkage : shares of the common covariance and of a sphere.
    n_directions : kept, None for all.
    """

    n_components: int
    shrinkage: tuple[float, float]
    n_directions: int | None

    def __call__(self, X: Array, index: Array, seed: int) -> Readings:
        """Mixtures of rows X (n, d) of the classes `index` (n,)."""
        return Readings(self.reading(X, index, seed, one_unit=False))

    def reading(self, X: Array, index: Array, seed: int, *, one_unit: bool) -> Reading:
        """The same for columns that share a unit, as pixels do, or have each their own."""
        seen = view.principal(X, index, self.n_directions, one_unit=one_unit)
        rng = np.random.RandomState(seed)
        options = (self.n_components, self.shrinkage, class_shares(index), rng)
        return Reading(seen, learn.shrunk(seen(X), index, *options))


@dataclass(frozen=True)
class Pictured:
    """Shrunk covariances of the pixels, and of the directions of edges that stand beside them."""

    pixels: Shrunk
    edges: Shrunk
    n_pixels: int

    def __call__(self, X: Array, index: Array, seed: int) -> Readings:
        """Both readings of rows X (n, d + 128) of the classes `index` (n,)."""
        d = self.n_pixels
        pixels = self.pixels.reading(X[:, :d], index, seed, one_unit=True)
        return Readings(pixels, self.edges.reading(X[:, d:], index, seed, one_unit=True))


@dataclass(frozen=True)
class OfFamily:
    """Maximum likelihood in a covariance family; `n_components` None chooses by BIC."""

    family: str
    n_components: int | None
    shared: bool
    reg_covar: float

    def __call__(self, X: Array, index: Array, seed: int) -> Readings:
        """Mixtures of rows X (n, d) of the classes `index` (n,)."""
        seen, shares = view.plain(X), class_shares(index)
        if self.shared:
            fitted = families.shared_family(seen(X), index, self.family, shares, self.reg_covar)[1]
        else:
            options = (self.family, shares, seed, self.reg_covar)
            fitted = families.of_family(seen(X), index, self.n_components, *options)
        return Readings(Reading(seen, fitted))


Plan = Shrunk | Pictured | OfFamily


def class_shares(index: Array) -> Array:
    """Share (c,) of each class in the rows."""
    return np.asarray(np.bincount(index) / len(index))
