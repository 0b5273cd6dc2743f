"""Decode a film or a zip of pictures to 8-bit RGB frames; runs in a decoder's child process."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import numpy as np

from gmm_engine.data.guards import reason
from gmm_engine.errors import UploadError
from gmm_engine.types import Array
from gmm_engine.wording import counted

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".gif")
ALLOWED = ("PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF")
FPS = 25.0
SMALLEST = 8
Film = tuple[Iterator[Array], float, list[str]]  # frames, frames per second, notes


def decode(
    source: BinaryIO,
    *,
    form: str,
    most_pixels: int,
    most_frames: int,
    most_seconds: float,
    side: int,
    most_bytes: int,
    clock: float,
) -> tuple[dict[str, Any], dict[str, Array]]:
    """Frames (n, h, w, 3) uint8 with ``fps``, the stored size and notes.

    form: FFmpeg's name of the only container allowed, or "zip". most_pixels: per frame,
    beyond which the header is refused. most_frames, most_seconds: of film, after which
    reading stops. side: longer side, pixels, to which larger frames are reduced.
    most_bytes: of all frames, for which they are reduced further. clock: seconds of
    work after which reading stops.
    """
    film = _zip(source, most_pixels) if form == "zip" else _film(source, form, most_pixels)
    frames, fps, notes = film
    end = time.monotonic() + clock
    most = max(1, min(most_frames, int(most_seconds * fps)))
    kept: list[Array] = []
    size = (0, 0)
    for frame in frames:
        if len(kept) == most or time.monotonic() > end:
            notes.append(f"Only the first {len(kept):,} frames ({len(kept) / fps:.1f} seconds) were read.")
            break
        size = size if kept else (frame.shape[1], frame.shape[0])
        kept.append(_reduced(frame, side, most_bytes / (3 * most)))
        _check_like_first(kept, len(kept))
    return {"fps": fps, "size": size, "notes": notes + _said(size, kept)}, {"frames": _stacked(kept)}


def _stacked(kept: list[Array]) -> Array:
    if len(kept) < 2:
        raise UploadError(f"The video has {counted(len(kept), 'readable frame')}; at least 2 are needed.")
    return np.stack(kept)


def _said(size: tuple[int, int], kept: list[Array]) -> list[str]:
    if not kept or (kept[0].shape[1], kept[0].shape[0]) == size:
        return []
    return [f"Reduced from {size[0]} x {size[1]} to {kept[0].shape[1]} x {kept[0].shape[0]} pixels."]


def _check_like_first(kept: list[Array], number: int) -> None:
    first, last = kept[0].shape, kept[-1].shape
    if first != last:
        raise UploadError(
            f"Frame {number} has {last[1]} x {last[0]} pixels and the first {first[1]} x {first[0]};"
            " all frames of a video must be of one size."
        )


def _check_size(width: int, height: int, most_pixels: int) -> None:
    if min(width, height) < SMALLEST:
        raise UploadError(
            f"The frames have {width} x {height} pixels; at least {SMALLEST} x {SMALLEST} are needed."
        )
    if width * height > most_pixels:
        raise UploadError(
            f"The frames have {width:,} x {height:,} pixels; the limit is {most_pixels / 1e6:.1f} million"
            " a frame. Send a smaller video."
        )


def _reduced(frame: Array, side: int, pixels: float) -> Array:
    height, width = frame.shape[:2]
    share = min(side / max(height, width), (pixels / (height * width)) ** 0.5)
    if share >= 1:
        return frame
    import PIL.Image

    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(PIL.Image.fromarray(frame).resize(size, PIL.Image.Resampling.BOX))


def _film(source: BinaryIO, form: str, most_pixels: int) -> Film:
    import av

    try:
        # A named container keeps playlists, which would open other files, out of reach.
        container: Any = av.open(source, format=form)
        streams = container.streams.video
        if not streams:
            raise UploadError("The file holds no video, only sound or subtitles.")
        stream = streams[0]
        _check_size(stream.codec_context.width, stream.codec_context.height, most_pixels)
        stream.thread_type = "NONE"
        rate = float(stream.average_rate or stream.guessed_rate or FPS)
    except (av.error.FFmpegError, ValueError, TypeError) as error:
        raise _damaged(error) from None
    fps = rate if 0.1 <= rate <= 1000 else FPS
    notes: list[str] = []
    return _decoded(lambda: container.decode(stream), av.error.FFmpegError, most_pixels, notes), fps, notes


def _damaged(error: Exception) -> UploadError:
    return UploadError(
        "This video cannot be read: it is cut short, damaged or of an unknown kind"
        f" ({getattr(error, 'strerror', None) or error}). Save it again."
    )


def _decoded(
    start: Callable[[], Any], failure: type[Exception], most_pixels: int, notes: list[str]
) -> Iterator[Array]:
    """RGB frames, upright; a damaged end is told in `notes`, a damaged beginning raises."""
    count = 0
    try:
        for frame in start():
            _check_size(frame.width, frame.height, most_pixels)
            yield np.rot90(frame.to_ndarray(format="rgb24"), getattr(frame, "rotation", 0) // 90)
            count += 1
    except failure as error:
        if count < 2:
            raise _damaged(error) from None
        notes.append(f"The video is damaged after frame {count:,}; what comes before was read.")


def _zip(source: BinaryIO, most_pixels: int) -> Film:
    import zipfile

    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UploadError(f"The zip archive is damaged or cut short{reason(error)}.") from None
    names = [name for name in archive.namelist() if name.lower().endswith(PICTURES) and not _hidden(name)]
    if not names:
        raise UploadError(
            "The zip archive holds no pictures (PNG, JPEG, BMP, WebP, TIFF) that could be frames."
        )
    folder, count = Counter(name.rpartition("/")[0] for name in names).most_common(1)[0]
    chosen = sorted((name for name in names if name.rpartition("/")[0] == folder), key=_natural)
    read = f"Read {counted(count, 'picture')} as frames"
    notes = [f"{read}, in the order of their names, at {FPS:g} frames a second."]
    return (_picture(archive, name, most_pixels) for name in chosen), FPS, notes


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX") or name.rpartition("/")[2].startswith(".")


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorting key by which frame10 comes after frame9."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def _picture(archive: Any, name: str, most_pixels: int) -> Array:
    import PIL.Image

    try:
        with archive.open(name) as member, PIL.Image.open(member, formats=ALLOWED) as picture:
            _check_size(picture.width, picture.height, most_pixels)
            return np.asarray(picture.convert("RGB"))
    except UploadError:
        raise
    except Exception as error:  # decoders raise nearly anything on damaged files
        shown = name.rpartition("/")[2][:60]
        raise UploadError(f"The picture {shown} in the zip archive cannot be read{reason(error)}.") from None
