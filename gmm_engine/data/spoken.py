"""Labelled recordings: the synthetic words that come with the package, and a visitor's zip."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from gmm_engine.data import guards
from gmm_engine.data.audio import read_audio
from gmm_engine.data.limits import LIMITS, Limits
from gmm_engine.errors import UploadError
from gmm_engine.types import Array

ASSETS = Path(__file__).with_name("assets")
SOUNDS = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".aif")
MOST_RECORDINGS = 5_000
_PARTS = re.compile(r"^(?P<label>[^_]+)_(?P<speaker>.+?)(?:_\d+)?$")


@dataclass(frozen=True, eq=False)
class Spoken:
    """Recordings with what was said and by whom.

    Attributes
    ----------
    sounds : mono samples (n,) of each recording.
    rates : sample rate of each, Hz.
    labels : what was said.
    groups : who said it; one name for all where that is not known.
    notes : what the reader did, to be shown.
    """

    sounds: tuple[Array, ...]
    rates: tuple[int, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    notes: tuple[str, ...] = ()


@cache
def shipped_words() -> Spoken:
    """The digits from zero to nine in 72 synthetic voices, made by `assets/make_words.py`.

    Examples
    --------
    >>> words = shipped_words()
    >>> len(words.sounds), len(set(words.labels)), len(set(words.groups))
    (720, 10, 72)
    """
    sound = read_audio(ASSETS / "words.ogg", limits=replace(LIMITS, audio_seconds=3_600.0))
    index = json.loads((ASSETS / "words.json").read_text())
    sounds = [sound.values[start : start + length] for _, _, start, length in index]
    rates = (int(sound.about["sample_rate"]),) * len(index)
    labels, groups, _, _ = zip(*index, strict=True)
    return Spoken(tuple(sounds), rates, labels, groups)


def some_words(words: tuple[str, ...], voices: int) -> Spoken:
    """The first `voices` synthetic voices saying the given digits, as from one speaker.

    Examples
    --------
    >>> some_words(("one", "two"), 3).labels
    ('one', 'two', 'one', 'two', 'one', 'two')
    """
    spoken = shipped_words()
    heard = list(dict.fromkeys(spoken.groups))[:voices]
    pairs = zip(spoken.labels, spoken.groups, strict=True)
    rows = [i for i, (word, voice) in enumerate(pairs) if word in words and voice in heard]
    sounds, labels = tuple(spoken.sounds[i] for i in rows), tuple(spoken.labels[i] for i in rows)
    return Spoken(sounds, (spoken.rates[0],) * len(rows), labels, ("one speaker",) * len(rows))


@cache
def shipped_model() -> dict[str, Any]:
    """The recogniser trained on them as JSON, and its confusion matrix on unheard voices."""
    content: dict[str, Any] = json.loads(gzip.decompress((ASSETS / "words_model.json.gz").read_bytes()))
    return content


def read_spoken(source: bytes | str | Path, name: str | None = None, *, limits: Limits = LIMITS) -> Spoken:
    """Read a zip archive of labelled recordings.

    Files are called ``{label}_{speaker}_{n}.wav`` (or FLAC, OGG, MP3, AIFF), or lie in one
    folder per label; ``{speaker}/{label}_..`` works as well.

    Raises
    ------
    UploadError
        No zip archive, no recording in it, fewer than two labels, or beyond the limits;
        a recording that cannot be read is named.
    """
    data, _ = guards.content(source, name, limits)
    archive = _opened(data, limits)
    found, refused = [], []
    for member in _members(archive):
        label, speaker = label_of(member.filename)
        try:
            sound = read_audio(archive.read(member), member.filename, limits=limits)
        except (UploadError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            refused.append(f"{guards.display_name(member.filename)} was left out: {error}")
            continue
        if sound.about["silent"]:
            refused.append(f"{guards.display_name(member.filename)} was left out: it is silent.")
            continue
        found.append((sound.values, int(sound.about["sample_rate"]), label, speaker))
    labels = {label for _, _, label, _ in found}
    if len(labels) < 2:
        raise UploadError(
            f"The archive holds {len(found)} readable recordings of {len(labels)} labels; at least two "
            "labels are needed. Name the files like seven_anna_1.wav, or use one folder per word."
        )
    return _as_spoken(found, refused)


def _as_spoken(found: list[tuple[Array, int, str, str]], refused: list[str]) -> Spoken:
    sounds, rates, labels, groups = zip(*found, strict=True)
    counts = f"{len(labels)} recordings of {len(set(labels))} labels by {len(set(groups))} speakers."
    rest = [f"{len(refused) - 5} more were left out."] if len(refused) > 5 else []
    return Spoken(sounds, rates, labels, groups, (counts, *refused[:5], *rest))


def _opened(data: bytes, limits: Limits) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UploadError("This is not a zip archive, or it is damaged.") from None
    total = sum(member.file_size for member in archive.infolist())
    if total > limits.decoded_bytes:
        found, most = total / 1e6, limits.decoded_bytes / 1e6
        raise UploadError(f"The archive unpacks to {found:,.0f} MB; the limit is {most:,.0f} MB.")
    return archive


def _members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    chosen = [m for m in archive.infolist() if _is_sound(m.filename)]
    if not chosen:
        raise UploadError("The archive holds no recording (WAV, FLAC, OGG, MP3 or AIFF).")
    if len(chosen) > MOST_RECORDINGS:
        raise UploadError(f"The archive holds {len(chosen):,} recordings; the limit is {MOST_RECORDINGS:,}.")
    yield from chosen


def _is_sound(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in SOUNDS and not path.name.startswith(".") and "__MACOSX" not in path.parts


def label_of(name: str) -> tuple[str, str]:
    """Label and speaker that a file's name or folder tells.

    Examples
    --------
    >>> label_of("recordings/seven_anna_12.wav"), label_of("yes/take 3.wav")
    (('seven', 'anna'), ('yes', 'one speaker'))
    """
    path = PurePosixPath(name.replace("\\", "/"))
    named = _PARTS.match(path.stem)
    if named and not named["speaker"].isdigit():
        return _short(named["label"]), _short(named["speaker"])
    if named:
        return _short(named["label"]), _short(path.parent.name) or "one speaker"
    return _short(path.parent.name or path.stem.rstrip("0123456789 -.") or path.stem), "one speaker"


def _short(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).strip()[:40]
