"""Decode a picture to upright 8-bit RGB; runs in the server or in a decoder's child process."""

from __future__ import annotations

import importlib
import re
import warnings
from typing import Any, BinaryIO

import numpy as np

from gmm_engine.errors import UploadError
from gmm_engine.types import Array

SMALLEST_SIDE = 8
_PLUGINS = {
    "TIFF": "PIL.TiffImagePlugin",
    "WEBP": "PIL.WebPImagePlugin",
    "AVIF": "PIL.AvifImagePlugin",
}


def decode(
    source: BinaryIO, *, form: str, most: int, kept: int, transparency: str
) -> tuple[dict[str, Any], dict[str, Array]]:
    """Pixels (h, w, 3) uint8 of the first frame, with the stored size and notes.

    form: Pillow's name of the only format allowed. most: pixels beyond which the header is
    refused. kept: pixels beyond which the picture is reduced. transparency: "white" or "ignore".
    """
    import PIL.Image
    import PIL.ImageOps

    if form == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener()
    with _opened(source, form) as picture:
        size = picture.size
        _check(size, most)
        notes = _frames(picture)
        _draft(picture, kept)
        picture.load()
        upright = PIL.ImageOps.exif_transpose(picture)
        if upright.size != picture.size:
            notes.append("Turned upright, as the camera noted.")
        rgb = _reduced(_rgb(upright, transparency, notes), kept)
    if rgb.width * rgb.height < size[0] * size[1]:
        notes.append(
            f"Reduced from {size[0]:,} x {size[1]:,} to {rgb.width:,} x {rgb.height:,} pixels;"
            f" up to {kept / 1e6:.1f} megapixels are kept."
        )
    return {"size": size, "notes": notes}, {"pixels": np.asarray(rgb)}


def _opened(source: BinaryIO, form: str) -> Any:
    """The picture with only its header read."""
    import PIL.Image

    if form in _PLUGINS:  # else Pillow imports all of its forty
        importlib.import_module(_PLUGINS[form])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that our own guard judges
            return PIL.Image.open(source, formats=[form])
    except PIL.Image.DecompressionBombError as error:
        found = re.search(r"\d+", str(error))
        count = f" {int(found[0]):,}" if found else ""
        raise UploadError(
            f"The picture is too large: it says it has{count} pixels. Reduce it first."
        ) from None


def _check(size: tuple[int, int], most: int) -> None:
    width, height = size
    if width * height > most:
        raise UploadError(
            f"The picture is too large: {width} x {height} pixels,"
            f" {width * height / 1e6:,.0f} million; the limit is {most / 1e6:,.0f} million. Reduce it first."
        )
    if min(width, height) < SMALLEST_SIDE:
        raise UploadError(
            f"The picture is too small: {width} x {height} pixels; each side needs {SMALLEST_SIDE} or more."
        )


def _frames(picture: Any) -> list[str]:
    if not getattr(picture, "is_animated", False):
        return []
    what = "page" if picture.format == "TIFF" else "frame"
    return [f"The file holds several {what}s; the first {what} is used."]


def _draft(picture: Any, kept: int) -> None:
    """Let the JPEG decoder skip detail where the picture will be reduced by more than two."""
    width, height = picture.size
    shrink = (kept / (width * height)) ** 0.5
    if picture.format == "JPEG" and picture.mode in {"RGB", "L"} and shrink < 1:
        picture.draft(picture.mode, (int(width * shrink), int(height * shrink)))


def _rgb(picture: Any, transparency: str, notes: list[str]) -> Any:
    """8-bit RGB of any mode, with notes on what was lost."""
    if picture.mode in {"I", "F"} or picture.mode.startswith("I;"):
        return _stretched(picture, notes)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    return _flat(picture.convert("RGBA"), transparency, notes)


def _stretched(picture: Any, notes: list[str]) -> Any:
    """Deep greys over their own range, because few files use the range they could."""
    import PIL.Image

    grey = np.asarray(picture).astype(np.float32)
    finite = np.isfinite(grey)
    if not finite.any():
        raise UploadError("The picture holds no finite value in any pixel.")
    low, high = float(grey[finite].min()), float(grey[finite].max())
    scaled = (np.where(finite, grey, low) - low) * (255 / max(high - low, 1e-30))
    notes.append(f"Grey values from {low:g} to {high:g} are shown as black to white.")
    return PIL.Image.fromarray(np.round(scaled).astype(np.uint8)).convert("RGB")


def _flat(picture: Any, transparency: str, notes: list[str]) -> Any:
    """Without its alpha channel: laid on white, or as stored."""
    import PIL.Image

    alpha = picture.getchannel("A")
    opaque = alpha.histogram()[255] / (picture.width * picture.height)
    if opaque == 1:
        return picture.convert("RGB")
    if transparency == "ignore":
        notes.append(
            f"{1 - opaque:.0%} of the picture is transparent, partly or fully; its stored colours are used."
        )
        return picture.convert("RGB")
    notes.append(f"{1 - opaque:.0%} of the picture is transparent, partly or fully; it is laid on white.")
    white = PIL.Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("RGB")


def _reduced(picture: Any, kept: int) -> Any:
    import PIL.Image

    shrink = (kept / (picture.width * picture.height)) ** 0.5
    if shrink >= 1:
        return picture
    size = (max(SMALLEST_SIDE, int(picture.width * shrink)), max(SMALLEST_SIDE, int(picture.height * shrink)))
    return picture.resize(size, PIL.Image.Resampling.BOX, reducing_gap=2.0)
