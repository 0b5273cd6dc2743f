"""What a file is, by its content, and whether it is small enough to look into."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from gmm_engine.data.limits import Limits
from gmm_engine.errors import UploadError

Decoded = TypeVar("Decoded")

# Formats whose name helps a visitor who chose the wrong file; what we read is not in it.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF", "a PDF document; copy the table into a spreadsheet and save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls); save it as .xlsx or CSV"),
    (b"ARROW1", "an Arrow/Feather file; save it as Parquet or CSV"),
    (b"\x89HDF", "an HDF5 file; save the table as Parquet or CSV"),
    (b"\x93NUMPY", "a NumPy array; save it as CSV"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV"),
    (b"BZh", "a bzip2 archive; unpack it or use gzip"),
    (b"\xfd7zXZ", "an xz archive; unpack it or use gzip"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it or use zip"),
    (b"Rar!", "a RAR archive; unpack it or use zip"),
    (b"RIFF", "a sound, picture or video file"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg recording"),
    (b"ID3", "an MP3 recording"),
    (b"\x1aE\xdf\xa3", "a Matroska/WebM video"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PAR1", "parquet"),
)


def content(source: Any, name: str | None, limits: Limits) -> tuple[bytes, str]:
    """Bytes of an upload and the name to display, after checking the size.

    Parameters
    ----------
    source : bytes, or a path (its size is checked before it is read).
    name : display name; the last part of it is kept, whatever kind of path it is.

    Raises
    ------
    UploadError : empty, too large, or unreadable.
    """
    try:
        size = len(source) if isinstance(source, bytes) else os.path.getsize(source)
        _check_size(size, limits)
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, UploadError):
            raise
        raise UploadError(f"The file cannot be opened: {error}.") from None
    shown = name if name is not None or isinstance(source, bytes) else os.fspath(source)
    return data, display_name(shown or "")


def decoded_here(
    decode: Callable[..., Decoded], data: bytes, what: str, smaller: str, **options: Any
) -> Decoded:
    """What `decode` makes of a file in this process.

    Raises
    ------
    UploadError : whatever went wrong; a `what` is read, a `smaller` one could be sent.
    """
    try:
        return decode(io.BytesIO(data), **options)
    except UploadError:
        raise
    except MemoryError:
        raise UploadError(f"This {what} needs more memory than there is. Send a {smaller} one.") from None
    except Exception as error:  # libraries raise nearly anything on damaged files
        raise UploadError(
            f"This {what} could not be read: the file is truncated or corrupt{reason(error)}."
        ) from None


def display_name(name: str) -> str:
    """The last part of any path, printable, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:120]


def reason(error: Exception) -> str:
    """A library's words on a damaged file, in parentheses; none if they name its inner objects."""
    words = " ".join(str(error).split())[:120].rstrip(".")
    return f" ({words})" if words and "<" not in words else ""


def _check_size(size: int, limits: Limits) -> None:
    if not size:
        raise UploadError("The file is empty: it has 0 bytes.")
    if size > limits.upload_bytes:
        most = limits.upload_bytes / 1e6
        raise UploadError(
            f"The file has {size / 1e6:,.1f} MB; the limit is {most:,.0f} MB. Send a part of it."
        )


def format_of(data: bytes) -> str:
    """ "zip", "gzip", "zstd", "parquet" or, for all else, "text"; foreign formats are refused by name."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return what
    other = foreign(data)
    if other is not None:
        raise UploadError(f"This file is not a table: it is {other}.")
    return "text"


def foreign(data: bytes) -> str | None:
    """What a file that is no table is, by its first bytes; None where they tell nothing.

    Examples
    --------
    >>> foreign(b"fLaC..."), foreign(b"a,b")
    ('a FLAC recording', None)
    """
    if data[4:8] == b"ftyp":
        return "an MP4 video or recording"
    return next((what for magic, what in _FOREIGN if data.startswith(magic)), None)


def check_shape(rows: int, columns: int, limits: Limits) -> None:
    """Refuse a table beyond the limits; `rows` may be an estimate from above."""
    if columns > limits.columns:
        raise UploadError(
            f"The table has {columns:,} columns; the limit is {limits.columns:,}. Keep those you need."
        )
    if rows > limits.rows:
        raise UploadError(f"The table has about {rows:,} rows; the limit is {limits.rows:,}. {_LARGER}")
    if rows * columns > limits.cells:
        size = f"about {rows:,} rows and {columns:,} columns, {rows * columns:,} cells"
        raise UploadError(f"The table has {size}; the limit is {limits.cells:,} cells. {_LARGER}")


_LARGER = "Send a part of it, or fit it by `python -m gmm_engine fit`."


def listed(words: Iterable[str], most: int = 6) -> str:
    """Names for a sentence: at most `most` of them, each shortened, then how many more there are."""
    all_words = [w if len(w) <= 60 else f"{w[:57]}..." for w in words]
    shown = ", ".join(all_words[:most])
    rest = len(all_words) - most
    return f"{shown} and {rest:,} more" if rest > 0 else shown
