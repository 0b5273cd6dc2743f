"""Recordings to begin with: synthetic words in a row, and synthetic vowels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gmm_engine.data.spoken import shipped_words
from gmm_engine.errors import DataError
from gmm_engine.types import Array, Dataset

RATE = 8_000
PAUSE = 0.1  # seconds, besides the silence around each word
COUNTED = ("three", "one", "four", "one", "five")
GLOTTIS = 0.98  # low-pass of the pulses, one per period
BANDWIDTH = 80.0  # Hz, of a formant
NOTE = "Synthetic speech (eSpeak NG)."


def counted(words: tuple[str, ...] = COUNTED, voice: int = 5) -> Dataset:
    """Digits in a row, with pauses, by one of the 72 synthetic voices.

    Examples
    --------
    >>> counted(("one", "two")).about["sample_rate"]
    8000
    """
    spoken = shipped_words()
    name = list(dict.fromkeys(spoken.groups))[voice]
    rows = [(label, group) for label, group in zip(spoken.labels, spoken.groups, strict=True)]
    try:
        parts = [spoken.sounds[rows.index((word, name))] for word in words]
    except ValueError:
        raise DataError(f"The synthetic voices say the digits zero to nine, not {' '.join(words)}.") from None
    pause = np.zeros(int(PAUSE * RATE), np.float32)
    sound = np.concatenate([pause, *(part for word in parts for part in (word, pause))])
    return _dataset(sound, " ".join(words), NOTE)


def vowel(formants: tuple[float, ...], pitch: float = 120.0, seconds: float = 0.6) -> Array:
    """Samples (n,) at 8 kHz of a held vowel: pulses through resonances (Hz), lowest first.

    Fant, *Acoustic theory of speech production*, 1960: source and filter.

    Examples
    --------
    >>> vowel((730, 1090, 2440)).shape
    (4800,)
    """
    from scipy.signal import lfilter

    time = np.arange(int(seconds * RATE)) / RATE
    glide = pitch * (1 + 0.03 * np.sin(2 * np.pi * 4 * time))
    pulses = np.diff(np.floor(np.cumsum(glide) / RATE), prepend=0.0)
    sound = lfilter([1], [1, -GLOTTIS], pulses)
    for frequency in (*formants, 3500.0):
        pole = np.exp((-np.pi * BANDWIDTH + 2j * np.pi * frequency) / RATE)
        sound = lfilter([1], np.poly([pole, pole.conjugate()]).real, sound)
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.03)
    return np.asarray(0.5 * fade * sound / np.abs(sound).max(), np.float32)


def _dataset(sound: Array, name: str, note: str) -> Dataset:
    about = {"sample_rate": RATE, "seconds": len(sound) / RATE, "channels": 1, "silent": False}
    return Dataset(sound, notes=(note,), kind="audio", name=name, about=about)


def _had() -> Dataset:
    return _dataset(vowel((660.0, 1720.0, 2410.0)), "had", "A synthetic vowel, as in 'had', by a man.")


def _heed() -> Dataset:
    return _dataset(
        vowel((310.0, 2790.0, 3310.0), 220.0), "heed", "A synthetic vowel, as in 'heed', by a woman."
    )


RECORDINGS: dict[str, Callable[[], Dataset]] = {
    "Three one four one five": counted,
    "Nine eight seven": lambda: counted(("nine", "eight", "seven"), 12),
}
VOWELS: dict[str, Callable[[], Dataset]] = {"A man's had": _had, "A woman's heed": _heed}
