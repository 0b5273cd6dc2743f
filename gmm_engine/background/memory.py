"""What the model of one scene remembers, and the steps of one frame over bands of rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy import ndimage

from gmm_engine import threads
from gmm_engine.kernels import background as pixelwise
from gmm_engine.kernels import background_cleanup as cleanup
from gmm_engine.kernels import background_ghosts as ghosts
from gmm_engine.types import Array

BAND_PIXELS = 40_000  # of one task
CELLS_HIGH = 20  # grid rows on which outlines are compared
WINDOW = 5  # cells that decide together
NOISE = 20.0  # edge, in grey levels, that says nothing
CLEAR = 0.25  # relative difference of edges that says something
GHOST_FRAMES = 15.0
UNCLEAR = 5.0  # times sooner than an object


class Memory:
    """Arrays of one scene; every step writes them in place and is the same on any number of threads."""

    def __init__(self, height: int, width: int, max_modes: int) -> None:
        n = height * width
        self.height, self.width = height, width
        self.frames = 0
        self._band_rows = max(1, BAND_PIXELS // width)
        self.modes = np.zeros((max_modes, n, pixelwise.SLOTS), np.float32)
        self.n_modes = np.zeros(n, np.int8)
        self.paces = np.ones(n, np.float32)
        self.candidates = np.zeros((n, 4), np.float32)
        self.labels = np.zeros((height, width), np.uint8)
        self.misfits = np.zeros((height, width), np.float32)
        self.mask = np.zeros((height, width), np.uint8)
        self._evidence = np.zeros((height, width), np.float32)
        self._votes = np.zeros((2, height + 2, width + 2), np.int8)
        self._seen = np.zeros((height + 2, width + 2), np.uint8)

    @property
    def colours(self) -> Array:
        """Mean colour of every pixel's heaviest mode, (h, w, 3) float32, a view."""
        return self.modes[0, :, pixelwise.RED :].reshape(self.height, self.width, 3)

    def judge(self, frame: Array, rate: float, limits: Array) -> None:
        """Label every pixel by its modes and let them learn it."""
        pixels = frame.reshape(-1, 3)
        labels, misfits = self.labels.reshape(-1), self.misfits.reshape(-1)
        known = (self.modes, self.n_modes, limits, labels)

        def band(first: int, last: int) -> None:
            a, b = first * self.width, last * self.width
            pixelwise.watch(a, b, pixels, np.float32(rate), self.paces, *known, misfits)
            if limits[7] < 1:
                pixelwise.find_shadows(a, b, pixels, *known)

        self._by_bands(band)

    def clean(self, threshold: float, smoothness: float, sweeps: int, largest_hole: int) -> None:
        """Turn labels into the mask: votes of neighbours, then holes filled."""
        votes, spare = self._votes
        limit, weight = np.float32(threshold), np.float32(smoothness)
        self._by_bands(partial(self._weigh, limit, votes))
        for _ in range(sweeps):
            self._by_bands(partial(self._vote, votes, weight, spare))
            votes, spare = spare, votes
        if largest_hole:
            cleanup.fill_holes(votes, largest_hole, self._seen, np.empty(largest_hole + 4, np.int32))
        self._by_bands(lambda a, b: cleanup.settle(a, b, votes, self.labels, self.mask))

    def _weigh(self, limit: Any, votes: Array, first: int, last: int) -> None:
        cleanup.weigh_evidence(first, last, self.labels, self.misfits, limit, self._evidence, votes)

    def _vote(self, votes: Array, weight: Any, result: Array, first: int, last: int) -> None:
        cleanup.vote(first, last, self._evidence, votes, weight, result)

    def hold(self, frame: Array, patience: float, held: Array, first_variance: float) -> None:
        """Decide how fast each pixel is learned, and learn what stood still for its time."""
        cell = max(4, round(self.height / CELLS_HIGH))
        grid = (-(-self.height // cell), -(-self.width // cell))
        edges = np.zeros((2, *grid, 2), np.float32)
        tasks = [
            partial(ghosts.outline_edges, a, b, frame, self.modes, self.mask, cell, edges)
            for a, b in threads.ranges(grid[0], max(1, self._band_rows // cell))
        ]
        threads.run_all(tasks)
        haste = _haste(edges, patience)
        variance = np.float32(first_variance)
        learned = (self.candidates, self.paces, self.modes, self.n_modes, variance)
        self._by_bands(lambda a, b: ghosts.wait(a, b, frame, self.mask, cell, haste, held, *learned))

    def _by_bands(self, step: Callable[[int, int], None]) -> None:
        threads.run_all([partial(step, a, b) for a, b in threads.ranges(self.height, self._band_rows)])


def _haste(edges: Array, patience: float) -> Array:
    """Share of the waiting time passed in a frame, (2, gh, gw) float32, by whose edge is stronger."""
    size = (1, WINDOW, WINDOW, 1)
    around = ndimage.uniform_filter(edges, size, mode="constant") * WINDOW**2
    now, learned = around[..., 0], around[..., 1]
    belief = (now - learned) / (now + learned + np.float32(NOISE))
    object_, unclear = 1 / patience, UNCLEAR / patience
    ghost = max(1 / GHOST_FRAMES, object_)
    return np.select([belief < -CLEAR, belief < CLEAR], [ghost, unclear], object_).astype(np.float32)
