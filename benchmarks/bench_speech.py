"""Words, speakers and vowels beside published or plain reference figures; time to train and to answer.

Run ``python -m benchmarks.bench_speech``; writes ``benchmarks/results/speech.json``. Needs the
reference recordings (see tests/data_dir.py).
"""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import soundfile
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from benchmarks.compare import write
from gmm_engine import SequenceClassifier
from gmm_engine.data.spoken import shipped_model
from gmm_engine.features.audio import deltas, speech_frames
from gmm_engine.features.voice import speaker_frames
from gmm_engine.sequences.vowels import vowel_space
from gmm_engine.types import Array
from tests.data_dir import data_dir

Row = dict[str, Any]
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
VOWELS = ("i", "I", "E", "{", "A", "O", "U", "u", "V", "3'")
SESSIONS = (1, 3, 10, 500)


class Digits:
    """The Free Spoken Digit Dataset's four speakers."""

    def __init__(self) -> None:
        archive = zipfile.ZipFile(data_dir() / "speech" / "fsdd_4speakers.zip")
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("index.csv"))))
        self.sounds = [soundfile.read(io.BytesIO(archive.read(row["file"]))) for row in rows]
        self.digit = np.array([row["digit"] for row in rows])
        self.speaker = np.array([row["speaker"] for row in rows])
        start = time.perf_counter()
        self.frames = [speech_frames(*sound) for sound in self.sounds]
        self.seconds = time.perf_counter() - start

    def of(self, indices: Array) -> list[Array]:
        return [self.frames[i] for i in indices]


def sessions(speaker: Array, size: int) -> Array:
    """Each speaker's recordings in random sessions of `size`."""
    out, rng = np.zeros(len(speaker), np.int64), np.random.default_rng(0)
    for s, name in enumerate(np.unique(speaker)):
        members = rng.permutation(np.flatnonzero(speaker == name))
        out[members] = 1000 * s + np.arange(len(members)) // size
    return out


def strangers(data: Digits) -> list[Row]:
    """Leave one speaker out, by the number of recordings of a session."""
    rows = []
    for name in np.unique(data.speaker):
        train, test = np.flatnonzero(data.speaker != name), np.flatnonzero(data.speaker == name)
        model = SequenceClassifier(calibrate=False)
        model.fit(data.of(train), data.digit[train], data.speaker[train])
        heard, said, who = data.of(test), data.digit[test], data.speaker[test]
        found = {f"{n} a session": model.score(heard, said, sessions(who, n)) for n in SESSIONS}
        rows.append({"case": f"words of {name}, unheard", **found, "plain": _plain(data, train, test)})
    keys = [key for key in rows[0] if key != "case"]
    mean = {key: float(np.mean([row[key] for row in rows])) for key in keys}
    return [*rows, {"case": "words of unheard speakers, mean", **mean}]


def _plain(data: Digits, train: Array, test: Array) -> float:
    """The usual recipe: cepstra less their mean, slopes, eight diagonal components a word."""
    views = {i: _centred(data.frames[i]) for i in np.concatenate([train, test])}
    scores = []
    for digit in np.unique(data.digit):
        rows = np.concatenate([views[i] for i in train if data.digit[i] == digit])
        model = GaussianMixture(8, covariance_type="diag", random_state=0).fit(rows)
        scores.append([model.score(views[i]) for i in test])
    return float(np.mean(np.unique(data.digit)[np.argmax(scores, axis=0)] == data.digit[test]))


def _centred(frames: Array) -> Array:
    still = frames - frames.mean(axis=0)
    return np.column_stack([still, deltas(still)])


def taught(data: Digits, examples: int, draws: int = 3) -> Row:
    """A speaker's own `examples` a word; tested on the speaker's other recordings."""
    found = []
    for name in np.unique(data.speaker):
        own = np.flatnonzero(data.speaker == name)
        for draw in range(draws):
            train = _drawn(own, data.digit, examples, np.random.default_rng(draw))
            test = np.setdiff1d(own, train)
            model = SequenceClassifier(calibrate=False).fit(data.of(train), data.digit[train])
            found.append(model.score(data.of(test), data.digit[test]))
    return {"case": f"taught by {examples} examples a word", "accuracy": float(np.mean(found))}


def _drawn(members: Array, labels: Array, n: int, rng: np.random.Generator) -> Array:
    parts = [rng.choice(members[labels[members] == x], n, replace=False) for x in np.unique(labels[members])]
    return np.concatenate(parts)


def speakers(data: Digits, draws: int = 20) -> Row:
    """Who says it, from one recording each of the same three words."""
    frames, found = [speaker_frames(*sound) for sound in data.sounds], []
    for draw in range(draws):
        rng = np.random.default_rng(draw)
        chosen = np.flatnonzero(np.isin(data.digit, rng.choice(np.unique(data.digit), 3, replace=False)))
        by_speaker = [chosen[data.speaker[chosen] == name] for name in np.unique(data.speaker)]
        train = np.concatenate([_drawn(members, data.digit, 1, rng) for members in by_speaker])
        test = np.setdiff1d(chosen, train)
        model = SequenceClassifier("gaussian", normalise="none", calibrate=False)
        model.fit([frames[i] for i in train], data.speaker[train])
        found.append(model.score([frames[i] for i in test], data.speaker[test]))
    return {"case": "speakers, the same three words", "accuracy": np.mean(found), "deviation": np.std(found)}


def refusal(data: Digits) -> Row:
    """Six digits known, four unknown, one speaker never heard."""
    known, refused, accepted = np.isin(data.digit, list("012345")), [], []
    for name in np.unique(data.speaker):
        own = data.speaker == name
        train = np.flatnonzero(known & ~own)
        model = SequenceClassifier().fit(data.of(train), data.digit[train], data.speaker[train])
        answers = model.predict(data.of(np.flatnonzero(own)), data.speaker[own], reject=True)
        none = answers == model.none_of_these
        refused.append(none[~known[own]].mean())
        accepted.append(none[known[own]].mean())
    return {"case": "none of these", "unknown refused": np.mean(refused), "known refused": np.mean(accepted)}


def synthetic(data: Digits) -> Row:
    """The recogniser that ships, which heard no people, on people."""
    model = SequenceClassifier.from_dict(shipped_model()["model"])
    said = np.array([NAMES[int(digit)] for digit in data.digit])
    whole = model.score(data.frames, said, data.speaker)
    return {"case": "synthetic voices only", "1 a session": model.score(data.frames, said), "500": whole}


def training(data: Digits) -> Row:
    """Seconds for 2,000 recordings, held-out calibration included."""
    start, processor = time.perf_counter(), time.process_time()
    with threadpool_limits(1):
        SequenceClassifier().fit(data.frames, data.digit, data.speaker)
    seconds, busy = time.perf_counter() - start, time.process_time() - processor
    about = {"processor seconds": busy, "features, seconds": data.seconds}
    return {"case": "training on 2,000 recordings", "seconds": seconds, **about}


def deterding() -> list[Row]:
    """Eleven vowels, ten numbers each, official split by speaker; plain full Gaussians got 0.472."""
    with (data_dir() / "speech" / "deterding_vowel.csv").open() as file:
        rows = list(csv.DictReader(file))
    x = [np.array([[float(row[f"x{i}"]) for i in range(10)]]) for row in rows]
    y, who = np.array([row["vowel"] for row in rows]), np.array([row["speaker"] for row in rows])
    train = np.array([row["split"] == "train" for row in rows])

    def score(normalise: str) -> float:
        model = SequenceClassifier("gaussian", normalise=normalise, calibrate=False)
        heard, unheard = np.flatnonzero(train), np.flatnonzero(~train)
        model.fit([x[i] for i in heard], y[heard], who[heard])
        return model.score([x[i] for i in unheard], y[unheard], who[unheard])

    return [
        {"case": "Deterding vowels", "accuracy": score("none"), "plain full Gaussians": 0.472},
        {"case": "Deterding vowels, speaker's mean and spread taken out", "accuracy": score("session")},
    ]


def peterson_barney() -> Row:
    """Ten vowels by F1 to F3; the table's Gaussians are not fitted here. QDA by speaker got 0.866."""
    with (data_dir() / "speech" / "peterson_barney_1952.csv").open() as file:
        rows = list(csv.DictReader(file))
    formants = np.array([[float(row[f]) for f in ("f1", "f2", "f3")] for row in rows])
    truth = np.array([VOWELS.index(row["vowel"]) for row in rows])
    found = vowel_space().probabilities(formants).argmax(axis=1)
    return {"case": "Peterson-Barney, published table", "accuracy": np.mean(found == truth), "QDA": 0.866}


def peterson_barney_by_speaker() -> Row:
    """Five folds by speaker on the logarithms of F0 to F3, the same data and features as QDA's 0.866."""
    with (data_dir() / "speech" / "peterson_barney_1952.csv").open() as file:
        rows = list(csv.DictReader(file))
    x = [np.log([[float(row[f]) for f in ("f0", "f1", "f2", "f3")]]) for row in rows]
    y = np.array([row["vowel"] for row in rows])
    people = np.array([f"{row['type']}{row['speaker']}" for row in rows])
    fold = np.unique(people, return_inverse=True)[1] % 5
    model = SequenceClassifier("gaussian", normalise="none")
    scores = model.held_out_scores(x, y, None, fold)[:, :-1]
    found = np.unique(y)[scores.argmax(axis=1)]
    return {"case": "Peterson-Barney by speaker", "accuracy": np.mean(found == y), "QDA": 0.866}


def main() -> None:
    data = Digits()
    single: list[Callable[[Digits], Row]] = [training, speakers, refusal, synthetic]
    rows = [*strangers(data), *(taught(data, n) for n in (1, 3, 5)), *(measure(data) for measure in single)]
    rows += [*deterding(), peterson_barney(), peterson_barney_by_speaker()]
    write("speech", rows)


if __name__ == "__main__":
    main()
