"""Connected regions of a picture: superpixels, merged while that shortens their description."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from gmm_engine import threads
from gmm_engine.features.pixels import pixel_features
from gmm_engine.kernels.patches import absorb, borders, moments, patches
from gmm_engine.kernels.region_tree import merge_tree
from gmm_engine.kernels.superpixels import superpixels
from gmm_engine.types import Array

SUPERPIXELS = 1000
COMPACTNESS = 15.0  # colour units worth one step of the grid
SWEEPS = 6
INDEPENDENT = 50.0  # pixels that tell as much as one independent observation
NOISE = 1.0  # standard deviation below which colours are taken as equal, colour units
FENCES = (25.0, 50.0)  # nats saved by erasing a border without contrast
LABELLINGS = (0.0, 1 / 3)  # charged part of the labels' entropy
FLAT = 0.3  # standard deviation of a channel that tells nothing, colour units
LOWEST_CONTRAST = 15.0  # flatter pictures are stretched to this total deviation, colour units


@dataclass(frozen=True, eq=False)
class Oversegmentation:
    """Superpixels of a picture with what merging needs to know about them."""

    labels: Array  # (h, w) int32
    counts: Array  # (n,)
    sums: Array  # (n, d)
    outers: Array  # (n, d, d)
    lengths: Array  # (n, n)
    steps: Array  # (n, n)

    @classmethod
    def of(cls, features: Array) -> Oversegmentation:
        """Superpixels of features (h, w, d) float32, connected, none tiny."""
        step = max(2, round((features.shape[0] * features.shape[1] / SUPERPIXELS) ** 0.5))
        rough = superpixels(features, step, COMPACTNESS, SWEEPS)
        whole = absorb(patches(rough)[0], step * step // 4)
        names, labels = np.unique(whole, return_inverse=True)
        labels = labels.reshape(whole.shape).astype(np.int32)
        return cls(labels, *moments(features, labels, len(names)), *borders(features, labels, len(names)))

    def tree(self, fence: float, labelling: float) -> tuple[Array, Array]:
        """Merges down to one region, and the change of description length of each, nats."""
        copies = [part.copy() for part in (self.counts, self.sums, self.outers, self.lengths, self.steps)]
        pairs, changes = merge_tree(*copies, INDEPENDENT, NOISE**2, fence, labelling)
        return pairs, changes

    def partition(self, n_regions: int | None, fence: float, labelling: float) -> Array:
        """Region of each superpixel (n,), numbered from 0; None finds the number of regions.

        Merging stops where the next merge would lengthen the description.
        """
        n = len(self.counts)
        pairs, changes = self.tree(fence, labelling)
        dearer = np.flatnonzero(changes > 0)
        merges = (dearer[0] if len(dearer) else n - 1) if n_regions is None else max(0, n - n_regions)
        roots = np.arange(n)
        for into, gone in pairs[:merges][::-1]:
            roots[gone] = roots[into]
        return np.unique(roots, return_inverse=True)[1]


def region_labels(
    rgb: Array, n_regions: int | None, *, space: str = "lab", position: float = 0.0, texture: float = 0.0
) -> Array:
    """Label image int32 (h, w) of a small picture uint8 (h, w, 3), regions numbered from 0.

    Several settings of the two prices are tried and the partition kept that agrees best with
    the others: no single setting suits every picture.
    """
    features = pixel_features(rgb, space, position=position, texture=texture, sigma=1.0)
    features = stretched(varying(features))
    base = Oversegmentation.of(features)
    tries = [partial(base.partition, n_regions, *prices) for prices in product(FENCES, LABELLINGS)]
    partitions = [p for p in threads.run_all(tries) if p.max() > 0] or [np.zeros(len(base.counts), np.int64)]
    return most_agreed(partitions, base.counts)[base.labels].astype(np.int32)


def varying(features: Array) -> Array:
    """The channels that tell something: a grey picture has one, and pays for no more parameters."""
    deviations = features.std(axis=(0, 1), dtype=np.float64)
    kept = deviations > FLAT
    return np.ascontiguousarray(features[..., kept]) if kept.any() else features[..., :1].copy()


def stretched(features: Array) -> Array:
    """Centred features (h, w, d), with more contrast where a picture has hardly any."""
    centred = features - features.mean(axis=(0, 1), dtype=np.float64).astype(np.float32)
    deviation = float(np.sqrt(np.square(centred).sum(axis=2).mean(dtype=np.float64)))
    if 0 < deviation < LOWEST_CONTRAST:
        centred *= np.float32(LOWEST_CONTRAST / deviation)
    return np.asarray(centred)


def most_agreed(partitions: list[Array], weight: Array) -> Array:
    """The partition with the largest mean adjusted Rand index to the others; weight (n,) per item."""
    agreement = [sum(rand_index(one, other, weight) for other in partitions) for one in partitions]
    return partitions[int(np.argmax(agreement))]


def rand_index(one: Array, other: Array, weight: Array) -> float:
    """Adjusted Rand index of two partitions (n,) of weighted items (Hubert and Arabie 1985)."""
    columns = int(other.max()) + 1
    table = np.bincount(one * columns + other, weight, (int(one.max()) + 1) * columns).reshape(-1, columns)
    together, in_one, in_other = _pairs(table), _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    expected = in_one * in_other / max(_pairs(table.sum()), 1e-12)
    most = (in_one + in_other) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _pairs(counts: Array) -> float:
    return float((counts * (counts - 1) / 2).sum())
