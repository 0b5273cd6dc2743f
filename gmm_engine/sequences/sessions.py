"""Take a speaker's voice and microphone out of the frames, knowing more or less of them.

The mean of one short word says what was said as much as who said it. So a session's mean
and variance are pulled towards the training sessions', the more so the fewer recordings it
has (empirical Bayes: how much sessions differ, against how much recordings of one do).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_engine.types import Array

SMALLEST_VARIANCE = 1e-8


@dataclass(frozen=True, eq=False)
class SessionScaling:
    """What training sessions look like on average.

    Attributes
    ----------
    mean, variance : (d,) averages over the training sessions.
    mean_pull, variance_pull : how many recordings the averages are worth; infinity where
        there was only one training session, whose figures then serve for every recording.
    """

    mean: Array
    variance: Array
    mean_pull: float
    variance_pull: float

    @classmethod
    def of(cls, frames: Sequence[Array], groups: Array) -> SessionScaling:
        """Learn from recordings (t, d) and the session each belongs to (n,)."""
        sessions = [_moments(frames, members) for members in _members(groups)]
        means, variances = (np.array(part) for part in zip(*sessions, strict=True))
        pulls = (np.inf, np.inf) if len(sessions) == 1 else _pulls(frames, groups, means, variances)
        return cls(means.mean(axis=0), variances.mean(axis=0), *pulls)

    def __call__(self, frames: Sequence[Array], groups: Array | None) -> list[Array]:
        """Normalised recordings; without `groups` each recording is a session of its own."""
        groups = np.arange(len(frames)) if groups is None else groups
        out = list(frames)
        for members in _members(groups):
            mean, variance = self._session(frames, members)
            for i in members:
                out[i] = ((frames[i] - mean) / np.sqrt(variance)).astype(np.float32)
        return out

    def _session(self, frames: Sequence[Array], members: Array) -> tuple[Array, Array]:
        mean, variance = _moments(frames, members)
        own = 1 / (1 + self.mean_pull / len(members))
        spread = 1 / (1 + self.variance_pull / len(members))
        mean = own * mean + (1 - own) * self.mean
        return mean, np.maximum(spread * variance + (1 - spread) * self.variance, SMALLEST_VARIANCE)


def _members(groups: Array) -> list[Array]:
    _, which = np.unique(groups, return_inverse=True)
    order = np.argsort(which, kind="stable")
    return np.split(order, np.cumsum(np.bincount(which))[:-1])


def _moments(frames: Sequence[Array], members: Array) -> tuple[Array, Array]:
    joined = np.concatenate([frames[i] for i in members]).astype(np.float64)
    return joined.mean(axis=0), np.maximum(joined.var(axis=0), SMALLEST_VARIANCE)


def _pulls(frames: Sequence[Array], groups: Array, means: Array, variances: Array) -> tuple[float, float]:
    """Variance between recordings of a session over variance between sessions, median column."""
    within_mean, within_variance = [], []
    for members in _members(groups):
        each = [_moments(frames, np.array([i])) for i in members]
        within_mean.append(np.var([mean for mean, _ in each], axis=0))
        within_variance.append(np.var(np.log([variance for _, variance in each]), axis=0))
    tiny = np.finfo(np.float64).tiny
    between_mean = np.maximum(means.var(axis=0, ddof=1), tiny)
    between_variance = np.maximum(np.log(variances).var(axis=0, ddof=1), tiny)
    return (
        float(np.median(np.mean(within_mean, axis=0) / between_mean)),
        float(np.median(np.mean(within_variance, axis=0) / between_variance)),
    )
