"""Pictures, recordings and films to damage: small, one of each format that is read."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from PIL import Image

from gmm_engine.data.films import write_video


def pictures() -> list[bytes]:
    """A few pixels in every format Pillow writes and the reader accepts."""
    pixels = np.random.default_rng(3).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    picture, found = Image.fromarray(pixels), []
    for form in ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"):
        out = io.BytesIO()
        picture.save(out, form)
        found.append(out.getvalue())
    return found


def recordings() -> list[bytes]:
    """A tenth of a second in every format that libsndfile writes."""
    sound = 0.1 * np.sin(np.arange(1600) / 8).astype(np.float32)
    found = []
    for form, kind in (
        ("WAV", "PCM_16"),
        ("WAV", "FLOAT"),
        ("FLAC", "PCM_16"),
        ("OGG", "VORBIS"),
        ("MP3", None),
    ):
        out = io.BytesIO()
        soundfile.write(out, sound, 16_000, format=form, subtype=kind)
        found.append(out.getvalue())
    return found


def films() -> list[bytes]:
    """Six small frames as MP4 and as GIF."""
    frames = np.random.default_rng(4).integers(0, 255, (6, 32, 32, 3), dtype=np.uint8)
    out = io.BytesIO()
    stills = [Image.fromarray(frame) for frame in frames]
    stills[0].save(out, "GIF", save_all=True, append_images=stills[1:])
    return [write_video(frames, 10.0), out.getvalue()]
