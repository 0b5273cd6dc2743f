"""Cutting an object out of a picture: box, strokes, result."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from gmm_engine import cut_out
from gmm_engine.data.pictures import PICTURES
from gmm_engine.segmentation import draw_strokes, with_alpha
from gmm_engine.types import Array
from pages._ui import appetite, controls, exports, fits, jobs
from pages._ui.exports import File
from pages._ui.inputs import Source
from pages._ui.jobs import Shown
from pages._ui.layout import Screen
from pages._ui.segmentation import box_pad, compare, segment_views

EDGES = ("left", "top", "right", "bottom")
MIDDLE = (0.2, 0.2, 0.8, 0.8)
IMPORTS = (
    "from gmm_engine import cut_out",
    "from gmm_engine.segmentation import draw_strokes, with_alpha",
    "from PIL import Image",
)


@dataclass(frozen=True)
class CutSpec:
    """A box (left, top, right, bottom) in percent of width and height, and strokes as text."""

    box: tuple[float, ...]
    strokes: str

    def steps(self, picture: Array) -> Generator[jobs.Progress, None, Array]:
        """Cut, telling that it is at work."""
        yield jobs.Progress(0.2, "Weighing object against background")
        height, width = picture.shape[:2]
        left, top, right, bottom = self.box
        box = left / 100 * width, top / 100 * height, right / 100 * width, bottom / 100 * height
        lines = box_pad.parse(self.strokes)
        return cut_out(picture, box, draw_strokes((height, width), lines) if lines else None)

    def code(self) -> str:
        """Python that does the same to `data`."""
        left, top, right, bottom = (round(edge / 100, 4) for edge in self.box)
        lines = box_pad.parse(self.strokes)
        strokes = f"draw_strokes((height, width), {lines!r})" if lines else "None"
        return (
            "height, width = data.values.shape[:2]\n"
            f"box = ({left} * width, {top} * height, {right} * width, {bottom} * height)\n"
            f"mask = cut_out(data, box, strokes={strokes})\n"
            "Image.fromarray(with_alpha(data.values, mask)).save('cutout.png')\n"
            "print(f'{mask.mean():.4%} of the picture')"
        )


def asked(screen: Screen, source: Source) -> CutSpec:
    """The box as numbers, which the pad also writes; strokes come from the pad or the link."""
    _begin(screen, source)
    st.caption("The box, in percent of width and height")
    left, right = st.columns(2)
    default = _default(source)
    edges = []
    for place, name, value in zip((left, left, right, right), EDGES, default, strict=True):
        with place:
            edges.append(
                controls.number(
                    screen, name, name.capitalize(), 0.0, 100.0, 100 * value, step=1.0, format="%.1f"
                )
            )
    key = screen.key("strokes")
    strokes = st.session_state.setdefault(f"_{key}", st.query_params.get(key, ""))
    screen.keep("strokes", strokes)
    return CutSpec(tuple(edges), strokes)


def _default(source: Source) -> tuple[float, ...]:
    known = PICTURES.get(source.dataset.name) if source.public else None
    return known.box if known else MIDDLE


def _begin(screen: Screen, source: Source) -> None:
    """Another picture has another box and no strokes."""
    last = st.session_state.get("_cut_source")
    st.session_state["_cut_source"] = source.key
    if last is not None and last != source.key:
        st.session_state[f"_{screen.key('strokes')}"] = ""
        for name, value in zip(EDGES, _default(source), strict=True):
            st.session_state[screen.key(name)] = 100 * value


def pad(screen: Screen, source: Source, spec: CutSpec) -> None:
    """The picture to draw on."""

    def take() -> None:
        drawn = box_pad.drawn(screen)
        if drawn:
            for name, value in zip(EDGES, drawn["box"], strict=True):
                st.session_state[screen.key(name)] = round(100 * min(max(float(value), 0.0), 1.0), 1)
            st.session_state[f"_{screen.key('strokes')}"] = str(drawn["strokes"])

    address = compare.address(source.dataset.values)
    box_pad.show(screen, address, tuple(edge / 100 for edge in spec.box), spec.strokes, take)
    st.caption("Draw a box around the object. Then mark what to keep or to remove, if the cut needs it.")


def found(screen: Screen, source: Source, spec: CutSpec) -> Shown[Array]:
    """The mask, from the store or anew."""
    pixels = source.dataset.values
    memory = appetite.picture(pixels[..., 0].size, "cut")
    return jobs.result(screen, source, spec, lambda: spec.steps(pixels), name="cut", memory=memory)


def result(shown: Shown[Array]) -> None:
    """The object on a chequered ground, its share, and the files."""
    picture, mask = shown.source.dataset.values, shown.value
    fits.metrics((("Object", f"{mask.mean():.1%}", "Part of the picture the object covers."),))
    if not mask.any():
        st.info("Nothing in the box differs from what is around it: draw another box, or mark what to keep.")
        return
    words = f"The object cut out of the picture, {mask.mean():.0%} of it."
    small = shown.derive("cut", lambda: compare.thinned(with_alpha(picture, mask)))
    st.image(small, caption="The object on a transparent background", width="stretch", alt=words)


def files(shown: Shown[Array]) -> tuple[File, ...]:
    """Cut-out and mask to take away."""
    picture, mask = shown.source.dataset.values, shown.value
    png, npy = segment_views.png, segment_views.npy
    return (
        File("Cut-out (PNG)", "object.png", lambda: png(with_alpha(picture, mask))),
        File("Mask (PNG)", "mask.png", lambda: png(mask.astype(np.uint8) * 255)),
        File("Mask (NPY)", "mask.npy", lambda: npy(mask)),
    )


def recipe(shown: Shown[Array]) -> exports.Recipe:
    """Python that repeats the cut."""
    return exports.Recipe(shown.spec.code(), IMPORTS)
