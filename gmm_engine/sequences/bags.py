"""Recordings as bags of frames: what was said is forgotten, who said it remains.

`fit_adapted`: one large background mixture, its means moved towards each class as far as
the class has frames there (Reynolds, Quatieri and Dunn, *Speaker verification using adapted
Gaussian mixture models*, Digital Signal Processing 2000, section 3.3). `fit_gaussians`: one
full Gaussian per class, half its own covariance and half everybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import MemoryRows
from gmm_engine.sequences.context import Recordings
from gmm_engine.types import Array, Params

MOST_BACKGROUND_ROWS = 20_000
OWN_SHARE = 0.5
SPHERE_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Bags:
    """One mixture per class, and one for all; the order of frames does not count."""

    classes: tuple[Params, ...]
    background: Params

    def scores(self, recordings: Recordings) -> Array:
        """Log likelihood per frame (n, classes + 1), nats; the last column is the background's."""
        rows = MemoryRows(recordings.frames)
        mixtures = (*self.classes, self.background)
        found = [rows.score(rows.frame.enter(params))[0] for params in mixtures]
        sums = np.add.reduceat(np.array(found, np.float64), recordings.offsets[:-1], axis=1)
        return np.asarray((sums / recordings.lengths).T)


def background(frames: Array, k: int, random_state: int) -> Params:
    """A diagonal mixture of `k` components over everybody's frames (t, d)."""
    step = max(1, len(frames) // MOST_BACKGROUND_ROWS)
    rows = np.ascontiguousarray(frames[::step], np.float64)
    k = min(k, max(1, len(rows) // 10))
    floor = 1e-3 * float(rows.var(axis=0).mean())
    model = GaussianMixture(
        k,
        covariance_type="diag",
        reg_covar=floor,
        max_iter=30,
        tol=1e-2,
        init_params="k-means++",
        random_state=random_state,
    )
    model.fit(rows)
    return Params(model.weights_, model.means_, np.sqrt(model.covariances_))


def fit_adapted(frames: Sequence[Array], ubm: Params, relevance: float) -> Bags:
    """Adapt the background's means to each class; frames: (t, d) of each class.

    relevance : frames a component must have seen to move half of the way.
    """
    return Bags(tuple(_adapted(rows, ubm, relevance) for rows in frames), ubm)


def _adapted(frames: Array, ubm: Params, relevance: float) -> Params:
    rows = MemoryRows(frames)
    stats = rows.estep(rows.frame.enter(ubm))
    seen = Params(ubm.weights, stats.means(), np.ones_like(ubm.means))
    trust = (stats.weight / (stats.weight + relevance))[:, None]
    means = trust * rows.frame.leave(seen).means + (1 - trust) * ubm.means
    return Params(ubm.weights, means, ubm.factors)


def fit_gaussians(frames: Sequence[Array]) -> Bags:
    """One full Gaussian per class, its covariance leaning on the average and on a sphere."""
    own = np.array([np.cov(rows, rowvar=False, bias=True).reshape(rows.shape[1], -1) for rows in frames])
    mixed = OWN_SHARE * own + (1 - OWN_SHARE) * own.mean(axis=0)
    d = mixed.shape[1]
    sphere = np.eye(d) * np.mean(np.diagonal(own.mean(axis=0)))
    factors = np.linalg.cholesky((1 - SPHERE_SHARE) * mixed + SPHERE_SHARE * sphere)
    means = [rows.mean(axis=0) for rows in frames]
    classes = tuple(Params(np.ones(1), m[None], f[None]) for m, f in zip(means, factors, strict=True))
    return Bags(classes, Params(np.full(len(means), 1 / len(means)), np.array(means), factors))
