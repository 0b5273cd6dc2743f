"""Resonances of the vocal tract by linear prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.features.audio import resample
from gmm_engine.features.voice import pitch
from gmm_engine.types import Array

CEILINGS = ((160.0, 5000.0), (250.0, 5500.0), (np.inf, 6500.0))  # pitch below, ceiling; Hz
N_RESONANCES = 5
WINDOW, HOP = 0.030, 0.005  # seconds
LOWEST, WIDEST = 150.0, 1000.0  # Hz: no formant lies lower; broader peaks are no resonance
STEADY_DB = 12.0  # below the loudest moment a vowel has begun to end
N_FORMANTS = 3
FEWEST_FRAMES = 4


@dataclass(frozen=True, eq=False)
class Vowel:
    """Formants of a held vowel.

    Attributes
    ----------
    formants : (3,) F1, F2, F3 in Hz, medians over the steady part; NaN where not found.
    spread : (3,) standard deviation over the steady part, Hz.
    track : (t, 3) all frames of the steady part, Hz.
    times : (t,) middle of each frame, seconds.
    """

    formants: Array
    spread: Array
    track: Array
    times: Array


def vowel_formants(samples: Array, sample_rate: float, *, ceiling: float | str = "auto") -> Vowel:
    """F1, F2 and F3 of the loud, steady middle of a recorded vowel.

    A longer vocal tract has more resonances below a given frequency, so the order of the
    prediction has to know the speaker: five resonances are expected below `ceiling`, which
    is 5,000 Hz for low voices, 5,500 for higher ones and 6,500 for children's (customary
    since Boersma and Weenink's Praat).

    Parameters
    ----------
    samples : (n,) mono sound. sample_rate : Hz, at least 8,000.
    ceiling : Hz; "auto" goes by the pitch of the voice.

    Raises
    ------
    DataError
        Too short, silent, or without resonances: not a vowel.

    Examples
    --------
    >>> import scipy.signal
    >>> rate, source = 10_000, np.zeros(5_000)
    >>> source[::80] = 1.0
    >>> for frequency in (700, 1200, 2600):
    ...     pole = 0.985 * np.exp(2j * np.pi * frequency / rate)
    ...     source = scipy.signal.lfilter([1], np.poly([pole, pole.conj()]).real, source)
    >>> bool(np.all(np.abs(vowel_formants(source, rate).formants - [700, 1200, 2600]) < 60))
    True
    """
    if ceiling == "auto":
        ceiling = ceiling_for(pitch(resample(samples, sample_rate)))
    vowel = _steady(samples, sample_rate, min(float(ceiling), sample_rate / 2))
    if not np.all(np.isfinite(vowel.formants[:2])):
        raise DataError("No vowel was found: hold one vowel, such as 'ah', for half a second and try again.")
    return vowel


def ceiling_for(hertz: float) -> float:
    """Frequency below which a voice of this pitch has five resonances, Hz."""
    return next(ceiling for highest, ceiling in CEILINGS if hertz < highest)


def _steady(samples: Array, sample_rate: float, ceiling: float) -> Vowel:
    rate = int(2 * ceiling)
    frames = _frames(resample(samples, sample_rate, rate), rate)
    loudness = 10 * np.log10(np.maximum(np.square(frames).sum(axis=1), 1e-20))
    loud = np.flatnonzero(loudness > loudness.max() - STEADY_DB)
    middle = loud[len(loud) // 4 : max(len(loud) - len(loud) // 4, 1)]
    track = resonances(frames[middle], rate)
    seen = np.sum(np.isfinite(track), axis=0) >= min(FEWEST_FRAMES, len(track))
    centre, spread = np.full(N_FORMANTS, np.nan), np.full(N_FORMANTS, np.nan)
    centre[seen], spread[seen] = np.nanmedian(track[:, seen], axis=0), np.nanstd(track[:, seen], axis=0)
    return Vowel(centre, spread, track, middle * HOP + WINDOW / 2)


def _frames(samples: Array, rate: int) -> Array:
    """Windowed frames (t, w) with the fall of the glottal spectrum undone from 50 Hz on."""
    lifted = samples[1:] - np.exp(-2 * np.pi * 50 / rate) * samples[:-1]
    width, hop = round(WINDOW * rate), round(HOP * rate)
    padded = np.pad(lifted, (0, max(0, width - len(lifted)))).astype(np.float64)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, width)[::hop]
    return np.asarray((pieces - pieces.mean(axis=1, keepdims=True)) * np.hanning(width))


def resonances(frames: Array, rate: int) -> Array:
    """Frequencies (t, 3) in Hz of the narrow resonances of each frame, lowest first."""
    order = 2 * min(N_RESONANCES, round(rate / 2000))
    coefficients = linear_prediction(frames, order)
    companion = np.zeros((len(frames), order, order))
    companion[:, 0] = -coefficients[:, 1:]
    companion[:, np.arange(1, order), np.arange(order - 1)] = 1
    poles = np.linalg.eigvals(companion)
    frequency = np.angle(poles) * rate / (2 * np.pi)
    bandwidth = -np.log(np.maximum(np.abs(poles), 1e-12)) * rate / np.pi
    good = (frequency > LOWEST) & (frequency < rate / 2 - LOWEST) & (bandwidth < WIDEST)
    return np.asarray(np.sort(np.where(good, frequency, np.nan), axis=1)[:, :N_FORMANTS])


def linear_prediction(frames: Array, order: int) -> Array:
    """Prediction error filters (t, order + 1), first coefficient one, by Burg's recursion.

    Burg, *Maximum entropy spectral analysis*, 1967: forward and backward errors together.
    """
    forward, backward = frames[:, 1:], frames[:, :-1]
    coefficients = np.zeros((len(frames), order + 1))
    coefficients[:, 0] = 1
    for m in range(order):
        power = np.sum(np.square(forward) + np.square(backward), axis=1)
        reflection = -2 * np.sum(forward * backward, axis=1) / np.maximum(power, 1e-30)
        turned = np.zeros_like(coefficients)
        turned[:, 1 : m + 2] = coefficients[:, m::-1]
        coefficients = coefficients + reflection[:, None] * turned
        forward, backward = (
            (forward + reflection[:, None] * backward)[:, 1:],
            (backward + reflection[:, None] * forward)[:, :-1],
        )
    return coefficients
