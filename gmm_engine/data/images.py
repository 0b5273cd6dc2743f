"""Read pictures: bytes of any common format to upright 8-bit RGB, guarded before decoding."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from gmm_engine.data import guards
from gmm_engine.data._decode import isolated
from gmm_engine.data._pixels import decode
from gmm_engine.data.limits import LIMITS, Limits
from gmm_engine.errors import UploadError
from gmm_engine.types import Dataset

KEPT_PIXELS = 12_600_000  # what a 12-megapixel camera writes is kept as it is

# Pillow's own decoders of these are small and well worn; header guards suffice.
_IN_PROCESS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
)
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
_READ = "PNG, JPEG, WebP, TIFF, GIF, BMP, HEIC or AVIF"


def read_image(
    source: bytes | str | Path,
    name: str | None = None,
    *,
    transparency: Literal["white", "ignore"] = "white",
    kept_pixels: int = KEPT_PIXELS,
    limits: Limits = LIMITS,
) -> Dataset:
    """Read a picture of any common format.

    The picture is turned upright as its EXIF entry says, the first frame or page is
    taken, 16-bit and floating-point greys are stretched over their own range, and
    what was done is said in `notes`.

    Parameters
    ----------
    source : the whole file, or its path. The content tells the format, not the name.
    name : what to call the picture.
    transparency : "white" lays the picture on white; "ignore" shows the colours stored
        under the transparent parts.
    kept_pixels : larger pictures are reduced to about this many pixels.
    limits : `upload_bytes` and `pixels` apply before decoding.

    Returns
    -------
    Dataset
        `values` uint8 (height, width, 3); `about["original_size"]` (width, height) in pixels.

    Raises
    ------
    UploadError
        Empty, too large, too small, damaged, or no picture.

    Examples
    --------
    >>> import io
    >>> from PIL import Image
    >>> from gmm_engine.data.images import read_image
    >>> file = io.BytesIO()
    >>> Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    >>> picture = read_image(file.getvalue(), name="teal.png")
    >>> picture.values.shape, picture.values[0, 0].tolist()
    ((30, 40, 3), [0, 128, 128])
    """
    data, shown = guards.content(source, name, limits)
    form = format_of(data)
    options: dict[str, Any] = {
        "form": form,
        "most": limits.pixels,
        "kept": kept_pixels,
        "transparency": transparency,
    }
    if form in {known for _, known in _IN_PROCESS}:
        facts, arrays = guards.decoded_here(decode, data, "picture", "smaller", **options)
    else:
        decoded = isolated(decode, data, limits, **options)
        facts, arrays = decoded.facts, decoded.arrays
    return Dataset(
        arrays["pixels"],
        notes=tuple(facts["notes"]),
        kind="image",
        name=shown,
        about={"original_size": tuple(facts["size"]), "format": form},
    )


def format_of(data: bytes) -> str:
    """Name of the picture's format by its first bytes; anything else is refused."""
    for magic, form in _IN_PROCESS:
        if data.startswith(magic):
            return form
    if data.startswith(_TIFF):
        return "TIFF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    if data[4:8] == b"ftyp" and data[8:12] in {b"avif", b"avis"}:
        return "AVIF"
    raise UploadError(f"The format of this image is not recognised{_hint(data)}. Send a {_READ} picture.")


def _hint(data: bytes) -> str:
    start = data[:400].lstrip().lower()
    if b"<svg" in start:
        return ": it is an SVG drawing; export it as PNG"
    if data.startswith(b"%PDF"):
        return ": it is a PDF document; export the page as PNG"
    what = guards.foreign(data)
    if what is None:
        return ": its first bytes are those of no picture"
    return f": it is {what.partition(';')[0]}"  # what to do with it concerns tables
