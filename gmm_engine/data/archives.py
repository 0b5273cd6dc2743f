"""Unpack gzip, zstd and zip, recognised by content, never beyond the limit."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO

from gmm_engine.data.guards import display_name, format_of
from gmm_engine.data.limits import Limits
from gmm_engine.errors import UploadError

_CHUNK = 1 << 20
_DEPTH = 3
_TABLES = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".xlsx", ".parquet", ".pq")
# What the standard library raises on damaged archives; ValueError covers places before the beginning.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,  # NotImplementedError among them
    ValueError,
)
_END_OF_ZIP, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"  # the latter may declare another, larger size


def unpack(data: bytes, limits: Limits) -> tuple[bytes, str, tuple[str, ...]]:
    """Content of an archive, its format ("text", "parquet" or "xlsx"), and notes; other data as they are.

    Raises
    ------
    UploadError : damaged, encrypted, too large when unpacked, without a table, or a foreign format.
    """
    notes: tuple[str, ...] = ()
    for _ in range(_DEPTH):
        what = format_of(data)
        if what == "zip":
            archive = _opened_zip(data, limits)
            if "xl/workbook.xml" in archive.NameToInfo:
                return data, "xlsx", notes
            data, note = _from_zip(archive, limits)
        elif what in ("gzip", "zstd"):
            data, note = _from_stream(data, what, limits), f"Unpacked from {what}."
        else:
            return data, what, notes
        notes = (*notes, note)
        if not data:
            raise UploadError("The file inside the archive is empty.")
    raise UploadError(f"Archives inside archives, {_DEPTH} deep: unpack the file first.")


def _from_stream(data: bytes, what: str, limits: Limits) -> bytes:
    import pyarrow as pa

    try:
        with pa.CompressedInputStream(pa.BufferReader(data), what) as stream:
            return _at_most(stream, limits.decoded_bytes)
    except (OSError, pa.ArrowException):
        raise UploadError(f"The {what} file is damaged or cut short; compress it again.") from None


def _at_most(stream: IO[bytes], limit: int) -> bytes:
    parts, size = [], 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise UploadError(
                f"The file unpacks to more than {limit / 1e6:,.0f} MB, the limit. Send a part of it."
            )
        parts.append(chunk)
    return b"".join(parts)


def _opened_zip(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open a zip archive whose table of contents is small: listing a million members takes minutes."""
    end = data.rfind(_END_OF_ZIP, -65_557)
    if end < 0 or len(data) < end + 22:
        raise UploadError("The zip or Excel file is damaged or cut short.")
    (contents,) = struct.unpack_from("<I", data, end + 12)
    if contents > limits.archive_bytes or data[max(end - 20, 0) : end].startswith(_ZIP64):
        raise UploadError("The zip archive holds too many files; send the table alone.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _ZIP_ERRORS:
        raise UploadError("The zip or Excel file is damaged or cut short.") from None
    _check_total(archive, limits)
    return archive


def _check_total(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Declared sizes bind: a member is never unpacked beyond its own."""
    total = sum(member.file_size for member in archive.infolist())
    if total > limits.decoded_bytes:
        found, most = total / 1e6, limits.decoded_bytes / 1e6
        raise UploadError(
            f"The file unpacks to {found:,.0f} MB; the limit is {most:,.0f} MB. Send a part of it."
        )


def _from_zip(archive: zipfile.ZipFile, limits: Limits) -> tuple[bytes, str]:
    member, others = _table_in(archive)
    name = display_name(member.filename)
    if member.flag_bits & 1:
        raise UploadError(f"{name} in the zip archive is protected by a password; unpack it first.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UploadError(f"{name} is packed in an unusual way; make an ordinary zip archive.")
    try:
        with archive.open(member) as stream:
            data = _at_most(stream, limits.decoded_bytes)
    except UploadError:
        raise
    except _ZIP_ERRORS:
        raise UploadError(f"{name} in the zip archive is damaged or cut short.") from None
    rest = f"; {others} other files in it were not read" if others else ""
    return data, f"Read {name} from the zip archive{rest}."


def _table_in(archive: zipfile.ZipFile) -> tuple[zipfile.ZipInfo, int]:
    """The first member that looks like a table, else the first, and the number of other files."""
    files = [m for m in archive.infolist() if m.file_size and not _hidden(m.filename)]
    tables = [m for m in files if m.filename.lower().removesuffix(".gz").endswith(_TABLES)]
    if "content.xml" in archive.NameToInfo:
        raise UploadError("This file is not a table: it is an OpenDocument file; save it as .xlsx or CSV.")
    if not files:
        raise UploadError("The zip archive holds no file that could be a table.")
    return (tables or files)[0], len(files) - 1


def _hidden(name: str) -> bool:
    return name.endswith("/") or name.startswith("__MACOSX") or display_name(name).startswith(".")
