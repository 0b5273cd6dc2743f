"""Several mixtures asked together: coarse and fine, trimmed hard and gently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_engine.anomaly import core
from gmm_engine.anomaly.core import Core, View
from gmm_engine.anomaly.scaling import SoftScale
from gmm_engine.types import Array, Params

SMALLEST_SPREAD = 1e-6  # nats; scores of constant rows have none
FOLDS, FOLDS_IF_WIDE, WIDE = 10, 5, 50


@dataclass(frozen=True, eq=False)
class Panel:
    """A weighted geometric mean of mixture densities, in softly scaled columns.

    Attributes
    ----------
    scale : brings the table's columns to one scale.
    mixtures : one for each view, in scaled columns.
    weights : share of each in the score; they sum to one.
    """

    scale: SoftScale
    mixtures: tuple[Params, ...]
    weights: Array

    def each(self, Z: Array) -> Array:
        """Surprise (n, views) of scaled rows under every mixture, nats."""
        return -np.stack([core.log_density(Z, params) for params in self.mixtures], axis=1)

    def surprise(self, X: Array) -> Array:
        """Mean surprise (n,) of rows in the table's units, nats."""
        return np.asarray(self.each(self.scale(X)) @ self.weights)


def learn(
    X: Array, fitted: Array, views: Sequence[View], rng: np.random.RandomState
) -> tuple[Panel, tuple[Core, ...]]:
    """A panel for rows X (n, d), of which those at the positions `fitted` shape the mixtures.

    A view counts the more, the less its scores spread among the middle half of the rows: so
    all views speak equally loud, and their mean keeps the unit nat.
    """
    scale = SoftScale.of(X)
    Z = scale(X[fitted])
    cores: list[Core] = []
    for view in views:
        cores.append(core.fit(Z, view, rng, cores[0].params if cores else None))
    panel = Panel(scale, tuple(part.params for part in cores), np.ones(len(views)) / len(views))
    low, high = np.quantile(panel.each(Z), [0.25, 0.75], axis=0)
    loudness = 1 / np.maximum(high - low, SMALLEST_SPREAD)
    return Panel(scale, panel.mixtures, loudness / loudness.sum()), tuple(cores)


def held_out(
    panel: Panel, cores: Sequence[Core], X: Array, views: Sequence[View], rng: np.random.RandomState
) -> Array:
    """Surprise (n,) of the rows X that were learned from, each by mixtures that had not seen it."""
    Z, out = panel.scale(X), np.empty(len(X))
    folds = FOLDS if X.shape[1] < WIDE else FOLDS_IF_WIDE
    fold = rng.permutation(len(X)) % folds
    for turn in range(folds):
        held = np.flatnonzero(fold == turn)
        if not len(held):
            continue
        others = tuple(core.without(Z, part, view, held) for part, view in zip(cores, views, strict=True))
        out[held] = Panel(panel.scale, others, panel.weights).each(Z[held]) @ panel.weights
    return out
