"""Recognisers of words: the one that ships, one trained on a visitor's recordings, one from JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from gmm_engine import SequenceClassifier
from gmm_engine.data.documents import read_json
from gmm_engine.data.spoken import Spoken, read_spoken, shipped_model
from gmm_engine.features.audio import speech_frames
from gmm_engine.features.voice import N_CEPSTRA, speaker_frames
from gmm_engine.types import Array, Dataset
from pages._ui import cache, inputs, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.settings import SETTINGS

REPORT_EVERY = 20
SHIPPED = (
    "Trained on 720 synthetic words (eSpeak NG, 72 voices), not on people. Of 2,000 digits by four people it "
    "got {single} of single words right and {session} when it knew which came from one session. A few "
    "examples of your own voice do much better: see *Teach*."
)
# Measured by benchmarks/bench_speech.py.
ON_PEOPLE = {"single": "70%", "session": "79%"}
SHIPPED_CODE = 'model = SequenceClassifier.from_dict(shipped_model()["model"])'


@dataclass(frozen=True, eq=False)
class Recogniser:
    """A fitted classifier with what is known about it.

    Attributes
    ----------
    confusion : (c, c) counts on recordings it was not trained with, or None.
    tested : whose recordings those were.
    notes : to be shown.
    code, imports : Python that makes the same `model`.
    key : stands for it in stored results' keys.
    """

    model: SequenceClassifier
    confusion: Array | None
    tested: str
    notes: tuple[str, ...]
    code: str
    imports: tuple[str, ...]
    key: Hashable


def shipped() -> Recogniser:
    """The digits in synthetic voices."""

    def load() -> Recogniser:
        content = shipped_model()
        lines = (
            "from gmm_engine import SequenceClassifier",
            "from gmm_engine.data.spoken import shipped_model",
        )
        return Recogniser(
            SequenceClassifier.from_dict(content["model"]), np.array(content["confusion"]),
            "synthetic voices it never heard", (SHIPPED.format(**ON_PEOPLE),), SHIPPED_CODE, lines, "shipped",
        )  # fmt: skip

    return cache.remembered(True, "shipped recogniser", load)


def from_json(screen: Screen) -> Recogniser | None:
    """A model that the visitor saved before."""
    sent = inputs.second(screen, "Your model (JSON)", "model_file", "model")
    if sent is None:
        return None
    content = sent.content
    digest = hashlib.sha256(content).hexdigest()
    try:
        model = SequenceClassifier.from_dict(read_json(content, sent.name))
    except ValueError as problem:
        screen.problem(f"This model cannot be used: {problem}", st)
        return None
    lines = ("import json", "from gmm_engine import SequenceClassifier")
    code = f"with open({sent.name!r}) as file:\n    model = SequenceClassifier.from_dict(json.load(file))"
    counts = model.calibration_.confusion
    return Recogniser(model, counts, "recordings held out in training", (), code, lines, ("json", digest))


def from_zip(screen: Screen) -> Recogniser | None:
    """A recogniser trained on a zip of the visitor's recordings."""
    help_text = (
        "Files like seven_anna_1.wav, or one folder per word. Speakers in the names are held out to test."
    )
    sent = inputs.second(screen, "Your recordings (zip)", "zip", "recordings", help=help_text)
    if sent is None:
        return None
    content = sent.content
    digest = hashlib.sha256(content).hexdigest()
    source = Source(Dataset(None, kind="audio", name=sent.name), ("zip", digest), False, "", restorable=False)

    def work() -> Generator[jobs.Progress, None, Recogniser]:
        yield jobs.Progress(None, "Reading the recordings")
        spoken = read_spoken(content, sent.name, limits=SETTINGS.reader_limits())
        return (yield from train(spoken, f"spoken = read_spoken({sent.name!r})", ("zip", digest)))

    return jobs.result(screen, source, digest, work, name="train").value


def train(
    spoken: Spoken, code: str, key: Hashable, *, speakers: bool = False
) -> Generator[jobs.Progress, None, Recogniser]:
    """Fit a recogniser of words, or of `speakers`; `code` binds the recordings to `spoken`."""
    measure = speaker_frames if speakers else speech_frames
    frames, total = [], len(spoken.sounds)
    for i, (sound, rate) in enumerate(zip(spoken.sounds, spoken.rates, strict=True)):
        if i % REPORT_EVERY == 0:
            yield jobs.Progress(0.5 * i / total, f"Frames of recording {i + 1:,} of {total:,}")
        frames.append(measure(sound, rate))
    yield jobs.Progress(0.5, f"Training on {total:,} recordings")
    model = _blank(speakers).fit(frames, spoken.labels, None if speakers else spoken.groups)
    people = len(set(spoken.groups))
    tested = "speakers it had not heard" if people > 2 and not speakers else "recordings it had not heard"
    return Recogniser(
        model,
        model.calibration_.confusion,
        tested,
        spoken.notes,
        _code(code, speakers),
        _imports(speakers),
        key,
    )


def measured(model: SequenceClassifier, sound: Array, rate: float) -> Array:
    """Frames of the kind the model was trained with."""
    known_by_voice = model.n_features_in_ == N_CEPSTRA + 1
    return speaker_frames(sound, rate) if known_by_voice else speech_frames(sound, rate)


def _blank(speakers: bool) -> SequenceClassifier:
    return SequenceClassifier("gaussian", normalise="none") if speakers else SequenceClassifier()


def _code(code: str, speakers: bool) -> str:
    measure = "speaker_frames" if speakers else "speech_frames"
    blank = 'SequenceClassifier("gaussian", normalise="none")' if speakers else "SequenceClassifier()"
    groups = "" if speakers else ", spoken.groups"
    return (
        f"{code}\nframes = [{measure}(sound, rate) for sound, rate in zip(spoken.sounds, spoken.rates)]\n"
        f"model = {blank}.fit(frames, spoken.labels{groups})\n"
        "print('held-out accuracy', model.calibration_.accuracy)"
    )


def _imports(speakers: bool) -> tuple[str, ...]:
    measure = "voice import speaker_frames" if speakers else "audio import speech_frames"
    return (
        "from gmm_engine import SequenceClassifier",
        "from gmm_engine.data.spoken import read_spoken",
        f"from gmm_engine.features.{measure}",
    )


def say(recogniser: Recogniser) -> None:
    """What the visitor should know of it."""
    for note in recogniser.notes:
        st.caption(literal(note) if recogniser.key != "shipped" else note)
