"""From scores to probabilities, and to the answer "none of these"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from gmm_engine.types import Array

COLDEST, HOTTEST = 0.1, 50.0


@dataclass(frozen=True, eq=False)
class Calibration:
    """What held-out recordings taught.

    Attributes
    ----------
    sharpness : scores times this are log probabilities, up to a constant.
    threshold : best score over background below which nothing was recognised.
    accuracy : share of held-out recordings recognised; NaN if there were none.
    confusion : (c, c) counts of held-out recordings: class by answer; None if there were none.
    """

    sharpness: float = 5.0
    threshold: float = -np.inf
    accuracy: float = np.nan
    confusion: Array | None = None


def calibrate(scores: Array, background: Array, labels: Array) -> Calibration:
    """Learn from held-out scores (n, classes), background (n,) and true classes (n,).

    The threshold is where as many words of the vocabulary would be refused as words outside
    it accepted; words outside are imitated by striking a recording's own class.
    """
    rows = np.arange(len(labels))

    def loss(log_sharpness: float) -> float:
        return -float(log_softmax(np.exp(log_sharpness) * scores, axis=1)[rows, labels].mean())

    bounds = (np.log(COLDEST), np.log(HOTTEST))
    sharpness = float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))
    answers = scores.argmax(axis=1)
    confusion = np.zeros((scores.shape[1], scores.shape[1]), np.int64)
    np.add.at(confusion, (labels, answers), 1)
    genuine = scores[rows, labels] - background
    struck = scores.copy()
    struck[rows, labels] = -np.inf
    threshold = equal_error(genuine, struck.max(axis=1) - background)
    return Calibration(sharpness, threshold, float(np.mean(answers == labels)), confusion)


def equal_error(genuine: Array, impostor: Array) -> float:
    """Threshold that refuses the share of genuine scores that it accepts of impostors."""
    candidates = np.sort(np.concatenate([genuine, impostor]))
    refused = np.searchsorted(np.sort(genuine), candidates, side="left") / len(genuine)
    accepted = 1 - np.searchsorted(np.sort(impostor), candidates, side="left") / len(impostor)
    return float(candidates[np.argmin(np.abs(refused - accepted))])


def folds(labels: Array, groups: Array | None, most: int) -> Array | None:
    """Fold (n,) of each recording: whole groups where there are three, else evenly within each class.

    At least two groups are left to train with, since one alone says nothing of how groups
    differ. None where some class has a single recording, so that nothing can be held out.
    """
    if groups is not None and len(np.unique(groups)) > 2:
        which = np.unique(groups, return_inverse=True)[1]
        return np.asarray(which % (3 if which.max() == 2 else most))
    count = min(most, int(np.bincount(labels).min()))
    if count < 2:
        return None
    fold = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        fold[members] = np.arange(len(members)) % count
    return fold
