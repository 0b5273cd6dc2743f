"""How well a mask meets the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.types import Array

FOREGROUND = 255


@dataclass(frozen=True)
class Score:
    """Pixels of all frames together; shadows count as background.

    Attributes
    ----------
    hits, false_alarms, misses : pixels.
    """

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float:
        """Share of the pixels marked that move; 1 when none is marked."""
        marked = self.hits + self.false_alarms
        return self.hits / marked if marked else 1.0

    @property
    def recall(self) -> float:
        """Share of the moving pixels that are marked; 1 when none moves."""
        moving = self.hits + self.misses
        return self.hits / moving if moving else 1.0

    @property
    def f(self) -> float:
        """Harmonic mean of precision and recall; 1 when nothing moves or is marked."""
        counted = 2 * self.hits + self.false_alarms + self.misses
        return 2 * self.hits / counted if counted else 1.0


def score(masks: Array, truth: Array) -> Score:
    """Compare masks with the truth.

    Parameters
    ----------
    masks : uint8 (frames, h, w) as `BackgroundModel.apply` gives; 255 is foreground.
    truth : bool, same shape.

    Raises
    ------
    DataError
        When the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> masks = np.array([[[255, 255, 127, 0]]], np.uint8)
    >>> round(score(masks, np.array([[[True, False, False, False]]])).f, 3)
    0.667
    """
    if np.shape(masks) != np.shape(truth):
        raise DataError(
            f"Masks have shape {np.shape(masks)} and the truth {np.shape(truth)}; they must agree."
        )
    marked, moving = np.asarray(masks) == FOREGROUND, np.asarray(truth, bool)
    hits = int(np.count_nonzero(marked & moving))
    return Score(hits, int(marked.sum()) - hits, int(moving.sum()) - hits)
