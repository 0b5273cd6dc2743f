"""Cut an object out of a picture: two colour mixtures and a minimum cut, from a box."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from gmm_engine.errors import DataError
from gmm_engine.features.pixels import lab
from gmm_engine.kernels.cut import grid_edges, minimum_cut, walk
from gmm_engine.kernels.patches import absorb
from gmm_engine.kernels.pictures import on_border, shrink
from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.segmentation.levels import enlarged, sizes_between
from gmm_engine.segmentation.picture import rgb_of
from gmm_engine.types import Array, Params

LONG_SIDE = 320  # of the reduced picture on which the cut is found
COMPONENTS = 5
EM_STEPS = 8
VARIANCE = 1.0  # added to every component, squared CIELAB units
ROWS = 6000  # pixels per mixture
ROUNDS = 4
PRICE = 50.0  # of cutting between two pixels of equal colour, nats
CERTAIN = 200.0  # nats that stand for certainty
REACH = 8  # pixels each way that may still change on larger levels
SPECK, SPECK_OF_OBJECT = 5e-4, 0.02  # smaller parts of picture and object are specks and holes
TOLERANCE, SWEEPS = 2e-5, 600
BACKGROUND, OBJECT = 1, 2  # values of strokes; 0 says nothing

Box = tuple[float, float, float, float]


def cut_out(
    image: Any,
    box: Box,
    strokes: Array | None = None,
    *,
    n_components: int = COMPONENTS,
    random_state: int = 0,
) -> Array:
    """Separate the object in a box from everything else.

    Object and background are mixtures of Gaussians in CIELAB; a minimum cut weighs them
    against the price of the border, and both are fitted again, in turns (Rother and
    others 2004). The first object is what is hard to reach from outside the box without
    crossing edges.

    Parameters
    ----------
    image : uint8 (h, w, 3), or a `Dataset` of kind "image".
    box : (left, top, right, bottom) in pixels; the object lies inside.
    strokes : (h, w) integers, 2 where the object certainly is, 1 where it certainly is
        not, 0 elsewhere; or None.
    n_components : Gaussians per mixture.
    random_state : seed of the mixtures' starts.

    Returns
    -------
    bool (h, w), True on the object.

    Raises
    ------
    DataError
        No picture, a box without area inside it, or strokes of another size.

    References
    ----------
    Rother, Kolmogorov and Blake, ACM Transactions on Graphics 23, 2004. Chambolle and
    Pock, Journal of Mathematical Imaging and Vision 40, 2011, for the cut.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import cut_out
    >>> picture = np.full((40, 60, 3), 90, np.uint8)
    >>> picture[10:30, 20:40] = (200, 40, 40)
    >>> mask = cut_out(picture, box=(15, 5, 45, 35))
    >>> int(mask.sum())
    400
    """
    rgb = rgb_of(image)
    marks = _marks(rgb.shape[:2], box, strokes)
    height, width = rgb.shape[:2]
    ratio = min(1.0, LONG_SIDE / max(height, width))
    small = max(2, round(height * ratio)), max(2, round(width * ratio))
    mask, mixtures = _first_cut(_at(rgb, small), _marks_at(marks, small), n_components, random_state)
    for size in sizes_between(small, (height, width)):
        mask = _refined(_at(rgb, size), enlarged(mask, *size), _marks_at(marks, size), mixtures)
    return _without_specks(mask, marks)


def _without_specks(mask: Array, marks: Array) -> Array:
    """The mask without tiny islands and holes; strokes have the last word."""
    smallest = min(SPECK * mask.size, SPECK_OF_OBJECT * np.count_nonzero(mask))
    clean = absorb(mask.astype(np.int32), round(smallest)) == 1
    return np.asarray((clean | (marks == OBJECT)) & (marks != BACKGROUND))


def _marks(shape: tuple[int, int], box: Box, strokes: Array | None) -> Array:
    """What is certain, (h, w) uint8: background outside the box and where strokes say so."""
    height, width = shape
    left, top, right, bottom = (float(edge) for edge in box)
    if not np.isfinite([left, top, right, bottom]).all():
        raise DataError(f"The box has an edge that is not a number: {box}.")
    columns = max(0, round(left)), min(width, round(right))
    rows = max(0, round(top)), min(height, round(bottom))
    if columns[1] - columns[0] < 2 or rows[1] - rows[0] < 2:
        raise DataError(
            f"The box {tuple(box)} covers less than 2 x 2 pixels of a picture of {width} x {height};"
            " give (left, top, right, bottom)."
        )
    marks = np.full(shape, BACKGROUND, np.uint8)
    marks[rows[0] : rows[1], columns[0] : columns[1]] = 0
    if (marks != 0).sum() == 0:  # a box around everything: the frame is background, or nothing would be
        marks[[0, -1]] = marks[:, [0, -1]] = BACKGROUND
    return marks if strokes is None else _with_strokes(marks, np.asarray(strokes))


def _with_strokes(marks: Array, strokes: Array) -> Array:
    if strokes.shape != marks.shape:
        raise DataError(f"Strokes have shape {strokes.shape}; the picture has {marks.shape}.")
    said = (strokes == BACKGROUND) | (strokes == OBJECT)
    return np.where(said, strokes, marks).astype(np.uint8)


def _at(rgb: Array, size: tuple[int, int]) -> Array:
    return rgb if size == rgb.shape[:2] else shrink(rgb, *size)


def _marks_at(marks: Array, size: tuple[int, int]) -> Array:
    """Marks at another size; a thin stroke must not fall between the pixels."""
    small = enlarged(marks, *size)
    for value in (BACKGROUND, OBJECT):
        share = shrink((marks == value)[..., None].astype(np.uint8) * 255, *size)[..., 0]
        small[share > (0 if value == OBJECT else 127)] = value
    return small


@dataclass(frozen=True, eq=False)
class _Mixture:
    """Log densities of one side's colours."""

    params: Params

    @classmethod
    def of(cls, colours: Array, k: int, seed: int) -> _Mixture:
        rows = colours[:: max(1, len(colours) // ROWS)]
        if len(rows) < 2:
            rows = np.repeat(colours[:1], 2, axis=0)
        k = min(k, len(np.unique(rows, axis=0)))
        model = GaussianMixture(k, reg_covar=VARIANCE, init_params="kmeans", random_state=seed)
        (last,) = deque(islice(model.iter_fit(rows), EM_STEPS), maxlen=1)
        return cls(last.params)

    def log_density(self, colours: Array) -> Array:
        frame = Frame.of(colours)
        return MemoryRows(colours, frame=frame).score(frame.enter(self.params))[0]


def _first_cut(rgb: Array, marks: Array, k: int, seed: int) -> tuple[Array, list[_Mixture]]:
    """Mask int32 (h, w) and the two mixtures, object first, after some rounds of fitting and cutting."""
    colours = lab(rgb)
    edges = _Edges.of(colours.reshape(-1, 3), np.arange(marks.size, dtype=np.int32).reshape(marks.shape))
    mask = _seed(colours, marks)
    mixtures: list[_Mixture] = []
    share = mask.astype(np.float32).ravel()
    for _ in range(ROUNDS):
        mixtures = [_Mixture.of(colours[side], k, seed) for side in (mask, ~mask)]
        unary = _unary(colours.reshape(-1, 3), marks.ravel(), mixtures)
        share = edges.cut(unary, share)
        cut = (share > 0.5).reshape(mask.shape)
        changed = np.mean(cut != mask)
        if not cut.any() or cut.all():
            break
        mask = cut
        if changed < 1e-3:
            break
    return mask.astype(np.int32), mixtures


def _seed(colours: Array, marks: Array) -> Array:
    """The part of the unmarked pixels that is far from the background along paths that avoid edges."""
    smooth = gaussian_filter(colours, (1, 1, 0))
    steps = sum(np.square(np.stack(np.gradient(smooth[..., f]))).sum(axis=0) for f in range(3))
    rise = np.sqrt(steps)
    cost = (0.01 + np.square(rise / max(float(rise.mean()), 1e-6))).astype(np.float32)
    distance = np.where(marks == BACKGROUND, 0, np.inf).astype(np.float32)
    walk(cost, distance, 50)
    free = marks == 0
    far = free & (distance > np.median(distance[free])) if free.any() else free
    return np.asarray(far | (marks == OBJECT))


def _unary(colours: Array, marks: Array, mixtures: list[_Mixture]) -> Array:
    """Nats in favour of the object, (n,) float32."""
    object_, rest = (mixture.log_density(colours) for mixture in mixtures)
    unary: Array = np.clip(object_ - rest, -CERTAIN, CERTAIN).astype(np.float32)
    unary[marks == BACKGROUND] = -CERTAIN
    unary[marks == OBJECT] = CERTAIN
    return unary


@dataclass(frozen=True, eq=False)
class _Edges:
    tails: Array
    heads: Array
    weights: Array

    @classmethod
    def of(cls, colours: Array, number: Array) -> _Edges:
        """Edges of the numbered pixels; a cut is cheap where colours differ more than on average."""
        tails, heads, squares, lengths = grid_edges(colours, number)
        sharpness = 1 / max(2 * float(squares.mean(dtype=np.float64)), 1e-6) if len(squares) else 1.0
        return cls(tails, heads, (PRICE * np.exp(-sharpness * squares) / lengths).astype(np.float32))

    def cut(self, unary: Array, start: Array) -> Array:
        """Share of the object in each node, (n,) near 0 or 1."""
        share = start.astype(np.float32)
        minimum_cut(unary, self.tails, self.heads, self.weights, share, TOLERANCE, SWEEPS)
        return share


def _refined(rgb: Array, mask: Array, marks: Array, mixtures: list[_Mixture]) -> Array:
    """The mask with the pixels near its border cut again at this size."""
    where = on_border(mask, REACH)
    if not len(where) or not mixtures:
        return mask
    number = np.full(mask.shape, -1, np.int32)
    number.ravel()[where] = np.arange(len(where), dtype=np.int32)
    colours, before = lab(rgb.reshape(-1, 3)[where]), mask.ravel()[where]
    unary = _unary(colours, marks.ravel()[where], mixtures)
    rim = _rim(mask, where)
    unary[rim] = np.where(before[rim] == 1, CERTAIN, -CERTAIN)
    refined = mask.copy()
    refined.ravel()[where] = _Edges.of(colours, number).cut(unary, before) > 0.5
    return refined


def _rim(mask: Array, where: Array) -> Array:
    """Positions in `where` of the band's outermost pixels, which keep their side."""
    inner = on_border(mask, REACH - 1)
    return np.flatnonzero(~np.isin(where, inner, assume_unique=True))
