"""What counts as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.types import Array, Dataset


def rgb_of(image: Any) -> Array:
    """The picture as contiguous uint8 (h, w, 3); greys (h, w) become three equal channels.

    Raises
    ------
    DataError
        Another shape or dtype; the message says which.
    """
    pixels = np.asarray(image.values if isinstance(image, Dataset) else image)
    if pixels.dtype != np.uint8:
        raise DataError(
            f"A picture holds 8-bit whole numbers (uint8); this array holds {pixels.dtype}."
            " Scale it to 0..255 and convert it."
        )
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    if pixels.ndim != 3 or pixels.shape[2] != 3 or min(pixels.shape[:2]) < 2:
        raise DataError(f"A picture has shape (height, width, 3); this array has {pixels.shape}.")
    return np.ascontiguousarray(pixels)
