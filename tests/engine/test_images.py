"""Pictures of every format come in upright, in 8-bit RGB, or are refused with a sentence."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from gmm_engine.data import read_image
from gmm_engine.data.limits import Limits
from gmm_engine.errors import UploadError
from tests.data_dir import data_dir, shared_file

UGLY = data_dir() / "ugly" / "expected.json"
ROWS = json.loads(UGLY.read_text()) if UGLY.exists() else []

HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA"
    "AAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAACcAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAA"
    "AA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNw"
    "AAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFz"
    "wIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAADAAAAABAAAAIAAAAAH////wAAAA"
    "Av///+AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAC9tZGF0AAAAIygBr1j5Et3/6fbe"
    "13O9WwoX4UCX+KG9rGreG65jBsvwcwuA"
)


def _file(form, mode="RGB", size=(40, 30), colour="teal", **options):
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "AVIF"])
def test_common_formats(form):
    picture = read_image(_file(form), name="lies.txt")
    assert picture.values.shape == (30, 40, 3)
    assert picture.values.dtype == np.uint8
    assert np.abs(picture.values.reshape(-1, 3).mean(axis=0) - (0, 128, 128)).max() < 4
    assert (picture.kind, picture.name) == ("image", "lies.txt")


def test_what_a_phone_writes(heic):
    picture = read_image(heic, name="photo.heic")
    assert picture.about["format"] == "HEIF"
    assert picture.values.shape == (32, 48, 3)
    assert picture.values[8, 40, 0] > 150 > picture.values[8, 8, 0]


@pytest.mark.parametrize(
    "name", ["rgb16.tif", "gray8.png", "palette_alpha.png", "photo.webp", "multipage.tif"]
)
def test_awkward_pictures_load(name):
    picture = read_image(shared_file(f"images/variants/{name}"))
    assert picture.values.std() > 10
    assert not (name == "multipage.tif" and "first page" not in picture.notes[0])


def test_colours_and_directions_of_awkward_pictures():
    rotated = read_image(shared_file("images/variants/exif_rotated.jpg"))
    assert rotated.values.shape == (427, 640, 3)
    assert "upright" in rotated.notes[0]
    ink = read_image(shared_file("images/variants/cmyk.jpg"))
    assert ink.values.reshape(-1, 3).mean(axis=0) == pytest.approx([158.6, 85.8, 51.5], abs=0.5)
    deep = read_image(shared_file("images/variants/gray16.png"))
    assert (deep.values.min(), deep.values.max()) == (0, 255)
    moving = read_image(shared_file("images/variants/animated.gif"))
    assert "first frame" in moving.notes[0]


def test_transparency_is_laid_on_white_or_ignored():
    path = shared_file("images/variants/alpha.png")
    white, stored = read_image(path), read_image(path, transparency="ignore")
    magenta = [255, 0, 255]
    assert not (white.values == magenta).all(axis=2).any()
    assert (stored.values == magenta).all(axis=2).mean() > 0.4
    assert "white" in white.notes[0]
    assert "stored" in stored.notes[0]


def test_a_large_picture_is_reduced_and_said_so():
    picture = read_image(_file("JPEG", size=(900, 600)), kept_pixels=60_000)
    assert picture.values.shape == (200, 300, 3)
    assert "900 x 600" in picture.notes[-1]
    assert picture.about["original_size"] == (900, 600)


@pytest.mark.parametrize("row", [r for r in ROWS if r["kind"] == "image"], ids=lambda row: row["file"])
def test_unusable_pictures_get_a_sentence(row):
    with pytest.raises(UploadError) as refusal:
        read_image(shared_file(f"ugly/{row['file']}"))
    assert any(word.lower() in str(refusal.value).lower() for word in row["message"])


def test_broken_files_of_every_format_are_refused():
    for form in ("PNG", "JPEG", "TIFF", "GIF"):
        whole = _file(form, size=(200, 200))
        with pytest.raises(UploadError):
            read_image(whole[: len(whole) // 3])


def test_a_refusal_names_no_inner_object():
    for data in (b"\x89PNG\r\n\x1a\n" + bytes(40), b"II*\x00" + bytes(40)):
        with pytest.raises(UploadError) as refusal:
            read_image(data)
        assert "<" not in str(refusal.value)


def test_the_header_is_believed_before_any_pixel():
    with pytest.raises(UploadError, match="too large: 300 x 200"):
        read_image(_file("PNG", size=(300, 200)), limits=Limits(pixels=50_000))
    with pytest.raises(UploadError, match="too large"):
        read_image(_file("TIFF", size=(300, 200)), limits=Limits(pixels=50_000))


def test_other_files_are_named():
    with pytest.raises(UploadError, match="PDF"):
        read_image(b"%PDF-1.7 ...")
    with pytest.raises(UploadError, match="not recognised: its first bytes are those of no picture"):
        read_image(b"a,b,c\n1,2,3\n")
    with pytest.raises(UploadError, match=r"not recognised: it is an MP4 video or recording\. Send"):
        read_image(b"\x00\x00\x00 ftypisom" + bytes(40))
    with pytest.raises(UploadError, match=r"it is an old Excel file \(\.xls\)\. Send"):
        read_image(b"\xd0\xcf\x11\xe0" + bytes(40))


def test_floating_point_greys_ignore_what_is_not_a_number():
    file = io.BytesIO()
    values = np.linspace(-3, 5, 400, dtype=np.float32).reshape(20, 20)
    values[3, 3] = np.nan
    Image.fromarray(values).save(file, "TIFF")
    picture = read_image(file.getvalue())
    assert (picture.values.min(), picture.values.max()) == (0, 255)
    assert "-3 to 5" in picture.notes[0]


@pytest.fixture
def heic():
    """A picture of two halves, dark left and red right, made for this test."""
    return base64.b64decode(HEIC)
