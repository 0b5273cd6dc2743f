"""The pictures page: where a picture comes from, what is asked of it, and the Python for both."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import streamlit as st

from gmm_engine.data.pictures import PICTURES
from gmm_engine.segmentation import Segmentation, Stage, segmenting
from gmm_engine.types import Array
from pages._ui import appetite, cache, controls, inputs, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen

TASKS = ("Segments", "Cut out an object")
METHODS = {"Connected regions": "regions", "Equal colours": "colours"}
SPACES = {"Lab": "lab", "RGB": "rgb", "HSV": "hsv", "Grey": "grey"}
RECIPE = {
    "example": "Hubble deep field",
    "method": "Equal colours",
    "number": "Choose",
    "k": 5,
    "space": "Lab",
}


@dataclass(frozen=True)
class SegmentSpec:
    """The parameters of `segment_image`; k None lets it choose."""

    k: int | None
    method: str
    space: str
    position: float
    texture: float
    smoothness: float

    def steps(self, picture: Array) -> Generator[jobs.Progress, None, Segmentation]:
        """Segment, telling how far it is."""
        for step in segmenting(picture, "auto" if self.k is None else self.k, **self._options()):
            if isinstance(step, Stage):
                yield jobs.Progress(step.share, step.words)
            else:
                return step
        raise AssertionError("segmenting ends with its result")

    def code(self) -> str:
        """Python that does the same to `data`."""
        number = "auto" if self.k is None else self.k
        options = "".join(f", {name}={value!r}" for name, value in self._options().items())
        return (
            f"result = segment_image(data, {number!r}{options})\n"
            "print(result.palette, result.shares.round(4), sep='\\n')"
        )

    def _options(self) -> dict[str, str | float]:
        return {
            "method": self.method, "space": self.space, "position": self.position,
            "texture": self.texture, "smoothness": self.smoothness,
        }  # fmt: skip


def source(screen: Screen) -> Source:
    """A bundled picture, the visitor's file, or the camera's."""
    examples = {name: (lambda n=name: _example(n)) for name in PICTURES}
    return inputs.pick(screen, "image", examples, "Coffee", other={"Camera": _camera})


def _example(name: str) -> Source:
    dataset = cache.remembered(True, ("picture", name), PICTURES[name].load)
    imports = ("from gmm_engine.data.pictures import PICTURES",)
    return Source(dataset, ("picture", name), True, f"data = PICTURES[{name!r}].load()", imports)


def _camera(screen: Screen) -> Source | None:
    taken = st.camera_input("Take a picture", key=screen.key("camera"))
    st.caption(inputs.PRIVACY)
    return None if taken is None else inputs.of_upload("camera.jpg", taken.getvalue(), "image")


def asked(screen: Screen) -> SegmentSpec:
    """The controls of a segmentation."""
    method = controls.choice(
        screen, "method", "Segments are", list(METHODS),
        help="Connected regions: what a person would outline. Equal colours: one mixture over all pixels.",
    )  # fmt: skip
    k = _number(screen)
    space = controls.choice(
        screen, "space", "Colours", list(SPACES), help="Lab is closest to what people see as different."
    )
    smoothness = controls.slider(
        screen, "smoothness", "Smoothness", 0.0, 4.0, 1.0, step=0.25,
        help="What a pixel gains by agreeing with a neighbour, in nats (Markov random field).",
    )  # fmt: skip
    with st.expander("More"):
        position = controls.slider(
            screen, "position", "Weight of place", 0.0, 2.0, 0.0, step=0.1,
            help="At 1 the longer side of the picture counts as much as black against white.",
        )  # fmt: skip
        texture = controls.slider(
            screen, "texture", "Weight of texture", 0.0, 5.0, 0.0, step=0.25,
            help="Weight of the local standard deviation of lightness.",
        )  # fmt: skip
        _classic(screen)
    return SegmentSpec(k, METHODS[method], SPACES[space], position, texture, smoothness)


def _number(screen: Screen) -> int | None:
    words = ("Automatic", "Choose")
    text = "Automatic: where a longer description, or a worse BIC, would result."
    if controls.choice(screen, "number", "Number of segments", words, help=text) == words[0]:
        return None
    return int(controls.slider(screen, "k", "Segments", 1, 24, 5))


def _classic(screen: Screen) -> None:
    def begin() -> None:
        for name, value in RECIPE.items():
            st.session_state[screen.key(name)] = value
        st.session_state[screen.key("data")] = "Examples"

    text = "Lab colours of a galaxy picture, one mixture of five components over all its pixels."
    st.button("Classic recipe", on_click=begin, key=screen.key("classic"), help=text)


def found(screen: Screen, source: Source, spec: SegmentSpec) -> jobs.Shown[Segmentation]:
    """The segmentation, from the store or anew."""
    pixels = source.dataset.values
    seconds = pixels.size / 36e6 * (2 if spec.method == "colours" else 1)
    memory = appetite.picture(pixels[..., 0].size, spec.method)
    return jobs.result(screen, source, spec, lambda: spec.steps(pixels), seconds=seconds, memory=memory)
