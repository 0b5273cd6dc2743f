"""Labelled recordings: the synthetic ones shipped, and zips of a visitor's own."""

import io
import zipfile

import numpy as np
import pytest
import soundfile

from gmm_engine import SequenceClassifier
from gmm_engine.data.spoken import label_of, read_spoken, shipped_model, shipped_words
from gmm_engine.errors import UploadError
from gmm_engine.features.audio import speech_frames


def recording(frequency=440.0, rate=8_000):
    file = io.BytesIO()
    soundfile.write(file, np.sin(2 * np.pi * frequency * np.arange(rate // 2) / rate), rate, format="WAV")
    return file.getvalue()


def packed(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_the_shipped_recogniser_knows_the_shipped_words():
    words, content = shipped_words(), shipped_model()
    model = SequenceClassifier.from_dict(content["model"])
    some = range(0, len(words.sounds), 9)
    frames = [speech_frames(words.sounds[i], words.rates[i]) for i in some]
    assert model.score(frames, [words.labels[i] for i in some]) > 0.97
    confusion = np.array(content["confusion"])
    assert confusion.sum() == len(words.sounds)
    assert np.trace(confusion) / confusion.sum() > 0.97


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seven_anna_12.wav", ("seven", "anna")),
        ("theo/7_theo_3.wav", ("7", "theo")),
        ("yes/take 3.wav", ("yes", "one speaker")),
        ("anna/yes_3.wav", ("yes", "anna")),
        ("../../etc/no_mallory_1.wav", ("no", "mallory")),
        ("maybe 2.wav", ("maybe", "one speaker")),
    ],
)
def test_names_and_folders_tell_label_and_speaker(name, expected):
    assert label_of(name) == expected


def test_a_zip_is_read_and_what_is_left_out_is_said():
    spoken = read_spoken(
        packed(
            {
                "low_a_1.wav": recording(200),
                "high_a_1.wav": recording(900),
                "high_b_1.wav": b"no sound at all",
                "__MACOSX/low_a_1.wav": b"",
                "notes.txt": b"hello",
            }
        )
    )
    assert spoken.labels == ("low", "high")
    assert spoken.groups == ("a", "a")
    assert "2 recordings of 2 labels by 1 speakers" in spoken.notes[0]
    assert "high_b_1.wav was left out" in spoken.notes[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK nothing", "not a zip archive"),
        (packed({"a.txt": b"1"}), "no recording"),
        (packed({"low_a_1.wav": recording()}), "at least two labels"),
        (packed({"x.wav": b"", "y.wav": b"1"}), "at least two labels"),
    ],
)
def test_other_archives_are_refused(content, words):
    with pytest.raises(UploadError, match=words):
        read_spoken(content)
