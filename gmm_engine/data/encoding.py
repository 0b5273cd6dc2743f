"""Text of any common encoding, as UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

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
_JSON = re.compile(rb"""\s*(\{\s*"[^"\n]*"\s*:|\[\s*[\[{])""")
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|svg)", re.IGNORECASE)


def to_utf8(data: bytes) -> tuple[bytes, str]:
    """UTF-8 bytes without mark or NUL, and the name of the encoding they came in ("UTF-8", ...).

    Raises
    ------
    UploadError : not text, or a web page, a model or other JSON.
    """
    encoding, text = _decoded(data)
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > 0.01 * len(sample):
        raise UploadError("This file is not a table: it holds binary data, not text.")
    if _MARKUP.match(sample):
        raise UploadError("This file is not a table: it is a web page or XML. Save the table as CSV.")
    if _JSON.match(sample):
        model = "a fitted model (JSON). Load it where a page asks for a model"
        what = model if b"gmm_engine" in sample else "JSON. Save the table as CSV"
        raise UploadError(f"This file is not a table: it is {what}.")
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
    for encoding, shown in (*_beyond_latin(data[:_SAMPLE]), ("cp1252", "Windows-1252")):
        try:
            return shown, data.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    return "Latin-1", data.decode("latin-1").encode()


def _beyond_latin(sample: bytes) -> Iterator[tuple[str, str]]:
    """Encodings of other scripts that the bytes suggest, to be tried before the Latin ones.

    Western text has its accented letters one by one; here most stand in runs. Chinese and Korean
    pair bytes from A1 up, Korean syllables with a first byte of at most C8; Japanese kana begin
    with 82 or 83; Russian is mostly small letters, E0 to FF.
    """
    runs = _RUN.findall(sample)
    inside = b"".join(runs)
    if 2 * len(inside) <= sum(byte > 0x7F for byte in sample):
        return
    paired = all(len(run) % 2 == 0 and min(run) > 0xA0 for run in runs)
    if inside.count(0x82) + inside.count(0x83) > 0.1 * len(inside):
        yield "cp932", "Shift-JIS"
    if sum(byte >= 0xE0 for byte in inside) > 0.6 * len(inside):
        yield "cp1251", "Windows-1251"
    elif paired:
        yield ("cp949", "EUC-KR") if max(inside[::2]) <= 0xC8 else ("gb18030", "GB18030")


_RUN = re.compile(rb"[\x80-\xff](?:[\x80-\xff]{2,}|[\x40-\x7e](?:[\x81-\x9f][\x40-\xfc]){2,})")
