"""Frames with their neighbours, seen through a linear map.

Two maps are used: time derivatives (the frame, its slope and its curvature), and the
discriminants that best separate given classes of frames (Haeb-Umbach and Ney, *Linear
discriminant analysis for improved large vocabulary continuous speech recognition*, 1992).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse

from gmm_engine.types import Array

HALF_SLOPE = 3  # frames on each side of a regression slope
REACH = 2 * HALF_SLOPE  # a slope of slopes sees this many frames on each side
BLOCK = 16_384
RIDGE = 0.02


@dataclass(frozen=True, eq=False)
class Recordings:
    """Normalised recordings joined: frames (t, d) float32, offsets (n + 1)."""

    frames: Array
    offsets: Array

    @classmethod
    def join(cls, frames: list[Array]) -> Recordings:
        lengths = [len(one) for one in frames]
        joined = np.concatenate(frames).astype(np.float32)
        return cls(joined, np.concatenate([[0], np.cumsum(lengths)]))

    @property
    def lengths(self) -> Array:
        return np.diff(self.offsets)

    def windows(self) -> Iterator[tuple[slice, Array]]:
        """Blocks of frames with REACH neighbours on each side, (b, (2 REACH + 1) d)."""
        first = np.repeat(self.offsets[:-1], self.lengths)
        last = np.repeat(self.offsets[1:] - 1, self.lengths)
        around = np.arange(-REACH, REACH + 1)
        for start in range(0, len(self.frames), BLOCK):
            rows = slice(start, min(start + BLOCK, len(self.frames)))
            index = np.arange(rows.start, rows.stop)[:, None] + around
            index = np.clip(index, first[rows, None], last[rows, None])
            yield rows, self.frames[index].reshape(len(index), -1)


@dataclass(frozen=True, eq=False)
class LinearView:
    """z = (window - centre) @ matrix; matrix ((2 REACH + 1) d, columns)."""

    matrix: Array
    centre: Array

    def __call__(self, recordings: Recordings) -> Array:
        """Rows (t, columns), float32."""
        matrix = self.matrix.astype(np.float32)
        shift = (self.centre @ self.matrix).astype(np.float32)
        out = np.empty((len(recordings.frames), matrix.shape[1]), np.float32)
        for rows, windows in recordings.windows():
            out[rows] = windows @ matrix - shift
        return out


def derivatives(d: int) -> LinearView:
    """The frame, twice its slope and four times its curvature: 3 d columns of like size."""
    slope = np.zeros(2 * REACH + 1)
    offsets = np.arange(-HALF_SLOPE, HALF_SLOPE + 1)
    slope[REACH + offsets] = offsets / np.sum(np.square(offsets))
    still = np.zeros(2 * REACH + 1)
    still[REACH] = 1
    curvature = np.convolve(slope[HALF_SLOPE:-HALF_SLOPE], slope[HALF_SLOPE:-HALF_SLOPE])
    weights = np.stack([still, 2 * slope, 4 * curvature], axis=1)
    matrix = np.kron(weights, np.eye(d))
    return LinearView(matrix, np.zeros(len(matrix)))


def discriminants(recordings: Recordings, labels: Array, n_classes: int, columns: int) -> LinearView:
    """The `columns` directions in which class means differ most against the spread within.

    labels (t,): class of each frame. Rows of the result have identity covariance within
    classes. The within-class covariance gets a ridge of 2 % of its mean variance.
    """
    size = recordings.frames.shape[1] * (2 * REACH + 1)
    sums, total = np.zeros((n_classes, size)), np.zeros((size, size))
    for rows, windows in recordings.windows():
        one = np.ones(len(windows), np.float32)
        member = scipy.sparse.csr_matrix(
            (one, (labels[rows], np.arange(len(windows)))), shape=(n_classes, len(windows))
        )
        sums += member @ windows
        total += windows.T @ windows
    weight = np.maximum(np.bincount(labels, minlength=n_classes), 1)[:, None]
    n = len(recordings.frames)
    centre = sums.sum(axis=0) / n
    within = (total - (sums / weight).T @ sums) / n
    between = (sums / weight).T @ sums / n - np.outer(centre, centre)
    within += RIDGE * np.trace(within) / size * np.eye(size)
    first = max(size - columns, 0)
    _, vectors = scipy.linalg.eigh(between, within, subset_by_index=(first, size - 1))
    return LinearView(vectors[:, ::-1], centre)
