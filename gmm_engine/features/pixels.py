"""Pixels as rows: colours of several spaces on one scale, place and texture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter

from gmm_engine.types import Array

# sRGB (IEC 61966-2-1) to CIE XYZ, divided by the D65 white point.
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])
_STEP = 6 / 29  # where CIELAB's cube root turns into a line
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)
_MATRIX = (_TO_XYZ / _WHITE[:, None]).T.astype(np.float32)
TEXTURE_RADIUS = 3.0  # pixels, standard deviation of the window


def lab(rgb: Array) -> Array:
    """CIELAB of 8-bit sRGB, white point D65: L* from 0 to 100; float32."""
    linear = _LINEAR[rgb] @ _MATRIX
    root = np.where(linear > _STEP**3, np.cbrt(linear), linear / (3 * _STEP**2) + np.float32(4 / 29))
    light = 116 * root[..., 1] - 16
    channels = [light, 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2])]
    return np.stack(channels, axis=-1, dtype=np.float32)


def hsv(rgb: Array) -> Array:
    """Hue and saturation as a point of the colour cone (chroma times cosine and sine of hue), and value."""
    values = rgb.astype(np.float32) / 255
    value, low = values.max(axis=-1), values.min(axis=-1)
    chroma = value - low
    red, green, blue = values[..., 0], values[..., 1], values[..., 2]
    # The same angle as the six-sector formula gives, without its division.
    across, along = np.float32(np.sqrt(3) / 2) * (green - blue), red - (green + blue) / 2
    length = np.maximum(np.hypot(across, along), np.float32(1e-12))
    return 100 * np.stack([chroma * along / length, chroma * across / length, value], axis=-1)


def rgb_percent(rgb: Array) -> Array:
    """Red, green and blue from 0 to 100."""
    return rgb.astype(np.float32) * np.float32(100 / 255)


def grey(rgb: Array) -> Array:
    """CIELAB lightness alone, from 0 to 100, one column."""
    luminance = _LINEAR[rgb] @ _MATRIX[:, 1]
    root = np.where(luminance > _STEP**3, np.cbrt(luminance), luminance / (3 * _STEP**2) + np.float32(4 / 29))
    return np.asarray((116 * root - 16)[..., None], np.float32)


SPACES: dict[str, Callable[[Array], Array]] = {"lab": lab, "rgb": rgb_percent, "hsv": hsv, "grey": grey}
CHANNELS: dict[str, tuple[str, ...]] = {
    "lab": ("L*", "a*", "b*"),
    "rgb": ("red", "green", "blue"),
    "hsv": ("chroma cos(hue)", "chroma sin(hue)", "value"),
    "grey": ("L*",),
}


def pixel_features(
    rgb: Array, space: str = "lab", *, position: float = 0.0, texture: float = 0.0, sigma: float = 0.0
) -> Array:
    """Features of every pixel.

    Parameters
    ----------
    rgb : uint8 (h, w, 3).
    space : "lab", "rgb", "hsv" or "grey"; each spans about 100 units.
    position : weight of the place; 1 makes the longer side worth 100 units. 0 leaves it out.
    texture : weight of the local standard deviation of lightness. 0 leaves it out.
    sigma : Gaussian smoothing of the colours, pixels.

    Returns
    -------
    float32 (h, w, d)

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine.features.pixels import pixel_features
    >>> white = np.full((2, 2, 3), 255, np.uint8)
    >>> pixel_features(white)[0, 0].round() + 0.0
    array([100.,   0.,   0.], dtype=float32)
    """
    colours = SPACES[space](rgb)
    if sigma > 0:
        colours = gaussian_filter(colours, (sigma, sigma, 0))
    parts = [colours]
    if texture > 0:
        parts.append(np.float32(texture) * roughness(rgb)[..., None])
    if position > 0:
        parts.append(np.float32(position) * places(*rgb.shape[:2]))
    return np.concatenate(parts, axis=-1) if len(parts) > 1 else np.asarray(colours)


def places(height: int, width: int) -> Array:
    """Row and column of every pixel (h, w, 2), the longer side from 0 to 100."""
    unit = 100 / max(height, width)
    rows, columns = np.mgrid[:height, :width]
    return (np.stack([rows, columns], axis=-1) * unit).astype(np.float32)


def roughness(rgb: Array, radius: float = TEXTURE_RADIUS) -> Array:
    """Local standard deviation of lightness (h, w), in a Gaussian window."""
    light = grey(rgb)[..., 0]
    light -= light.mean()
    mean, square = gaussian_filter(light, radius), gaussian_filter(light * light, radius)
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0)))
