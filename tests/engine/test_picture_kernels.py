"""Kernels of pictures against their readable twins."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_engine.kernels.cut import grid_edges, minimum_cut, walk
from gmm_engine.kernels.patches import absorb, borders, moments, patches
from gmm_engine.kernels.pictures import on_border, shrink
from gmm_engine.kernels.potts import settle
from gmm_engine.kernels.region_tree import merge_tree
from gmm_engine.kernels.superpixels import superpixels
from tests import reference_pictures as reference


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_patches_are_those_of_scipy(rng):
    labels = rng.integers(0, 3, (30, 40)).astype(np.int32)
    numbers, sizes = patches(labels)
    expected, expected_sizes = reference.patches(labels)
    assert sorted(sizes) == sorted(expected_sizes)
    assert len({(a, b) for a, b in zip(numbers.ravel(), expected.ravel(), strict=True)}) == len(sizes)


def test_absorb_leaves_no_patch_below_the_size(rng):
    labels = rng.integers(0, 4, (40, 50)).astype(np.int32)
    labels[10:30, 10:40] = 2
    assert patches(absorb(labels, 6))[1].min() >= 6
    assert np.array_equal(absorb(labels, 0), labels)
    assert np.array_equal(absorb(np.zeros((3, 3), np.int32), 100), np.zeros((3, 3)))


def test_moments_are_sums_over_each_label(rng):
    pixels, labels = rng.normal(size=(12, 9, 3)).astype(np.float32), rng.integers(0, 4, (12, 9))
    counts, sums, outers = moments(pixels, labels, 4)
    for j in range(4):
        rows = pixels[labels == j].astype(float)
        assert counts[j] == len(rows)
        assert sums[j] == pytest.approx(rows.sum(axis=0))
        assert outers[j] == pytest.approx(rows.T @ rows)


def test_the_cheapest_merge_comes_first(rng):
    pixels = rng.normal(0, 4, (16, 16, 3)).astype(np.float32)
    labels = (np.arange(16)[:, None] // 4 * 4 + np.arange(16) // 4).astype(np.int32)
    pixels += rng.normal(0, 9, (16, 3)).astype(np.float32)[labels]
    copies = *moments(pixels, labels, 16), *borders(pixels, labels, 16)
    pairs, changes = merge_tree(*copies, 5.0, 1.0, 3.0, 0.5)
    change, pair = reference.cheapest_merge(pixels.astype(float), labels, 5.0, 1.0, 3.0, 0.5)
    assert tuple(pairs[0]) == pair
    assert changes[0] == pytest.approx(change, rel=1e-5)
    assert len(pairs) == 15
    assert len(set(pairs[:, 1])) == 15, "every region but one is merged into another"


def test_superpixels_follow_an_edge():
    pixels = np.zeros((60, 60, 3), np.float32)
    pixels[:, 33:] = 40
    labels = superpixels(pixels, 12, 10.0, 5)
    assert not set(labels[:, :33].ravel()) & set(labels[:, 33:].ravel())


def test_a_reduced_picture_keeps_its_mean(rng):
    picture = rng.integers(0, 256, (64, 96, 3)).astype(np.uint8)
    small = shrink(picture, 16, 24)
    assert small == pytest.approx(picture.reshape(16, 4, 24, 4, 3).mean(axis=(1, 3)), abs=0.51)
    assert np.array_equal(shrink(picture, 64, 96), picture)


@pytest.mark.parametrize("reach", [1, 3])
def test_pixels_on_borders(rng, reach):
    labels = np.zeros((20, 30), np.int32)
    labels[7:15, 9:21] = 1
    near = np.zeros(labels.shape, bool)
    for y, x in np.ndindex(labels.shape):
        window = labels[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        near[y, x] = window.min() != window.max()
    assert np.array_equal(on_border(labels, reach), np.flatnonzero(near))


def test_settling_is_iterated_conditional_modes(rng):
    labels = rng.integers(0, 3, (14, 17)).astype(np.int32)
    means = rng.normal(0, 2, (3, 2))
    factors = np.tril(rng.normal(0, 0.3, (3, 2, 2))) + np.eye(2)
    where = on_border(labels, 1)
    rows = rng.normal(0, 2, (len(where), 2))
    constants = rng.normal(size=3)
    covariances = factors @ factors.transpose(0, 2, 1)
    expected = reference.settle(labels, where, rows, means, covariances, constants, 0.7)
    changed = settle(labels, where, rows, means, np.linalg.inv(factors), constants, 0.7)
    assert np.array_equal(labels, expected)
    assert changed > 0


def test_walking_finds_the_shortest_paths(rng):
    cost = rng.uniform(0.01, 5, (25, 31)).astype(np.float32)
    sources = rng.random(cost.shape) < 0.01
    sources[0, 0] = True
    distance = np.where(sources, 0, np.inf).astype(np.float32)
    walk(cost, distance, 100)
    assert distance == pytest.approx(reference.walk(cost.astype(float), sources), rel=1e-4)


def test_the_relaxed_cut_reaches_the_energy_of_the_exact_one(rng):
    smooth = rng.normal(size=(24, 24, 3)).astype(np.float32)
    unary = rng.normal(0, 6, 576).astype(np.float32)
    number = np.arange(576, dtype=np.int32).reshape(24, 24)
    tails, heads, squares, lengths = grid_edges(smooth.reshape(-1, 3), number)
    assert len(tails) == 2 * 23 * 24 + 2 * 23 * 23
    weights = (4 * np.exp(-squares / squares.mean()) / lengths).astype(np.float32)
    share = np.full(576, 0.5, np.float32)
    minimum_cut(unary, tails, heads, weights, share, 1e-7, 20_000)
    found = reference.energy(unary, tails, heads, weights, share > 0.5)
    assert found == pytest.approx(reference.minimum_cut_energy(unary, tails, heads, weights), rel=1e-3)
