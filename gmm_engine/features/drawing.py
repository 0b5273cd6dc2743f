"""What people draw or photograph, brought to the format that pictures for training have."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import affine_transform, distance_transform_edt, gaussian_filter, map_coordinates

from gmm_engine.errors import DataError
from gmm_engine.types import Array

BLOCK, LEVELS = 4, 16  # a cell counts the inked ones of 4 x 4 points
INK = 0.305  # share of the square that a training digit inks, whichever digit it is
WIDEST = 28 / 32
STEEPEST = 0.5
PAD = 0.4
FINE = 64  # points of height at which strokes are made thicker or thinner
HALVINGS = 12
SLANTS = (0.0, 0.5, 1.0)


def glyph(drawing: Array, side: int = 8, straighten: float = 0.5) -> Array:
    """A drawing as the training digits are: centred, full height, straight, always as much ink.

    Parameters
    ----------
    drawing : (h, w) ink, 0 where there is none.
    side : of the result, pixels.
    straighten : share of the slant to take out.

    Returns
    -------
    (side, side) from 0 to 16, as scikit-learn's digits.

    Raises
    ------
    DataError
        Nothing is drawn.

    Examples
    --------
    >>> import numpy as np
    >>> stroke = np.zeros((100, 100))
    >>> stroke[20:80, 48:52] = 1
    >>> print(glyph(stroke)[4].astype(int))
    [ 0  0  8 16 16  8  0  0]
    """
    ink = np.asarray(drawing, np.float64)
    if ink.ndim != 2 or ink.size == 0 or not np.isfinite(ink).all() or ink.max() <= 0:
        raise DataError("Nothing is drawn yet: draw one character with a clear stroke.")
    depth = _depth(_box(_upright(ink, straighten)))
    points = side * BLOCK
    thin, thick = float(depth.min()) * 0.95, PAD * FINE * 0.95
    for _ in range(HALVINGS):
        middle = (thin + thick) / 2
        if _fitted(depth < middle, points).mean() < INK:
            thin = middle
        else:
            thick = middle
    inked = _fitted(depth < thick, points)
    return np.asarray(inked.reshape(side, BLOCK, side, BLOCK).sum(axis=(1, 3)), np.float64)


def glyphs_of(drawing: Array, side: int = 8) -> Array:
    """The drawing as it is, half and fully straightened (3, side, side): judge by the average."""
    return np.stack([glyph(drawing, side, straighten) for straighten in SLANTS])


def ink_of_photo(picture: Array) -> Array:
    """Ink (h, w) from 0 to 1 in a photo (h, w, 3): what stands out from its surroundings.

    Raises
    ------
    DataError
        Nothing stands out.
    """
    grey = np.asarray(picture, np.float64)[..., :3].mean(axis=2)
    step = max(1, max(grey.shape) // 320)
    grey = gaussian_filter(grey, 0.5 * step)[::step, ::step]
    apart = grey - gaussian_filter(grey, max(grey.shape) / 4, mode="nearest")
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    centre = grey[len(grey) // 8 : -len(grey) // 8 or None]
    dark = np.median(edge) - centre.min() >= centre.max() - np.median(edge)
    ink = np.clip(-apart if dark else apart, 0, None)
    if ink.max() < 12:
        raise DataError("Nothing stands out in this picture: photograph one dark character on light paper.")
    return np.asarray(ink / ink.max())


def _upright(ink: Array, straighten: float) -> Array:
    """Where there is ink, sheared so that part of its slant is gone, with room at the sides."""
    mask = ink > ink.max() / 2
    y, x = np.nonzero(mask)
    spread = float(y.var())
    slant = 0.0 if spread == 0 else float(np.cov(y, x, bias=True)[0, 1]) / spread
    slant = straighten * float(np.clip(slant, -STEEPEST, STEEPEST))
    room = int(np.ceil(abs(slant) * len(mask)))
    wide = np.pad(mask.astype(np.float64), ((0, 0), (room, room)))
    shift = -slant * float(y.mean())
    return np.asarray(affine_transform(wide, [[1, 0], [slant, 1]], [0, shift], order=1) > 0.5)


def _box(mask: Array) -> Array:
    """The part that holds ink; a single point if shearing lost all of it."""
    y, x = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(y):
        return np.ones((1, 1), bool)
    return np.asarray(mask[y[0] : y[-1] + 1, x[0] : x[-1] + 1])


def _depth(mask: Array) -> Array:
    """Signed distance to the stroke's edge, negative inside, at FINE points of height, with room around."""
    h, w = mask.shape
    rows = max(round(FINE * min(1.0, 2 * h / w)), 2)
    columns = max(round(rows * w / h), 2)
    y, x = np.linspace(0, h - 1, rows), np.linspace(0, w - 1, columns)
    fine = map_coordinates(mask.astype(np.float64), np.meshgrid(y, x, indexing="ij"), order=1) > 0.5
    if not fine.any():
        fine[:] = True
    room = int(PAD * FINE)
    inner = distance_transform_edt(np.pad(fine, 1))[1:-1, 1:-1]
    return np.asarray(distance_transform_edt(~np.pad(fine, room)) - np.pad(inner, room))


def _fitted(mask: Array, points: int) -> Array:
    """The inked box at full height, or at the widest allowed, centred in a square of `points`."""
    part = _box(mask)
    h, w = part.shape
    scale = min(points / h, WIDEST * points / w)
    middle = (points - 1) / 2
    places = (np.arange(points) - middle) / scale
    y, x = np.meshgrid(places + (h - 1) / 2, places + (w - 1) / 2, indexing="ij")
    return np.asarray(map_coordinates(part.astype(np.float64), [y, x], order=1, mode="constant") > 0.5)
