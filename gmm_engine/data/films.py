"""Write frames as a film that browsers and players open."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.types import Array

ENCODERS = ("libx264", "libopenh264", "mpeg4")


def write_video(frames: Array, fps: float = 25.0) -> bytes:
    """Encode frames as MP4.

    Parameters
    ----------
    frames : uint8 (n, h, w, 3) colour or (n, h, w) grey, such as masks. An odd last row
        or column is doubled, since the format wants even sides.
    fps : frames a second, 0.1 to 1000.

    Raises
    ------
    DataError
        When these are no frames.

    Examples
    --------
    >>> import numpy as np
    >>> film = write_video(np.zeros((5, 32, 32), np.uint8))
    >>> film[4:8]
    b'ftyp'
    """
    shaped = frames.ndim == 3 or (frames.ndim == 4 and frames.shape[3] == 3)
    if frames.dtype != np.uint8 or not shaped or not frames.size or not 0.1 <= fps <= 1000:
        raise DataError(
            f"A film needs uint8 frames (n, h, w[, 3]), not {frames.dtype} {frames.shape} at {fps}."
        )
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream: Any = container.add_stream(_encoder(), rate=Fraction(fps).limit_denominator(1000))
        stream.height, stream.width = (size + size % 2 for size in frames.shape[1:3])
        stream.pix_fmt = "yuv420p"
        if stream.codec.name == "libx264":
            stream.options = {"crf": "18", "preset": "veryfast"}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(_even(frame), format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def _encoder() -> str:
    import av

    return next((name for name in ENCODERS if name in av.codecs_available), ENCODERS[-1])


def _even(frame: Array) -> Array:
    colour = frame if frame.ndim == 3 else np.repeat(frame[..., None], 3, axis=2)
    edges = ((0, colour.shape[0] % 2), (0, colour.shape[1] % 2), (0, 0))
    return np.ascontiguousarray(np.pad(colour, edges, mode="edge"))
