"""Sound as rows: mel spectra, cepstra, derivatives, trimming, another speaker's vocal tract.

Everything works at 8 kHz, which holds what telephone listeners understand words by, so a
recording made at 48 kHz and one made at 8 kHz give the same frames. Frames are 25 ms long
and 10 ms apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import scipy.fft

from gmm_engine.errors import DataError
from gmm_engine.types import Array

SAMPLE_RATE = 8_000  # Hz
WINDOW, HOP, FFT = 200, 80, 256  # samples at SAMPLE_RATE
N_BANDS = 24
LOWEST, HIGHEST = 100.0, 3_800.0  # Hz
N_CEPSTRA = 13
PRE_EMPHASIS = 0.97
TRIM_DB = 30.0  # below the loudest moment is no speech
FLOOR_DB = 40.0  # below the loudest moment cannot be told from noise
MARGIN = 2  # frames kept around speech
SILENT = 1e-5  # amplitude; -100 dB of full scale
SHORTEST = 0.03  # seconds
SHORTEST_WORD = 0.14  # seconds, margins included; clicks are shorter
SLOWEST, FASTEST = 1_000, 400_000  # Hz, sample rates that can be meant


@dataclass(frozen=True, eq=False)
class MelFrames:
    """Log power in mel bands.

    Attributes
    ----------
    log_power : (t, bands) natural logarithm of power.
    loudness : (t,) decibels below the loudest frame, smoothed over 50 ms.
    """

    log_power: Array
    loudness: Array

    def speech(self) -> slice:
        """Frames from the first loud one to the last, with a little margin."""
        loud = np.flatnonzero(self.loudness > -TRIM_DB)
        return slice(max(0, loud[0] - MARGIN), loud[-1] + 1 + MARGIN)


def speech_frames(samples: Array, sample_rate: float, *, trim: bool = True) -> Array:
    """Mel-frequency cepstra of the spoken part of a recording: what the recogniser hears.

    Parameters
    ----------
    samples : (n,) mono sound; the scale does not matter.
    sample_rate : Hz.
    trim : leave out the silence before and after.

    Returns
    -------
    (t, 13) float32 cepstra, one frame every 10 ms, the first column being loudness.
    Normalise them by session (`SequenceClassifier` does) before comparing speakers.

    Raises
    ------
    DataError
        Silent, shorter than 30 ms, not one-dimensional, or not finite.

    Notes
    -----
    Davis and Mermelstein, *Comparison of parametric representations for monosyllabic word
    recognition*, IEEE Transactions on Acoustics, Speech, and Signal Processing 1980.

    Examples
    --------
    >>> import numpy as np
    >>> tone = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    >>> speech_frames(tone, 16_000).shape
    (98, 13)
    """
    mel = mel_frames(resample(samples, sample_rate))
    frames = cepstra(mel.log_power)
    return frames[mel.speech()] if trim else frames


def spoken_parts(samples: Array, sample_rate: float, *, pause: float = 0.2) -> list[tuple[float, float]]:
    """Start and end (seconds) of each stretch of speech between pauses of at least `pause` seconds.

    Examples
    --------
    >>> word = np.sin(np.arange(3_200) / 4)
    >>> parts = spoken_parts(np.concatenate([word, np.zeros(4_000), word]), 8_000)
    >>> [(round(start, 1), round(end, 1)) for start, end in parts]
    [(0.0, 0.5), (0.8, 1.3)]
    """
    mel = mel_frames(resample(samples, sample_rate))
    step, gap = HOP / SAMPLE_RATE, pause * SAMPLE_RATE / HOP
    loud = np.flatnonzero(mel.loudness > -TRIM_DB)
    breaks = np.flatnonzero(np.diff(loud) > gap)
    first, last = np.append(loud[0], loud[breaks + 1]), np.append(loud[breaks], loud[-1])
    seconds = len(samples) / sample_rate
    margin = 2 * MARGIN
    parts = [
        (max(0.0, (a - margin) * step), min(seconds, (b + 1 + margin) * step))
        for a, b in zip(first.tolist(), last.tolist(), strict=True)
    ]
    return [part for part in parts if part[1] - part[0] >= SHORTEST_WORD] or parts[:1]


def resample(samples: Array, sample_rate: float, target: int = SAMPLE_RATE) -> Array:
    """Checked mono samples (n,) float32 at `target` Hz, band-limited."""
    samples = np.asarray(samples)
    if samples.ndim != 1:
        raise DataError(f"Expected mono samples (n,), got an array of shape {samples.shape}; mix it down.")
    if not SLOWEST <= sample_rate <= FASTEST:
        raise DataError(f"A sample rate of {sample_rate:g} Hz cannot be right for sound.")
    if len(samples) < SHORTEST * sample_rate:
        milliseconds = 1000 * len(samples) / sample_rate
        raise DataError(f"The recording is too short: {milliseconds:.0f} ms, at least 30 ms are needed.")
    if not np.all(np.isfinite(samples)):
        raise DataError("The recording holds samples that are not finite numbers.")
    samples = samples.astype(np.float32)
    if np.max(np.abs(samples)) < SILENT:
        raise DataError("The recording is silent: there is nothing in it to be heard.")
    if sample_rate == target:
        return samples
    from scipy.signal import resample_poly  # slow to import; most recordings of a set need it or none

    ratio = Fraction(target / sample_rate).limit_denominator(2_000)
    return np.asarray(resample_poly(samples, ratio.numerator, ratio.denominator), np.float32)


@cache
def mel_bank(bands: int = N_BANDS) -> Array:
    """Triangular filters (bands, FFT // 2 + 1), equally spaced in mel."""
    edges = _hertz(np.linspace(_mel(LOWEST), _mel(HIGHEST), bands + 2))
    frequency = np.arange(FFT // 2 + 1) * SAMPLE_RATE / FFT
    rising = (frequency - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - frequency) / np.diff(edges)[1:, None]
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


def mel_frames(samples: Array) -> MelFrames:
    """Log power in mel bands of samples (n,) at 8 kHz."""
    power = power_spectrum(samples, WINDOW, HOP, FFT) @ mel_bank().T
    total = power.sum(axis=1)
    smooth = np.convolve(total, np.full(5, 0.2), "same")[: len(total)]
    loudness = 10 * np.log10(np.maximum(smooth / smooth.max(), 1e-12))
    floor = total.max() * 10 ** (-FLOOR_DB / 10) / power.shape[1]
    return MelFrames(np.log(power + floor), loudness)


def power_spectrum(samples: Array, window: int, hop: int, fft: int, emphasis: float = PRE_EMPHASIS) -> Array:
    """Power (t, fft // 2 + 1) of Hamming windows, after lifting the high frequencies."""
    lifted = np.append(samples[:1], samples[1:] - emphasis * samples[:-1]).astype(np.float64)
    padded = np.pad(lifted, (0, max(0, window - len(lifted))))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.asarray(np.square(np.abs(np.fft.rfft(pieces * np.hamming(window), fft))))


def cepstra(log_power: Array, n: int = N_CEPSTRA) -> Array:
    """The first `n` cosine coefficients (t, n) float32 of log mel spectra (t, bands)."""
    return np.asarray(scipy.fft.dct(log_power, axis=1, norm="ortho")[:, :n], np.float32)


def deltas(frames: Array, reach: int = 2) -> Array:
    """Slope (t, d) of each column over `reach` frames on both sides, per frame.

    Examples
    --------
    >>> deltas(np.arange(6.0)[:, None])[2:4, 0]
    array([1., 1.])
    """
    padded = np.pad(frames, ((reach, reach), (0, 0)), mode="edge")
    offsets = range(-reach, reach + 1)
    slopes = [offset * padded[reach + offset : reach + offset + len(frames)] for offset in offsets]
    return np.asarray(np.sum(slopes, axis=0) / sum(offset**2 for offset in offsets))


def normalise(frames: Array) -> Array:
    """Columns (t, d) with mean zero and variance one; a constant column becomes zero."""
    deviation = frames.std(axis=0)
    return np.asarray((frames - frames.mean(axis=0)) / np.where(deviation > 0, deviation, 1))


def vocal_tract(alpha: float, n: int = N_CEPSTRA) -> Array:
    """Matrix W (n, n): `frames @ W.T` sound as if every resonance stood at 1/`alpha` its frequency.

    Lee and Rose, *Speaker normalization using efficient frequency warping procedures*, 1996;
    here as a linear map of cepstra.

    Examples
    --------
    >>> bool(np.allclose(vocal_tract(1.0), np.eye(13)))
    True
    """
    centres = np.linspace(_mel(LOWEST), _mel(HIGHEST), N_BANDS + 2)[1:-1]
    position = (_mel(_hertz(centres) * alpha) - centres[0]) / (centres[1] - centres[0])
    position = np.clip(position, 0, N_BANDS - 1)
    below = np.minimum(position.astype(int), N_BANDS - 2)
    moved = np.zeros((N_BANDS, N_BANDS))
    moved[np.arange(N_BANDS), below] = 1 - (position - below)
    moved[np.arange(N_BANDS), below + 1] = position - below
    cosines = scipy.fft.dct(np.eye(N_BANDS), axis=0, norm="ortho")[:n]
    return np.asarray(cosines @ moved @ cosines.T)


def _mel(hertz: Array | float) -> Array:
    return np.asarray(2595 * np.log10(1 + np.asarray(hertz) / 700))


def _hertz(mel: Array) -> Array:
    return np.asarray(700 * (10 ** (mel / 2595) - 1))
