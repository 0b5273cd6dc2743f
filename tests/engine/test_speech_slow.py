"""What the recogniser reaches on recorded people; minutes, so not part of the quick run."""

import csv
import io
import zipfile
from functools import cache

import numpy as np
import pytest
import soundfile

from gmm_engine import SequenceClassifier
from gmm_engine.features.audio import speech_frames
from gmm_engine.features.voice import speaker_frames
from tests.data_dir import shared_file

pytestmark = pytest.mark.slow


@cache
def digits():
    """2,000 recordings of four speakers: samples, digit, speaker."""
    archive = zipfile.ZipFile(shared_file("speech/fsdd_4speakers.zip"))
    rows = list(csv.DictReader(io.TextIOWrapper(archive.open("index.csv"))))
    sounds = [soundfile.read(io.BytesIO(archive.read(row["file"]))) for row in rows]
    return sounds, np.array([row["digit"] for row in rows]), np.array([row["speaker"] for row in rows])


@cache
def frames():
    return [speech_frames(*sound) for sound in digits()[0]]


def of(indices):
    return [frames()[i] for i in indices]


def test_words_of_a_speaker_never_heard():
    _, digit, speaker = digits()
    single, session = [], []
    for name in np.unique(speaker):
        train, test = np.flatnonzero(speaker != name), np.flatnonzero(speaker == name)
        model = SequenceClassifier(calibrate=False).fit(of(train), digit[train], speaker[train])
        single.append(model.score(of(test), digit[test]))
        session.append(model.score(of(test), digit[test], speaker[test]))
    assert np.mean(single) >= 0.89
    assert np.mean(session) >= 0.92


def test_three_examples_a_word_teach_a_voice():
    _, digit, speaker = digits()
    rng, found = np.random.default_rng(0), []
    for name in np.unique(speaker):
        own = np.flatnonzero(speaker == name)
        train = np.concatenate([rng.choice(own[digit[own] == d], 3, replace=False) for d in np.unique(digit)])
        test = np.setdiff1d(own, train)
        found.append(SequenceClassifier().fit(of(train), digit[train]).score(of(test), digit[test]))
    assert np.mean(found) >= 0.98


def test_speakers_by_the_same_three_words():
    sounds, digit, speaker = digits()
    rng, found = np.random.default_rng(0), []
    for _ in range(10):
        words = rng.choice(np.unique(digit), 3, replace=False)
        chosen = np.flatnonzero(np.isin(digit, words))
        pairs = [(name, word) for name in np.unique(speaker) for word in words]
        train = [rng.choice(chosen[(speaker[chosen] == s) & (digit[chosen] == d)]) for s, d in pairs]
        test = np.setdiff1d(chosen, train)
        heard = {i: speaker_frames(*sounds[i]) for i in chosen}
        model = SequenceClassifier("gaussian", normalise="none", calibrate=False)
        model.fit([heard[i] for i in train], speaker[train])
        found.append(model.score([heard[i] for i in test], speaker[test]))
    assert np.mean(found) >= 0.95
