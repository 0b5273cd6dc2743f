"""One mixture per class, in the coordinates of a view, whose covariances lean on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_engine import em
from gmm_engine.classify.view import within
from gmm_engine.mixture.mstep import factorise
from gmm_engine.mixture.shapes import matrices
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.start import one_hot
from gmm_engine.start.seeds import seeded_labels
from gmm_engine.types import TINY, Array, Params, Stats

TOLERANCE, MOST_STEPS = 2e-3, 40  # nats per row and column
SMALLEST_LEVEL = 1e-9


@dataclass(frozen=True, eq=False)
class Shrinkage:
    """An M-step whose covariances lean on the others.

    Each component's covariance is first pulled towards the average of its class, the more
    the fewer rows it has; then towards `pooled`, the covariance within all classes, by the
    share `common`, and towards a sphere of that variance on average by the share `sphere`
    (regularised discriminant analysis, Friedman 1989, inside every step of EM).
    """

    pooled: Array
    common: float
    sphere: float

    def __call__(self, stats: Stats, previous: Params | None = None) -> Params:
        p = len(self.pooled)
        weight = np.maximum(stats.weight, TINY)
        scatters = stats.scatters()
        average = scatters.sum(axis=0) / weight.sum()
        trust = (weight / (weight + p))[:, None, None]
        own = trust * scatters / weight[:, None, None] + (1 - trust) * average
        level = max(float(np.trace(self.pooled)) / p, SMALLEST_LEVEL)
        target = self.common * self.pooled + self.sphere * level * np.eye(p)
        covariances = (1 - self.common - self.sphere) * own + target
        return Params(weight / weight.sum(), stats.means(), factorise(covariances))


@dataclass(frozen=True, eq=False)
class ClassMixtures:
    """The mixtures of all classes as one, weighted by the classes' shares.

    Attributes
    ----------
    params : all components, ordered by class; full factors.
    owner : (k,) class of each component, ascending, every class at least once.
    """

    params: Params
    owner: Array

    @classmethod
    def joined(cls, parts: Sequence[Params], shares: Array) -> ClassMixtures:
        """From one mixture and one share for each class."""
        counts = [len(part.weights) for part in parts]
        weights = np.concatenate([part.weights * share for part, share in zip(parts, shares, strict=True)])
        factors = np.concatenate([matrices(part.factors) for part in parts])
        means = np.concatenate([part.means for part in parts])
        return cls(Params(weights, means, factors), np.repeat(np.arange(len(parts)), counts))

    def by_component(self, Z: Array) -> Array:
        """Log of share, weight and density (n, k) of rows Z (n, p), nats."""
        frame = Frame(np.zeros(Z.shape[1]))
        return MemoryRows(Z, frame=frame).log_densities(self.params)

    def __call__(self, Z: Array) -> Array:
        """Log joint density (n, c) of rows Z (n, p) and each class, nats."""
        starts = np.flatnonzero(np.diff(self.owner, prepend=-1))
        return np.asarray(np.logaddexp.reduceat(self.by_component(Z), starts, axis=1))


def shrunk(
    Z: Array, index: Array, k: int, shrinkage: tuple[float, float], shares: Array, rng: np.random.RandomState
) -> ClassMixtures:
    """Mixtures of at most k full components per class whose covariances lean on each other."""
    maximise = Shrinkage(within(Z, index), *shrinkage)
    parts = [_climb(Z[index == c], k, maximise, rng) for c in range(len(shares))]
    return ClassMixtures.joined(parts, shares)


def _climb(Z: Array, k: int, maximise: Shrinkage, rng: np.random.RandomState) -> Params:
    rows = MemoryRows(Z, frame=Frame(np.zeros(Z.shape[1])))
    k = min(k, len(Z))
    labels = np.zeros(len(Z), np.int64) if k == 1 else seeded_labels(Z, np.ones(len(Z)), k, rng)
    first = maximise(rows.weigh(one_hot(labels, k)), None)
    if k == 1:
        return first
    steps = em.run(rows, first, maximise, tol=TOLERANCE * Z.shape[1], max_iter=MOST_STEPS)
    return em.drain(steps, first, tol=0).params
