"""Speak the digits with a free synthesiser, in many voices, and train a recogniser on them.

    apt-get install espeak-ng
    python gmm_engine/data/assets/make_words.py

writes three files beside itself: `words.ogg` (all recordings in one), `words.json` (what is
where in it) and `words_model.json.gz` (the recogniser, with its mistakes on unheard voices).
The voices are eSpeak NG's, a program under the GNU General Public License; what it speaks
is not covered by that licence, and these recordings may be used freely (CC0).
"""

from __future__ import annotations

import gzip
import io
import json
import subprocess
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import lfilter, resample_poly

from gmm_engine.data.spoken import shipped_words
from gmm_engine.features.audio import speech_frames
from gmm_engine.sequences import SequenceClassifier

FOLDER = Path(__file__).parent
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ACCENTS = ("en-gb", "en-us", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029")
VOICES = (
    *(f"m{i}" for i in range(1, 9)),
    *(f"f{i}" for i in range(1, 6)),
    *("klatt", "klatt2", "klatt3", "klatt4", "klatt6", "Andy", "Annie", "Alex", "Andrea", "Denis"),
    *("Diogo", "Gene", "Jacky", "Lee", "Michael", "Mike", "Pablo", "Steph", "Steph2", "adam"),
    *("aunty", "belinda", "boris", "david", "ed", "edward", "grandma", "grandpa", "iven2", "linda"),
    *("marcelo", "max", "michel", "miguel", "quincy", "rob", "robert", "steph3", "travis", "victor", "zac"),
)
SPEAKERS = 72
RATE = 8_000
GAP = 800  # samples of silence between recordings
FOLDS = 5


def main() -> None:
    rng = np.random.default_rng(20)
    parts, index, at = [], [], 0
    for number in range(SPEAKERS):
        speaker = f"{VOICES[number % len(VOICES)]}-{number:03d}"
        for word, sound in session(speaker, rng):
            parts += [sound, np.zeros(GAP)]
            index.append([word, speaker, at, len(sound)])
            at += len(sound) + GAP
    options = {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.95}
    with soundfile.SoundFile(FOLDER / "words.ogg", "w", RATE, 1, **options) as file:
        for part in parts:  # the encoder's memory grows with the piece it is given
            file.write(part)
    (FOLDER / "words.json").write_text(json.dumps(index, separators=(",", ":")) + "\n")
    train()


def session(speaker: str, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """All words by one voice, at its own pitch and speed, through one microphone in one room."""
    accent, voice = rng.choice(ACCENTS), speaker.split("-")[0]
    pitch, speed = rng.integers(15, 85), rng.integers(105, 195)
    tilt, noise = rng.uniform(-0.5, 0.5), 10 ** (-rng.uniform(25, 50) / 20)
    said = []
    for word in WORDS:
        options = [f"{accent}+{voice}", pitch + rng.integers(-6, 7), speed + rng.integers(-12, 13)]
        sound = lfilter([1, tilt], [1], speak(word, *map(str, options)))
        sound = 0.5 * sound / np.abs(sound).max()
        padded = np.pad(sound, (rng.integers(200, 1200), rng.integers(200, 1200)))
        said.append((word, padded + 0.5 * noise * 0.3 * rng.standard_normal(len(padded))))
    return said


def speak(word: str, voice: str, pitch: str, speed: str) -> np.ndarray:
    """One word as samples at 8 kHz."""
    command = ["espeak-ng", "-v", voice, "-p", pitch, "-s", speed, "--stdout", word]
    sound, rate = soundfile.read(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))
    return np.asarray(resample_poly(sound, RATE, rate))


def train() -> None:
    """Fit the recogniser the page begins with, and count its mistakes on voices it never heard."""
    words = shipped_words()
    frames = [speech_frames(sound, RATE) for sound in words.sounds]
    labels, speakers = np.array(words.labels), np.array(words.groups)
    model = SequenceClassifier().fit(frames, labels, speakers)
    fold = np.unique(speakers, return_inverse=True)[1] % FOLDS
    scores = model.held_out_scores(frames, labels, speakers, fold)[:, :-1]
    confusion = np.zeros((len(WORDS), len(WORDS)), int)
    np.add.at(confusion, (np.searchsorted(model.classes_, labels), scores.argmax(axis=1)), 1)
    content = {"model": model.to_dict(), "confusion": confusion.tolist()}
    with gzip.GzipFile(FOLDER / "words_model.json.gz", "wb", mtime=0) as file:
        file.write(json.dumps(content, separators=(",", ":")).encode())
    print(f"{len(frames)} words, {np.trace(confusion) / len(frames):.3f} right on unheard voices")


if __name__ == "__main__":
    main()
