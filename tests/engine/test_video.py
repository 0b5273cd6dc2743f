"""Films come in, in every container, and go out; what is no film is refused with a sentence."""

import io
import zipfile
from dataclasses import replace

import av
import numpy as np
import pytest
from PIL import Image

from gmm_engine.data.films import write_video
from gmm_engine.data.limits import LIMITS
from gmm_engine.data.video import read_video
from gmm_engine.errors import DataError, UploadError
from tests.data_dir import shared_file


@pytest.fixture(scope="module")
def frames():
    """A bright square that moves over a grey ramp, 12 frames."""
    film = np.empty((12, 48, 64, 3), np.uint8)
    film[:] = np.linspace(40, 120, 64)[None, None, :, None]
    for t in range(12):
        film[t, 10:26, 3 * t : 3 * t + 16] = (220, 200, 60)
    return film


def _film(frames, form, codec, layout):
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        stream = container.add_stream(codec, rate=10)
        stream.height, stream.width, stream.pix_fmt = 48, 64, layout
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def _gif(frames):
    file = io.BytesIO()
    first, *others = [Image.fromarray(frame) for frame in frames]
    first.save(file, "GIF", save_all=True, append_images=others, duration=100)
    return file.getvalue()


def _zip(pictures):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, picture in pictures.items():
            member = io.BytesIO()
            Image.fromarray(picture).save(member, "PNG")
            archive.writestr(name, member.getvalue())
    return file.getvalue()


CONTAINERS = [
    ("mp4", "libx264", "yuv420p"),
    ("mov", "mpeg4", "yuv420p"),
    ("avi", "mjpeg", "yuvj420p"),
    ("avi", "rawvideo", "bgr24"),
    ("webm", "libvpx-vp9", "yuv420p"),
]


@pytest.mark.parametrize(("form", "codec", "layout"), CONTAINERS)
def test_every_container_is_read(frames, form, codec, layout):
    film = read_video(_film(frames, form, codec, layout), name="film")
    assert film.kind == "video"
    assert film.values.shape == frames.shape
    assert film.about["fps"] == pytest.approx(10, rel=0.05)
    assert np.abs(film.values.astype(int) - frames).mean() < 15


def test_a_gif_is_read(frames):
    film = read_video(_gif(frames))
    assert film.values.shape == frames.shape
    assert np.abs(film.values.astype(int) - frames).mean() < 8


def test_a_zip_of_pictures_is_read_in_the_order_of_its_numbers(frames):
    pictures = {f"walk/frame{t}.png": frame for t, frame in enumerate(frames)}
    film = read_video(_zip({"truth.png": frames[0], "__MACOSX/frame1.png": frames[0], **pictures}))
    assert np.array_equal(film.values, frames)
    assert "12 pictures" in film.notes[0]


def test_what_is_written_is_read_again(frames):
    masks = np.where(frames[..., 0] > 200, np.uint8(255), np.uint8(0))[:, :47, :63]
    film = read_video(write_video(masks, fps=12.5))
    assert film.values.shape == (12, 48, 64, 3)
    assert film.about["fps"] == pytest.approx(12.5)
    assert np.mean((film.values[:, :47, :63, 0] > 127) == (masks > 127)) > 0.995


def test_long_and_large_films_are_cut_and_reduced_and_say_so(frames):
    film = read_video(write_video(frames, fps=10), kept_side=32, kept_frames=5)
    assert film.values.shape == (5, 24, 32, 3)
    assert any("first 5 frames" in note for note in film.notes)
    assert any("64 x 48 to 32 x 24" in note for note in film.notes)
    tight = replace(LIMITS, decoded_bytes=30_000)
    assert read_video(write_video(frames), limits=tight).values.nbytes <= 30_000
    short = replace(LIMITS, video_seconds=0.4)
    assert len(read_video(write_video(frames, fps=10), limits=short).values) == 4


REFUSED = {
    "empty": (b"", "empty"),
    "text": (b"a,b\n1,2\n", "not a video"),
    "no pictures": (_zip({}), "no pictures"),
    "lying name": (b"\x00\x00\x00\x18ftypmp42" + bytes(300), "cannot be read"),
    "broken zip": (b"PK\x03\x04" + bytes(100), "damaged"),
    "one frame": (_zip({"a.png": np.zeros((9, 9, 3), np.uint8)}), "at least 2"),
    "tiny": (_zip({"a.png": np.zeros((2, 2, 3), np.uint8)}), "at least 8 x 8"),
    "two sizes": (
        _zip({"a.png": np.zeros((9, 9, 3), np.uint8), "b.png": np.zeros((9, 12, 3), np.uint8)}),
        "one size",
    ),
    "playlist": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", "not a video"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_film_is_refused_with_a_sentence(case):
    content, words = REFUSED[case]
    with pytest.raises(UploadError, match=words):
        read_video(content)


def test_large_frames_are_refused_from_the_header(frames):
    with pytest.raises(UploadError, match="limit"):
        read_video(write_video(frames), limits=replace(LIMITS, video_pixels=1000))


@pytest.mark.parametrize("form", ["mp4", "avi", "webm"])
def test_a_film_cut_anywhere_gives_frames_or_a_sentence(frames, form):
    codec, layout = next((c, p) for f, c, p in CONTAINERS if f == form)
    whole = _film(frames, form, codec, layout)
    for share in (0.3, 0.8):
        try:
            count = len(read_video(whole[: int(share * len(whole))]).values)
        except UploadError:
            continue
        assert count >= 2


def test_reference_films_are_read():
    film = read_video(shared_file("video/waving_trees.mp4"))
    assert film.values.shape == (251, 120, 160, 3)
    assert film.about["fps"] == 15
    with pytest.raises(UploadError, match="read"):
        read_video(shared_file("ugly/truncated.mp4"))


def test_frames_that_make_no_film_are_refused():
    with pytest.raises(DataError, match="frames"):
        write_video(np.zeros((2, 4, 4), float))
