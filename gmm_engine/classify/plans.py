"""Ways to learn one mixture per class: shrunk covariances, or a family by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.classify import families, learn, view
from gmm_engine.classify.learn import ClassMixtures
from gmm_engine.types import Array

Learned = tuple[view.View, ClassMixtures]


@dataclass(frozen=True)
class Shrunk:
    """Covariances that lean on each other, on principal directions.

    Attributes
    ----------
    n_components : per class, at most.
    shrinkage : shares of the common covariance and of a sphere.
    n_directions : kept, None for all.
    one_unit : whether the columns share a unit, as pixels do.
    """

    n_components: int
    shrinkage: tuple[float, float]
    n_directions: int | None
    one_unit: bool

    def __call__(self, X: Array, index: Array, seed: int) -> Learned:
        """View and mixtures of rows X (n, d) of the classes `index` (n,)."""
        seen = view.principal(X, index, self.n_directions, one_unit=self.one_unit)
        rng = np.random.RandomState(seed)
        return seen, learn.shrunk(seen(X), index, self.n_components, self.shrinkage, class_shares(index), rng)


@dataclass(frozen=True)
class OfFamily:
    """Maximum likelihood in a covariance family; `n_components` None chooses by BIC."""

    family: str
    n_components: int | None
    shared: bool
    reg_covar: float

    def __call__(self, X: Array, index: Array, seed: int) -> Learned:
        """View and mixtures of rows X (n, d) of the classes `index` (n,)."""
        seen, shares = view.plain(X), class_shares(index)
        if self.shared:
            return seen, families.shared_family(seen(X), index, self.family, shares, self.reg_covar)[1]
        options = (self.family, shares, seed, self.reg_covar)
        return seen, families.of_family(seen(X), index, self.n_components, *options)


Plan = Shrunk | OfFamily


def class_shares(index: Array) -> Array:
    """Share (c,) of each class in the rows."""
    return np.asarray(np.bincount(index) / len(index))
