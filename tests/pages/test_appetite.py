"""The memory a job takes, measured, is what was estimated before it started, or less."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from gmm_engine import cut_out, segment_image
from gmm_engine.data import generate
from pages._ui import appetite, fits
from pages._ui.background.film import BackgroundSpec
from pages._ui.inputs import Source
from pages._ui.specs import MixtureSpec


def peak(work):
    """Bytes of all allocations at their highest while `work` runs."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def fit(rows, columns, components):
    data = generate.blobs(rows, n_components=3, n_columns=columns, random_state=0)
    spec = MixtureSpec(components, "full", "auto", 1, 1e-6, random_state=0)
    list(fits._steps(Source(data, "x", False, ""), spec, data.numeric))


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "columns", "k"), [(100_000, 2, 3), (100_000, 2, 12), (30_000, 20, 5)])
def test_a_fit(rows, columns, k):
    told = appetite.mixture(rows, columns, k)
    assert told / 6 < peak(lambda: fit(rows, columns, k)) < told


@pytest.mark.slow
@pytest.mark.parametrize("way", ["regions", "colours", "cut"])
def test_a_picture(way):
    rng = np.random.default_rng(0)
    patches = rng.integers(0, 255, (20, 30, 3), dtype=np.uint8).repeat(60, axis=0).repeat(60, axis=1)
    picture = np.clip(patches + rng.normal(0, 4, patches.shape), 0, 255).astype(np.uint8)
    told = appetite.picture(picture.shape[0] * picture.shape[1], way)
    work = {"cut": lambda: cut_out(picture, (300, 200, 1500, 1000))}
    assert peak(work.get(way, lambda: segment_image(picture, 6, method=way))) < told


@pytest.mark.slow
def test_a_film():
    frames = np.random.default_rng(0).integers(0, 255, (40, 120, 160, 3), dtype=np.uint8)
    model = BackgroundSpec().model()
    found = peak(lambda: np.stack([model.apply(frame) for frame in frames]))
    assert found < appetite.PER_FRAME_PIXEL * frames[..., 0].size
