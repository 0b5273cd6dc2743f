"""Read films: MP4, MOV, AVI, WebM, GIF or a zip of pictures, decoded in a child process."""

from __future__ import annotations

from pathlib import Path

from gmm_engine.data import guards
from gmm_engine.data._decode import isolated
from gmm_engine.data._frames import decode
from gmm_engine.data.limits import LIMITS, Limits
from gmm_engine.errors import UploadError
from gmm_engine.types import Dataset

KEPT_SIDE = 320  # longer side of the frames that are kept, pixels
KEPT_FRAMES = 300
PATIENCE = 0.6  # share of the decoder's seconds after which what was read must do

# What the first bytes say, and FFmpeg's name of that container.
_CONTAINERS: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyp", "mov,mp4,m4a,3gp,3g2,mj2"),
    (4, b"moov", "mov,mp4,m4a,3gp,3g2,mj2"),
    (4, b"mdat", "mov,mp4,m4a,3gp,3g2,mj2"),
    (4, b"wide", "mov,mp4,m4a,3gp,3g2,mj2"),
    (8, b"AVI ", "avi"),
    (0, b"\x1aE\xdf\xa3", "matroska,webm"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
)
_READ = "MP4, MOV, AVI, WebM or GIF video, or a zip of pictures"


def read_video(
    source: bytes | str | Path,
    name: str | None = None,
    *,
    kept_side: int = KEPT_SIDE,
    kept_frames: int = KEPT_FRAMES,
    limits: Limits = LIMITS,
) -> Dataset:
    """Read a film.

    Decoding runs in a child process with limited time and memory, since a film can
    bring a decoder down. A longer film is read from its beginning; what was left out or
    reduced is said in `notes`.

    Parameters
    ----------
    source : the whole file, or its path. The content tells the format, not the name.
    name : what to call the film.
    kept_side : larger frames are reduced to this longer side, pixels.
    kept_frames : frames to read at most.
    limits : `upload_bytes`, `video_seconds`, `video_frames`, `video_pixels` and the
        decoder's limits apply.

    Returns
    -------
    Dataset
        `values` uint8 (frames, height, width, 3); `about["fps"]` frames a second,
        `about["original_size"]` (width, height) in pixels.

    Raises
    ------
    UploadError
        Empty, too large, damaged, without at least two frames, or no film.

    Examples
    --------
    >>> from gmm_engine.data.scenes import street
    >>> from gmm_engine.data.films import write_video
    >>> from gmm_engine.data.video import read_video
    >>> scene = street(10, (48, 64))
    >>> film = read_video(write_video(scene.values, fps=12), name="street.mp4")
    >>> film.values.shape, film.about["fps"]
    ((10, 48, 64, 3), 12.0)
    """
    data, shown = guards.content(source, name, limits)
    frames = max(2, min(kept_frames, limits.video_frames))
    decoded = isolated(
        decode,
        data,
        limits,
        form=format_of(data),
        most_pixels=limits.video_pixels,
        most_frames=frames,
        most_seconds=limits.video_seconds,
        side=kept_side,
        most_bytes=limits.decoded_bytes,
        clock=PATIENCE * limits.decode_seconds,
    )
    about = {"fps": float(decoded.facts["fps"]), "original_size": tuple(decoded.facts["size"])}
    notes = tuple(decoded.facts["notes"])
    return Dataset(decoded.arrays["frames"], notes=notes, kind="video", name=shown, about=about)


def format_of(data: bytes) -> str:
    """FFmpeg's name of a film's container by its first bytes, or "zip"; anything else is refused."""
    for start, magic, form in _CONTAINERS:
        if data[start : start + len(magic)] == magic:
            return form
    raise UploadError(f"This file is not a video that can be opened. Send an {_READ}.")
