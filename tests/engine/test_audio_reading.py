"""Recordings of any format become mono samples, or a sentence."""

import io
import json
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from gmm_engine.data.audio import read_audio
from gmm_engine.data.limits import LIMITS
from gmm_engine.errors import UploadError
from tests.data_dir import shared_file

TONE = 0.4 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
FORMATS = [
    *(("WAV", kind) for kind in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("MP3", "MPEG_LAYER_III"),
    ("AIFF", "PCM_16"),
]


def encoded(samples, form="WAV", kind="PCM_16", rate=16_000):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=form, subtype=kind)
    return file.getvalue()


@pytest.mark.parametrize(("form", "kind"), FORMATS)
def test_every_format_gives_the_samples(form, kind):
    sound = read_audio(encoded(TONE, form, kind), "a tone")
    assert sound.values.dtype == np.float32
    assert sound.about["sample_rate"] == 16_000
    assert sound.about["seconds"] == pytest.approx(1, abs=0.15)
    assert sound.values.std() == pytest.approx(TONE.std(), rel=0.05)
    assert sound.notes == ()


@pytest.mark.parametrize(("container", "codec"), [("ipod", "aac"), ("webm", "libopus")])
def test_phones_and_browsers_formats(container, codec):
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        track = output.add_stream(codec, rate=48_000)
        tone = 0.4 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
        frame = av.AudioFrame.from_ndarray(np.float32(np.stack([tone, 0 * tone])), "fltp", "stereo")
        frame.sample_rate = 48_000
        for made in (frame, None):
            output.mux(track.encode(made))
    sound = read_audio(file.getvalue())
    assert sound.about["sample_rate"] == 48_000
    assert sound.about["seconds"] == pytest.approx(1, abs=0.1)
    assert sound.values.std() == pytest.approx(TONE.std() / 2, rel=0.1)
    with pytest.raises(UploadError, match="too long"):
        read_audio(file.getvalue(), limits=replace(LIMITS, audio_seconds=0.5))


def test_channels_are_mixed_and_said():
    sound = read_audio(encoded(np.column_stack([TONE, 0 * TONE])))
    assert np.allclose(sound.values, TONE / 2, atol=1e-3)
    assert "2 channels were mixed down" in sound.notes[0]


def test_clipping_and_silence_are_said():
    clipped = read_audio(encoded(np.clip(5 * TONE, -1, 1)))
    assert "clipped" in clipped.notes[0]
    silent = read_audio(encoded(np.zeros(8_000)))
    assert silent.about["silent"]
    assert "silent" in silent.notes[0]
    assert read_audio(encoded(2.4 * TONE)).notes == ()


def test_samples_beyond_full_scale_and_not_numbers_are_repaired():
    strange = 3 * TONE
    strange[5] = np.nan
    sound = read_audio(encoded(strange, kind="FLOAT"))
    assert np.abs(sound.values).max() == pytest.approx(1)
    assert len(sound.notes) >= 2


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3"])
def test_a_file_cut_in_half_is_read_in_part_or_refused(form):
    content = encoded(TONE, form, {"OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}.get(form, "PCM_16"))
    with suppress(UploadError):
        assert read_audio(content[: len(content) // 2]).about["seconds"] < 1.1


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG"])
def test_length_is_refused_by_the_header(form):
    content = encoded(TONE, form, "VORBIS" if form == "OGG" else "PCM_16")
    with pytest.raises(UploadError, match="too long"):
        read_audio(content, limits=replace(LIMITS, audio_seconds=0.5))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\0\0\0\x20ftypM4A " + bytes(50), "damaged"),
        (b"GIF89a" + bytes(50), "not recognised"),
    ],
)
def test_what_cannot_be_read_is_named(content, words):
    with pytest.raises(UploadError, match=words):
        read_audio(content)


def test_ugly_recordings_behave_as_expected():
    listed = json.loads(shared_file("ugly/expected.json").read_text())
    for row in (row for row in listed if row["kind"] == "audio"):
        try:
            sound = read_audio(shared_file(f"ugly/{row['file']}"))
            said = " ".join(sound.notes).lower()
            assert row["good"] != "error", row["file"]
            assert len(sound.values) == row["expect"]["samples"]
            assert sound.about["channels"] == row["expect"]["channels"]
        except UploadError as problem:
            said = str(problem).lower()
            assert row["good"] != "load", row["file"]
        assert row["good"] == "load" or any(word in said for word in row["message"]), said
