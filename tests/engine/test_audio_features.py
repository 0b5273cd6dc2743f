"""Frames say what was spoken, whatever the recorder did."""

import numpy as np
import pytest

from gmm_engine.errors import DataError
from gmm_engine.features import audio
from gmm_engine.features.audio import deltas, normalise, speech_frames, vocal_tract


def chirp(rate, seconds=0.6, low=300, high=2500):
    """A loud glide between two silences."""
    time = np.arange(int(rate * seconds)) / rate
    sound = np.sin(2 * np.pi * (low + (high - low) * time / (2 * seconds)) * time)
    quiet = np.zeros(int(0.3 * rate))
    return np.concatenate([quiet, sound, quiet])


@pytest.mark.parametrize("rate", [11_025, 16_000, 44_100, 48_000])
def test_the_sample_rate_does_not_matter(rate):
    expected, found = speech_frames(chirp(8_000), 8_000), speech_frames(chirp(rate), rate)
    n = min(len(expected), len(found))
    assert abs(len(expected) - len(found)) <= 2
    assert np.abs(expected[4 : n - 4] - found[4 : n - 4]).mean() < 0.5


def test_the_volume_moves_the_first_column_only():
    loud, soft = speech_frames(chirp(8_000), 8_000), speech_frames(0.01 * chirp(8_000), 8_000)
    assert np.allclose(loud[:, 1:], soft[:, 1:], atol=1e-3)
    assert np.ptp(loud[:, 0] - soft[:, 0]) < 1e-3


def test_silence_around_a_word_is_trimmed():
    trimmed = speech_frames(chirp(8_000), 8_000)
    assert len(speech_frames(chirp(8_000), 8_000, trim=False)) == pytest.approx(118, abs=2)
    assert len(trimmed) == pytest.approx(62, abs=8)


def test_a_shorter_vocal_tract_moves_a_peak_up():
    bands = np.zeros((1, audio.N_BANDS))
    bands[0, 10] = 5.0
    warped = audio.cepstra(bands, audio.N_BANDS) @ vocal_tract(0.88, audio.N_BANDS).T
    moved = np.argmax(audio.scipy.fft.idct(warped, axis=1, norm="ortho"))
    assert moved > 10


def test_deltas_of_a_line_are_its_slope_and_normalised_columns_are_standard():
    line = np.outer(np.arange(20.0), [1.0, -2.0])
    assert np.allclose(deltas(line)[2:-2], [1.0, -2.0])
    rows = normalise(np.column_stack([line, np.full(20, 7.0)]))
    assert np.allclose(rows.mean(axis=0), 0)
    assert np.allclose(rows.std(axis=0), [1, 1, 0])


@pytest.mark.parametrize(
    ("samples", "rate", "words"),
    [
        (np.zeros(8_000), 8_000, "silent"),
        (np.ones(100), 8_000, "too short"),
        (np.ones((800, 2)), 8_000, "mono"),
        (np.full(8_000, np.nan), 8_000, "finite"),
        (np.ones(8_000), 5, "sample rate"),
    ],
)
def test_what_cannot_be_heard_is_said(samples, rate, words):
    with pytest.raises(DataError, match=words):
        speech_frames(samples, rate)
