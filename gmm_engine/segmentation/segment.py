"""Segments of a picture, from pixels to palette."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions, validate_parameter_constraints

from gmm_engine.features.pixels import SPACES
from gmm_engine.kernels.patches import absorb, moments
from gmm_engine.kernels.pictures import shrink
from gmm_engine.mixture import GaussianMixture
from gmm_engine.mixture.mstep import factorise
from gmm_engine.segmentation import clusters
from gmm_engine.segmentation.levels import Colours, carried_up, settled, working_size
from gmm_engine.segmentation.picture import rgb_of
from gmm_engine.segmentation.regions import region_labels
from gmm_engine.segmentation.result import Segmentation
from gmm_engine.types import Array, Params
from gmm_engine.wording import counted

MOST_SEGMENTS = 64
SMALLEST_SHARE = 2e-5  # of the picture; smaller patches of equal colour go to their neighbours
MODEL_PIXELS = 500_000  # at most, of which the colours' Gaussians are made

_CONSTRAINTS: dict[str, list[Any]] = {
    "n_segments": [Interval(Integral, 1, MOST_SEGMENTS, closed="both"), StrOptions({"auto"})],
    "method": [StrOptions({"regions", "colours"})],
    "space": [StrOptions(set(SPACES))],
    "position": [Interval(Real, 0, 10, closed="both")],
    "texture": [Interval(Real, 0, 10, closed="both")],
    "smoothness": [Interval(Real, 0, 10, closed="both")],
    "smallest": [Interval(Integral, 0, None, closed="left"), None],
}


@dataclass(frozen=True)
class Stage:
    """How far a segmentation is: a share from 0 to 1, and what it does now."""

    share: float
    words: str


def segment_image(
    image: Any,
    n_segments: int | Literal["auto"] = "auto",
    *,
    method: Literal["regions", "colours"] = "regions",
    space: Literal["lab", "rgb", "hsv", "grey"] = "lab",
    position: float = 0.0,
    texture: float = 0.0,
    smoothness: float = 1.0,
    smallest: int | None = None,
    random_state: int = 0,
) -> Segmentation:
    """Divide a picture into segments.

    "regions" finds connected regions, as a person would outline them: superpixels are
    merged with the neighbour whose Gaussian of colours describes both together most
    briefly, until a longer description results. "colours" finds equal colours wherever
    they lie: one mixture over all pixels, one segment per component.

    Parameters
    ----------
    image : uint8 (h, w, 3) or (h, w), or a `Dataset` of kind "image".
    n_segments : 1 to 64, or "auto": by description length (regions) or BIC (colours).
    method : "regions" or "colours".
    space : colour space; "lab" is closest to what people see as different.
    position : weight of the place in the picture; 1 makes the longer side worth as much
        as black to white.
    texture : weight of the local standard deviation of lightness.
    smoothness : nats a label gains per equal neighbour in the Markov random field.
    smallest : patches of fewer pixels go to a neighbour; None: 20 in a million.
    random_state : seed of the mixture's start ("colours").

    Returns
    -------
    Segmentation

    Raises
    ------
    DataError
        The array is no picture.

    References
    ----------
    Achanta and others, PAMI 34, 2012 (superpixels). Fraley and Raftery, JASA 97, 2002
    (model-based agglomeration). Besag, JRSS B 48, 1986 (iterated conditional modes).

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import segment_image
    >>> picture = np.full((60, 90, 3), 40, np.uint8)
    >>> picture[:, 30:60] = (200, 60, 40)
    >>> segment_image(picture).shares.round(2)
    array([0.33, 0.33, 0.33])
    >>> segment_image(picture, method="colours").shares.round(2)
    array([0.67, 0.33])
    """
    *_, result = segmenting(
        image,
        n_segments,
        method=method,
        space=space,
        position=position,
        texture=texture,
        smoothness=smoothness,
        smallest=smallest,
        random_state=random_state,
    )
    assert isinstance(result, Segmentation)
    return result


def segmenting(image: Any, n_segments: int | str = "auto", **settings: Any) -> Iterator[Stage | Segmentation]:
    """The stages of `segment_image`, and its result as the last item; stopping is not iterating."""
    wish = _Wish(**({"n_segments": n_segments} | settings))
    validate_parameter_constraints(_CONSTRAINTS, asdict(wish), "segment_image")
    rgb = rgb_of(image)
    labels, notes = yield from (_regions if wish.method == "regions" else _colours)(rgb, wish)
    yield Stage(0.9, "Measuring the segments")
    yield summary(rgb, labels, wish.space, notes)


@dataclass(frozen=True)
class _Wish:
    """The parameters of `segment_image`."""

    n_segments: int | str
    method: str = "regions"
    space: str = "lab"
    position: float = 0.0
    texture: float = 0.0
    smoothness: float = 1.0
    smallest: int | None = None
    random_state: int = 0

    @property
    def k(self) -> int | None:
        return None if self.n_segments == "auto" else int(self.n_segments)

    def smallest_patch(self, labels: Array) -> int:
        """Pixels below which a patch goes to its neighbour."""
        return round(SMALLEST_SHARE * labels.size) if self.smallest is None else self.smallest


_Labels = Generator[Stage, None, tuple[Array, tuple[str, ...]]]


def _regions(rgb: Array, wish: _Wish) -> _Labels:
    size = working_size(rgb.shape)
    small = rgb if size == rgb.shape[:2] else shrink(rgb, *size)
    yield Stage(0.1, "Merging superpixels")
    labels = region_labels(small, wish.k, space=wish.space, position=wish.position, texture=wish.texture)
    yield Stage(0.6, "Settling borders")
    colours = Colours.of(small, labels, wish.space)
    labels = settled(small, labels, colours, wish.smoothness)
    reduction = small.size / rgb.size if wish.smallest else 1.0
    labels = absorb(labels, round(wish.smallest_patch(labels) * reduction))
    labels = carried_up(rgb, labels, colours, wish.smoothness)
    return labels, _words(labels, wish.k, "the shortest description of the picture")


def _colours(rgb: Array, wish: _Wish) -> _Labels:
    yield Stage(0.05, "Turning pixels into rows")
    rows = clusters.feature_rows(rgb, wish.space, wish.position, wish.texture)
    tries = clusters.fitted(rows, wish.k, wish.random_state)
    share = 0.1
    for best in tries:
        model = best
        share += (0.7 - share) / 6
        yield Stage(share, "Fitting mixtures of colours")
    labels = clusters.smooth_labels(
        rgb.shape[:2], rows, model.parameters(), wish.smoothness, wish.smallest_patch(rows[:, 0])
    )
    criterion = "BIC, counting fifty neighbouring pixels as one observation"
    return labels, _words(labels, wish.k, criterion)


def _words(labels: Array, asked: int | None, criterion: str) -> tuple[str, ...]:
    found = int(np.count_nonzero(np.bincount(labels.ravel())))
    if asked is None:
        return (f"{counted(found, 'segment')} by {criterion}.",)
    return () if found == asked else (f"Asked for: {counted(asked, 'segment')}; the picture gave {found}.",)


def summary(rgb: Array, labels: Array, space: str, notes: tuple[str, ...]) -> Segmentation:
    """Palette, shares and colour Gaussians of the labels, renumbered with the largest first."""
    sizes = np.bincount(labels.ravel())
    order = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)]
    renamed = np.zeros(len(sizes), np.int32)
    renamed[order] = np.arange(len(order), dtype=np.int32)
    labels = renamed[labels]
    counts, sums, _ = moments(rgb, labels, len(order))
    palette = np.round(sums / counts[:, None]).astype(np.uint8)
    return Segmentation(
        rgb, labels, palette, counts / counts.sum(), space, _model(rgb, labels, space, counts), notes
    )


def _model(rgb: Array, labels: Array, space: str, counts: Array) -> GaussianMixture:
    step = math.ceil(max(1.0, labels.size / MODEL_PIXELS) ** 0.5)
    thin = np.ascontiguousarray(labels[::step, ::step])
    if len(np.unique(thin)) < len(counts):
        thin, step = labels, 1
    colours = Colours.of(np.ascontiguousarray(rgb[::step, ::step]), thin, space)
    return GaussianMixture._of(Params(counts / counts.sum(), colours.means, factorise(colours.covariances)))
