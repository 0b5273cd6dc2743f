"""Pictures, recordings and films to damage: small, one of each format that is read."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from typing import Any

import av
import numpy as np
import soundfile
from PIL import Image

from gmm_engine.data.films import write_video
from tests.engine.test_images import HEIC
from tests.fuzz.sums import corrected, packed


def pictures() -> list[bytes]:
    """A few pixels in every format that the reader accepts."""
    pixels = np.random.default_rng(3).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    picture, found = Image.fromarray(pixels), [base64.b64decode(HEIC)]
    for form in ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"):
        out = io.BytesIO()
        picture.save(out, form)
        found.append(out.getvalue())
    return found


def recordings() -> list[bytes]:
    """A tenth of a second in every format that libsndfile writes, and as browsers and phones record."""
    sound = 0.1 * np.sin(np.arange(1600) / 8).astype(np.float32)
    found = [_sounding(sound, "mp4", "aac"), _sounding(sound, "webm", "libopus")]
    for form, kind in (
        ("WAV", "PCM_16"),
        ("WAV", "FLOAT"),
        ("FLAC", "PCM_16"),
        ("OGG", "VORBIS"),
        ("MP3", None),
    ):
        out = io.BytesIO()
        soundfile.write(out, sound, 16_000, format=form, subtype=kind)
        found.append(_steady(out.getvalue()))
    return found


def _steady(data: bytes) -> bytes:
    """The same bytes every time: no time of day in a peak chunk, no random number of an Ogg stream."""
    peak = data.find(b"PEAK") + 12
    drawn = data[14:18] if data.startswith(b"OggS") else data[peak : peak + 4] if peak > 11 else b"none"
    return corrected(data.replace(drawn, b"none"))


def films() -> list[bytes]:
    """Six small frames in every container, and as pictures in an archive."""
    frames = np.random.default_rng(4).integers(0, 255, (6, 32, 32, 3), dtype=np.uint8)
    out = io.BytesIO()
    stills = [Image.fromarray(frame) for frame in frames]
    stills[0].save(out, "GIF", save_all=True, append_images=stills[1:])
    moving = [_moving(frames, form, codec) for form, codec in (("webm", "libvpx"), ("avi", "mpeg4"))]
    return [
        write_video(frames, 10.0),
        out.getvalue(),
        *moving,
        packed({"1.png": _png(stills[0]), "2.png": _png(stills[1])}),
    ]


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _sounding(sound: np.ndarray, form: str, codec: str) -> bytes:
    frame = av.AudioFrame.from_ndarray(np.repeat(sound, 3)[None], format="fltp", layout="mono")
    frame.sample_rate = 48_000
    return _contained(form, [frame], codec, rate=48_000, layout="mono")


def _moving(frames: np.ndarray, form: str, codec: str) -> bytes:
    stills = [av.VideoFrame.from_ndarray(frame) for frame in frames]
    return _contained(form, stills, codec, rate=10, width=32, height=32, pix_fmt="yuv420p")


def _contained(form: str, frames: Iterable[Any], codec: str, *, rate: int, **shape: Any) -> bytes:
    """A file of one track, the same bytes every time."""
    out = io.BytesIO()
    with av.open(out, "w", format=form, options={"fflags": "+bitexact"}) as container:
        track: Any = container.add_stream(codec, rate=rate)
        for name, value in shape.items():
            setattr(track, name, value)
        for frame in frames:
            container.mux(track.encode(frame))
        container.mux(track.encode())
    return out.getvalue()
