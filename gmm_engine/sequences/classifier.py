"""Recognise sequences of frames: words by chains of mixtures, speakers by one mixture each."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy.special import log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from gmm_engine.errors import DataError
from gmm_engine.features.audio import N_CEPSTRA, vocal_tract
from gmm_engine.sequences import bags, checks, stored
from gmm_engine.sequences.calibration import Calibration, calibrate, folds
from gmm_engine.sequences.chains import Trainer, fit_chains
from gmm_engine.sequences.context import Recordings
from gmm_engine.sequences.sessions import SessionScaling
from gmm_engine.stored import Form, Stored
from gmm_engine.types import Array

WARPS = (0.88, 1.0, 1.13)
BLOCK = 200  # recordings scored at a time
FEW, FOLDS, FOLDS_IF_FEW = 400, 2, 5


class SequenceClassifier(Stored, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One mixture per class over recordings of any length.

    Parameters
    ----------
    model : "chain" gives each class a left-to-right chain of states, each a small mixture
        (for words); "adapted" one mixture per class, adapted from everybody's (for few
        examples of whatever is heard throughout a recording); "gaussian" one full Gaussian
        per class (for speakers).
    n_states : states of a chain.
    n_components : components per state; "auto" by the number of frames.
    normalise : "session" takes each group's mean and variance out, pulled to the training
        sessions' where a group has few recordings; "none" leaves frames as they are, and
        with them the speaker's voice.
    warps : vocal tracts to train with besides each speaker's own, as factors of frequency;
        "auto" uses three where frames are `features.audio.speech_frames` and there is more
        than one group, so that unheard speakers are expected; () none.
    relevance : frames that move an adapted mean half of the way.
    n_background : components of the background mixture.
    reject : whether `predict` may answer "none of these" (-1 where labels are numbers).
    calibrate : hold recordings out to learn probabilities and the threshold of `reject`.
    random_state : seed.

    Attributes
    ----------
    classes_ : (c,) labels in order.
    calibration_ : sharpness of probabilities, threshold, held-out accuracy.
    n_features_in_ : columns of a frame.

    Notes
    -----
    Rabiner, *A tutorial on hidden Markov models*, Proceedings of the IEEE 1989; Reynolds,
    Quatieri and Dunn, *Speaker verification using adapted Gaussian mixture models*, Digital
    Signal Processing 2000.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rise = [np.linspace(-1, 1, 30)[:, None] + rng.normal(0, 0.3, (30, 2)) for _ in range(6)]
    >>> fall = [frames[::-1] for frames in rise]
    >>> words = ["rise"] * 6 + ["fall"] * 6
    >>> SequenceClassifier().fit(rise + fall, words).predict([rise[0], fall[0]]).tolist()
    ['rise', 'fall']
    """

    _form: ClassVar[Form] = stored.FORM
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "model": [StrOptions({"chain", "adapted", "gaussian"})],
        "n_states": [Interval(Integral, 1, 200, closed="both")],
        "n_components": [StrOptions({"auto"}), Interval(Integral, 1, 64, closed="both")],
        "normalise": [StrOptions({"session", "none"})],
        "warps": [StrOptions({"auto"}), tuple, list],
        "relevance": [Interval(Real, 0, None, closed="neither")],
        "n_background": [Interval(Integral, 1, 4096, closed="both")],
        "reject": ["boolean"],
        "calibrate": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        model: str = "chain",
        *,
        n_states: int = 8,
        n_components: int | str = "auto",
        normalise: str = "session",
        warps: tuple[float, ...] | str = "auto",
        relevance: float = 4.0,
        n_background: int = 32,
        reject: bool = False,
        calibrate: bool = True,
        random_state: int = 0,
    ) -> None:
        self.model = model
        self.n_states = n_states
        self.n_components = n_components
        self.normalise = normalise
        self.warps = warps
        self.relevance = relevance
        self.n_background = n_background
        self.reject = reject
        self.calibrate = calibrate
        self.random_state = random_state

    def fit(self, frames: Sequence[Array], labels: Any, groups: Any = None) -> SequenceClassifier:
        """Learn from recordings.

        Parameters
        ----------
        frames : n arrays (t, d); t differs.
        labels : (n,) class of each.
        groups : (n,) speaker or session of each; None if all come from one.

        Raises
        ------
        DataError
            Fewer than two classes, lengths that do not match, frames that are not finite.
        InvalidParameterError
            A parameter outside its range.
        """
        self._validate_params()
        frames = checks.recordings(frames)
        labels, groups = checks.labels(labels, groups, len(frames))
        self.classes_, index = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise DataError(f"All recordings are labelled {self.classes_[0]!r}: at least two are needed.")
        self.n_features_in_ = frames[0].shape[1]
        self._learn(frames, index, groups)
        self.calibration_ = self._calibrated(frames, index, groups) if self.calibrate else Calibration()
        return self

    def predict(self, frames: Sequence[Array], groups: Any = None, *, reject: bool | None = None) -> Array:
        """Most likely class (n,) of each recording; refuses only if asked to.

        groups : (n,) speaker or session of each; recordings of one group are normalised
            together. None takes every recording as a session of its own.
        reject : as the parameter of the same name, for this call.
        """
        scores, background = self._scores(frames, groups)
        best = scores.argmax(axis=1)
        answers = self.classes_[best]
        if self.reject if reject is None else reject:
            refused = scores.max(axis=1) - background < self.calibration_.threshold
            answers = np.where(refused, self.none_of_these, answers)
        return np.asarray(answers)

    def predict_log_proba(self, frames: Sequence[Array], groups: Any = None) -> Array:
        """Log probability (n, c) of each class, given that it is one of them."""
        scores, _ = self._scores(frames, groups)
        return np.asarray(log_softmax(self.calibration_.sharpness * scores, axis=1))

    def predict_proba(self, frames: Sequence[Array], groups: Any = None) -> Array:
        """Probability (n, c) of each class, given that it is one of them."""
        return np.asarray(np.exp(self.predict_log_proba(frames, groups)))

    def decision_function(self, frames: Sequence[Array], groups: Any = None) -> Array:
        """Log likelihood ratio per frame (n, c) of each class to the background, nats.

        A recording whose best value lies below `calibration_.threshold` is "none of these".
        """
        scores, background = self._scores(frames, groups)
        return np.asarray(scores - background[:, None])

    def score(self, frames: Sequence[Array], labels: Any, groups: Any = None) -> float:
        """Share of recordings recognised."""
        return float(np.mean(self.predict(frames, groups, reject=False) == np.asarray(labels)))

    @property
    def none_of_these(self) -> Any:
        """The answer to a recording of no known class."""
        return "none of these" if self.classes_.dtype.kind in "UO" else -1

    def held_out_scores(self, frames: Sequence[Array], labels: Any, groups: Any, fold: Array) -> Array:
        """Score (n, c) of each recording by models that did not hear its fold (n,), nats per frame.

        The last column is the background's. Every fold leaves each class a recording.
        """
        labels = np.asarray(labels)
        out = np.empty((len(labels), len(np.unique(labels)) + 1))
        for held in np.unique(fold):
            train, test = np.flatnonzero(fold != held), np.flatnonzero(fold == held)
            of = None if groups is None else np.asarray(groups)
            model = clone(self).set_params(calibrate=False)
            heard, unheard = [frames[i] for i in train.tolist()], [frames[i] for i in test.tolist()]
            model.fit(heard, labels[train], None if of is None else of[train])
            scores, background = model._scores(unheard, None if of is None else of[test])
            out[test] = np.column_stack([scores, background])
        return out

    def _learn(self, frames: list[Array], index: Array, groups: Array | None) -> None:
        sessions = np.zeros(len(frames), np.int64) if groups is None else groups
        self._scaling = SessionScaling.of(frames, sessions) if self.normalise == "session" else None
        copies = [self._normalised(self._warped(frames, alpha), sessions) for alpha in self._warps(sessions)]
        joined = Recordings.join([one for copy in copies for one in copy])
        words = np.tile(index, len(copies))
        self._models = self._fitted_models(joined, words, 1 / len(copies))

    def _fitted_models(self, recordings: Recordings, words: Array, distinct: float) -> Any:
        if self.model == "chain":
            trainer = Trainer(recordings, words, len(self.classes_), self.n_states)
            k = None if self.n_components == "auto" else int(self.n_components)
            return fit_chains(trainer, k=k, distinct=distinct, rng=check_random_state(self.random_state))
        of = np.repeat(words, recordings.lengths)
        parts = [recordings.frames[of == c].astype(np.float64) for c in range(len(self.classes_))]
        if self.model == "adapted":
            everybody = np.concatenate(parts)
            common = bags.background(everybody, self.n_background, self.random_state)
            return bags.fit_adapted(parts, common, self.relevance)
        return bags.fit_gaussians(parts)

    def _warps(self, sessions: Array) -> tuple[float, ...]:
        if self.warps != "auto":
            return tuple(sorted({1.0, *self.warps}))
        strangers = len(np.unique(sessions)) > 1 and self.model == "chain"
        return WARPS if strangers and self.n_features_in_ == N_CEPSTRA else (1.0,)

    def _warped(self, frames: list[Array], alpha: float) -> list[Array]:
        if alpha == 1:
            return frames
        matrix = vocal_tract(alpha, self.n_features_in_).T.astype(np.float32)
        return [one @ matrix for one in frames]

    def _normalised(self, frames: list[Array], groups: Array | None) -> list[Array]:
        if self._scaling is None:
            return frames
        return self._scaling(frames, groups)

    def _scores(self, frames: Sequence[Array], groups: Any) -> tuple[Array, Array]:
        """Log likelihood per frame (n, c), and the background's (n,)."""
        check_is_fitted(self)
        frames = checks.recordings(frames, self.n_features_in_)
        _, groups = checks.labels(np.zeros(len(frames)), groups, len(frames))
        frames = self._normalised(frames, groups)
        blocks = [Recordings.join(frames[start : start + BLOCK]) for start in range(0, len(frames), BLOCK)]
        scores = np.concatenate([self._models.scores(block) for block in blocks])
        return scores[:, :-1], scores[:, -1]

    def _calibrated(self, frames: list[Array], index: Array, groups: Array | None) -> Calibration:
        fold = folds(index, groups, most=FOLDS_IF_FEW if len(frames) <= FEW else FOLDS)
        if fold is None:
            return Calibration()
        held = self.held_out_scores(frames, index, groups, fold)
        return calibrate(held[:, :-1], held[:, -1], index)
