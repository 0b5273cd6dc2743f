"""How much a reader accepts, for every kind of data, in one value.

Readers take `limits=LIMITS`; a server that has less memory, or more, passes its own.
"""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Upper bounds, checked as early as the format allows: before decoding wherever a header tells.

    Attributes
    ----------
    upload_bytes : size of a file as it comes.
    decoded_bytes : what it may become in memory once decompressed or decoded.
    rows, columns, cells : of a table; `columns` also bounds the fields of a header line.
    archive_bytes : size of a zip archive's table of contents (about 100 bytes a member).
    document_bytes : size of a JSON document such as a fitted model.
    pixels : of a picture.
    audio_seconds, audio_frames : of a recording; frames are samples per channel.
    video_seconds, video_frames, video_pixels : of a clip; pixels are per frame.
    decode_seconds : time a decoder process may take, both of the clock and of the processor.
    decode_memory : address space of a decoder process, bytes.
    decoders : decoder processes at once.
    """

    upload_bytes: int = 100 * MEGABYTE
    decoded_bytes: int = 400 * MEGABYTE
    rows: int = 2_000_000
    columns: int = 5_000
    cells: int = 40_000_000
    archive_bytes: int = MEGABYTE
    document_bytes: int = 20 * MEGABYTE
    pixels: int = 50_000_000
    audio_seconds: float = 600.0
    audio_frames: int = 30_000_000
    video_seconds: float = 120.0
    video_frames: int = 3_000
    video_pixels: int = 2_100_000
    decode_seconds: float = 20.0
    decode_memory: int = 2_000 * MEGABYTE
    decoders: int = 2


LIMITS = Limits()
