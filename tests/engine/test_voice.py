"""Pitch, formants and vowels."""

import csv
import io
import zipfile

import numpy as np
import pytest
import scipy.signal
import soundfile

from gmm_engine.errors import DataError
from gmm_engine.features.formants import linear_prediction, vowel_formants
from gmm_engine.features.voice import pitch, speaker_frames
from gmm_engine.sequences.vowels import MEANS, SPEAKERS, SYMBOLS, vowel_space
from tests.data_dir import shared_file

CODES = dict(zip(("i", "I", "E", "{", "A", "O", "U", "u", "V", "3'"), range(10), strict=True))


def spoken(formants, fundamental=120.0, rate=16_000, seconds=0.5):
    """A pulse train through resonances: a vowel."""
    sound = np.zeros(int(rate * seconds))
    sound[:: round(rate / fundamental)] = 1
    sound = scipy.signal.lfilter([1], [1, -0.98], sound)  # the glottis favours low frequencies
    for frequency in (*formants, 3500, 4500):
        pole = np.exp(-np.pi * 80 / rate + 2j * np.pi * frequency / rate)
        sound = scipy.signal.lfilter([1], np.poly([pole, pole.conj()]).real, sound)
    return sound / np.abs(sound).max()


@pytest.mark.parametrize("fundamental", [90, 130, 210, 300])
def test_pitch_of_a_pulse_train(fundamental):
    assert pitch(spoken((500, 1500, 2500), fundamental, 8_000)) == pytest.approx(fundamental, rel=0.03)


@pytest.mark.parametrize("vowel", range(10))
def test_a_synthetic_vowel_is_measured_and_named(vowel):
    found = vowel_formants(spoken(MEANS[0, :, vowel]), 16_000)
    assert found.formants[:2] == pytest.approx(MEANS[0, :2, vowel], rel=0.05, abs=60)  # half the pitch
    probability = vowel_space(("men",)).probabilities(found.formants)
    assert probability.sum() == pytest.approx(1)
    assert SYMBOLS[probability[0].argmax()] == SYMBOLS[vowel]


def test_linear_prediction_finds_the_filter():
    rng = np.random.default_rng(0)
    truth = np.poly([0.9 * np.exp(0.5j), 0.9 * np.exp(-0.5j)]).real
    frames = scipy.signal.lfilter([1], truth, rng.normal(size=(3, 4_000)))
    assert np.allclose(linear_prediction(frames, 2), truth, atol=0.05)


def test_noise_is_no_speaker_but_gives_frames():
    frames = speaker_frames(np.random.default_rng(0).normal(size=8_000), 8_000)
    assert frames.shape[1] == 17
    assert np.isfinite(frames).all()


def test_unknown_speakers_and_missing_formants_are_refused():
    with pytest.raises(DataError, match="men, women, children"):
        vowel_space(("robots",))
    with pytest.raises(DataError, match="positive"):
        vowel_space().probabilities([[500.0, np.nan]])


def test_the_published_table_names_the_measured_tokens():
    with shared_file("speech/peterson_barney_1952.csv").open() as file:
        rows = list(csv.DictReader(file))
    truth = np.array([CODES[row["vowel"]] for row in rows])
    formants = np.array([[float(row[name]) for name in ("f1", "f2", "f3")] for row in rows])
    kinds = np.array([row["type"] for row in rows])
    assert np.mean(vowel_space().probabilities(formants).argmax(axis=1) == truth) > 0.85
    for kind, code in zip(SPEAKERS, "mwc", strict=True):
        found = vowel_space((kind,)).probabilities(formants[kinds == code]).argmax(axis=1)
        assert np.mean(found == truth[kinds == code]) > 0.86


def test_labelled_vowels_lie_where_phonetics_puts_them():
    archive = zipfile.ZipFile(shared_file("speech/msajc_labelled_4utt.zip"))
    rows = csv.DictReader(io.StringIO(archive.read("labels.csv").decode()))
    measured = {"i:": [], "E": [], "@:": [], "O": [], "V": []}
    for row in rows:
        begin, end = float(row["start"]), float(row["end"])
        if row["tier"] == "Phonetic" and row["label"] in measured and end - begin > 0.04:
            sound, rate = soundfile.read(io.BytesIO(archive.read(row["file"])))
            found = vowel_formants(sound[int(begin * rate) : int(end * rate)], rate)
            measured[row["label"]].append(found.formants)
    first, second = ({label: np.median(f, axis=0)[i] for label, f in measured.items()} for i in (0, 1))
    assert first["i:"] < first["E"] < first["V"]
    assert second["i:"] > second["E"] > second["@:"] > second["O"]
