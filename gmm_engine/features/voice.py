"""Who speaks: the pitch of the voice, and frames that keep what the recogniser of words throws away."""

from __future__ import annotations

import numpy as np

from gmm_engine.features.audio import HOP, SAMPLE_RATE, cepstra, mel_frames, resample
from gmm_engine.types import Array

N_CEPSTRA = 16
PITCH_SCALE = 4.0  # an octave then weighs as much as a large change of the spectrum
WINDOW, FFT = 400, 1024  # samples at 8 kHz
LOWEST, HIGHEST = 60.0, 400.0  # Hz
PERIODIC = 0.6  # normalised autocorrelation of a voiced frame
OCTAVE_COST = 0.03
QUIET = 1e-3  # of the loudest frame's power
UNKNOWN = 150.0  # Hz, between men's and women's voices, where nothing is voiced


def speaker_frames(samples: Array, sample_rate: float) -> Array:
    """Sixteen mel cepstra per frame and the recording's pitch: what tells speakers apart.

    Parameters
    ----------
    samples : (n,) mono sound. sample_rate : Hz.

    Returns
    -------
    (t, 17) float32. The last column is four times the logarithm of the median pitch in Hz.
    Use them with ``SequenceClassifier("gaussian", normalise="none")``.

    Examples
    --------
    >>> tone = np.sign(np.sin(2 * np.pi * 125 * np.arange(8_000) / 8_000))
    >>> frames = speaker_frames(tone, 8_000)
    >>> frames.shape[1], round(float(np.exp(frames[0, -1] / 4)))
    (17, 125)
    """
    sound = resample(samples, sample_rate)
    mel = mel_frames(sound)
    frames = cepstra(mel.log_power, N_CEPSTRA)[mel.speech()]
    return np.column_stack([frames, np.full(len(frames), PITCH_SCALE * np.log(pitch(sound)), np.float32)])


def pitch(samples: Array) -> float:
    """Median fundamental frequency of the voiced frames of samples (n,) at 8 kHz, in Hz.

    Boersma, *Accurate short-term analysis of the fundamental frequency*, 1993: peaks of the
    autocorrelation, divided by that of the window.
    """
    padded = np.pad(np.asarray(samples, np.float64), (0, max(0, WINDOW - len(samples))))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    window = np.hanning(WINDOW)
    pieces = (pieces - pieces.mean(axis=1, keepdims=True)) * window
    shortest, longest = int(SAMPLE_RATE / HIGHEST), int(SAMPLE_RATE / LOWEST)
    own = _autocorrelation(window[None])
    found = _autocorrelation(pieces)
    power = found[:, 0]
    relative = found / np.maximum(power, 1e-20)[:, None] * (own[0, 0] / own)
    # Twice the period fits as well as once: longer ones pay a little for every octave.
    part = relative[:, shortest:longest] - OCTAVE_COST * np.log2(np.arange(shortest, longest) / shortest)
    voiced = (part.max(axis=1) > PERIODIC) & (power > QUIET * power.max())
    if not voiced.any():
        return UNKNOWN
    return float(np.median(SAMPLE_RATE / (part[voiced].argmax(axis=1) + shortest)))


def _autocorrelation(pieces: Array) -> Array:
    return np.asarray(np.fft.irfft(np.square(np.abs(np.fft.rfft(pieces, FFT))))[:, : WINDOW // 2])
