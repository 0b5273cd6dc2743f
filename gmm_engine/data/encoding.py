"""Text of any common encoding, as UTF-8."""

from __future__ import annotations

import codecs
import re

from gmm_engine.errors import UploadError

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|svg)", re.IGNORECASE)


def to_utf8(data: bytes) -> tuple[bytes, str]:
    """UTF-8 bytes without mark or NUL, and the name of the encoding they came in ("UTF-8", ...).

    Raises
    ------
    UploadError : not text, or a web page.
    """
    encoding, text = _decoded(data)
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > 0.01 * len(sample):
        raise UploadError("This file is not a table: it holds binary data, not text.")
    if _MARKUP.match(sample):
        raise UploadError("This file is not a table: it is a web page or XML. Save the table as CSV.")
    return text.replace(b"\0", b""), encoding


def _decoded(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _shown(encoding), _transcoded(data[len(mark) :], encoding)
    if wide := _unmarked_utf16(data[:_SAMPLE]):
        return _shown(wide), _transcoded(data, wide)
    return _narrow(data)


def _shown(encoding: str) -> str:
    return encoding.upper().removesuffix("-LE").removesuffix("-BE")


def _transcoded(data: bytes, encoding: str) -> bytes:
    return data.decode(encoding, errors="replace").encode("utf-8", errors="replace")


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _narrow(data: bytes) -> tuple[str, bytes]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start:  # cut inside its last character
            return "UTF-8", data[: error.start]
    else:
        return "UTF-8", data
    try:
        return "Windows-1252", data.decode("cp1252").encode()
    except UnicodeDecodeError:
        return "Latin-1", data.decode("latin-1").encode()
