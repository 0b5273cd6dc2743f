"""One left-to-right chain of states per word: mixtures that remember where in the word they are.

States and mixtures are found by Viterbi training: cut every recording in equal parts, fit,
align anew, repeat (Rabiner, *A tutorial on hidden Markov models*, Proceedings of the IEEE
1989, section V). With enough recordings a second, discriminant view of the frames joins
the first, and the two scores add.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import logsumexp

from gmm_engine import threads
from gmm_engine.kernels import left_right
from gmm_engine.sequences.context import REACH, LinearView, Recordings, derivatives, discriminants
from gmm_engine.sequences.states import StateMixtures, components_for, fit_mixtures, fit_single
from gmm_engine.types import Array

DISCRIMINANTS = 40
FRAMES_PER_COLUMN = 50  # needed before discriminants are worth estimating
SHARE = {"derivatives": 0.0, "discriminants": 0.5}
ALIGNMENTS = 3


@dataclass(frozen=True, eq=False)
class ChainView:
    """One way to look at the frames, and the states of all words in it."""

    view: LinearView
    states: StateMixtures

    def scores(self, recordings: Recordings, n_states: int) -> Array:
        """Log likelihood per frame (n, words + 1) of the best path through each word, nats.

        The last column is the background's: any state of any word at any moment.
        """
        logs = self.states.log_density(self.view(recordings))
        words = logs.shape[1] // n_states
        found = np.empty((words + 1, len(recordings.lengths)))
        anything = logsumexp(logs, axis=1) - np.log(logs.shape[1])
        found[words] = np.add.reduceat(anything, recordings.offsets[:-1])

        def score(word: int) -> None:
            part = np.ascontiguousarray(logs[:, word * n_states : (word + 1) * n_states])
            left_right.align(part, recordings.offsets, np.empty(len(part), np.int64), found[word])

        threads.run_all([partial(score, word) for word in range(words)])
        return np.asarray(found.T / recordings.lengths[:, None])


@dataclass(frozen=True, eq=False)
class Chains:
    """Chains of `n_states` states for every word, in one view of the frames or two."""

    views: tuple[ChainView, ...]
    n_states: int

    def scores(self, recordings: Recordings) -> Array:
        """Log likelihood per frame (n, words + 1), added over the views; last, the background's."""
        return np.asarray(sum(view.scores(recordings, self.n_states) for view in self.views))


@dataclass(frozen=True, eq=False)
class Trainer:
    """Recordings with the word (n,) of each, ready for alignment."""

    recordings: Recordings
    words: Array
    n_words: int
    n_states: int

    @property
    def total(self) -> int:
        return self.n_words * self.n_states

    def equal_parts(self) -> Array:
        """State of each frame when every recording is cut in equal parts."""
        parts = [np.arange(t) * self.n_states // t for t in self.recordings.lengths]
        return np.asarray(np.concatenate(parts) + self._first_state())

    def align(self, states: StateMixtures, rows: Array) -> Array:
        """State of each frame on the best path through its own word."""
        labels = self._first_state()
        of_word = np.repeat(self.words, self.recordings.lengths)

        def one(word: int) -> None:
            chosen = np.flatnonzero(of_word == word)
            lengths = self.recordings.lengths[self.words == word]
            first = word * self.n_states
            logs = states.log_density(rows[chosen], slice(first, first + self.n_states))
            path = np.empty(len(chosen), np.int64)
            offsets = np.concatenate([[0], np.cumsum(lengths)])
            left_right.align(np.ascontiguousarray(logs), offsets, path, np.empty(len(lengths)))
            labels[chosen] += path

        for word in range(self.n_words):
            one(word)
        return labels

    def settle(self, rows: Array, labels: Array, share: float, rounds: int) -> Array:
        """Fit one Gaussian per state and align, `rounds` times."""
        for _ in range(rounds):
            labels = self.align(fit_single(rows, labels, self.total, share), rows)
        return labels

    def _first_state(self) -> Array:
        return np.repeat(self.words * self.n_states, self.recordings.lengths)


def fit_chains(trainer: Trainer, *, k: int | None, distinct: float, rng: np.random.RandomState) -> Chains:
    """Chains for every word.

    Parameters
    ----------
    k : components per state; None chooses by the number of frames.
    distinct : share of the frames that are not altered copies of others.
    """
    recordings = trainer.recordings
    d, frames = recordings.frames.shape[1], distinct * len(recordings.frames)
    components = components_for(frames / trainer.total) if k is None else k
    mixtures: Callable[..., StateMixtures] = partial(
        fit_mixtures, n_states=trainer.total, k=components, rng=rng
    )
    view = derivatives(d)
    rows = view(recordings)
    share = SHARE["derivatives"]
    labels = trainer.settle(rows, trainer.equal_parts(), share, ALIGNMENTS)
    views = [ChainView(view, mixtures(rows, labels, share=share))]
    if frames >= FRAMES_PER_COLUMN * d * (2 * REACH + 1):
        share = SHARE["discriminants"]
        view = discriminants(recordings, labels, trainer.total, DISCRIMINANTS)
        rows = view(recordings)
        labels = trainer.settle(rows, labels, share, ALIGNMENTS - 1)
        views.append(ChainView(view, mixtures(rows, labels, share=share)))
    return Chains(tuple(views), trainer.n_states)
