"""Films for the background page: where they come from, what is asked, and the work.

source = film.source(screen)
spec = film.asked(screen)         a frozen BackgroundSpec
shown = film.found(...)           jobs.Shown[Found]
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import BackgroundModel
from gmm_engine.background import Score, score
from gmm_engine.data.scenes import SCENES, example, street
from gmm_engine.types import Array, Dataset
from pages._ui import cache, controls, inputs, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen

SHADOW, FOREGROUND = 127, 255
EVERY = 5  # frames that share one picture of the background
PIXELS_PER_SECOND = 8e6
AUTOMATIC = "Automatic"
RATES = (AUTOMATIC, "0", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1")
WHOLE, PUBLISHED = "With clean-up", "Zivkovic 2004"
IMPORTS = (
    "import numpy as np",
    "from pathlib import Path",
    "from gmm_engine import BackgroundModel",
    "from gmm_engine.background import score",
    "from gmm_engine.data.films import write_video",
)


@dataclass(frozen=True)
class BackgroundSpec:
    """What was asked of `BackgroundModel`; fields besides `published` are its parameters."""

    published: bool = False
    learning_rate: float | str = "auto"
    threshold: float = 12.0
    shadows: bool = True
    smoothness: float = 3.0
    patience: float | None = 250.0
    steady: bool = True

    def model(self) -> BackgroundModel:
        """The estimator, not yet shown a frame."""
        start = BackgroundModel.zivkovic() if self.published else BackgroundModel()
        return start.set_params(**self.given())

    def given(self) -> dict[str, Any]:
        """Parameters that the published model takes, or all of them."""
        asked = asdict(self)
        names = ("learning_rate", "shadows") if self.published else tuple(asked)[1:]
        return {name: asked[name] for name in names}

    def code(self) -> str:
        """The same model as Python."""
        plain = BackgroundModel().get_params()
        changed = {name: value for name, value in self.given().items() if value != plain[name]}
        words = ", ".join(f"{name}={value!r}" for name, value in changed.items())
        if self.published:
            return "BackgroundModel.zivkovic()" + (f".set_params({words})" if words else "")
        return f"BackgroundModel({words})"


@dataclass(frozen=True, eq=False)
class Found:
    """Masks (n, h, w) uint8; every `EVERY` frames the background (m, h, w, 3) and modes (m, h, w)."""

    masks: Array
    backgrounds: Array
    modes: Array
    parameters: dict[str, Any]

    def shares(self, level: int = FOREGROUND) -> Array:
        """Share of each frame's pixels with that label, (n,)."""
        return np.asarray((self.masks == level).mean(axis=(1, 2)))


def source(screen: Screen) -> Source:
    """The picker: scenes with known truth first, one made to measure, or the visitor's own film."""
    scenes = {name: (lambda n=name: _scene(n)) for name in SCENES}
    return inputs.pick(screen, "video", scenes, generate=_generated)


def _scene(name: str) -> Source:
    dataset = cache.remembered(True, ("scene", name), lambda: example(name))
    imports = ("from gmm_engine.data.scenes import example",)
    return Source(dataset, ("scene", name), True, f"data = example({name!r})", imports)


def _generated(screen: Screen) -> Source:
    """A street made to measure."""
    spec = {
        "n_frames": int(controls.slider(screen, "frames", "Frames", 30, 300, 120, help="25 a second.")),
        "traffic": float(
            controls.slider(screen, "traffic", "Traffic", 0.2, 6.0, 1.5, help="Vehicles at a time.")
        ),
        "noise": float(controls.slider(screen, "noise", "Camera noise", 0.0, 12.0, 3.0, help="Grey levels.")),
        "shake": float(
            controls.slider(screen, "shake", "Shake", 0.0, 4.0, 0.0, help="Of the camera, pixels.")
        ),
    }
    with st.expander("More about the scene"):
        text = "Share of the light that a shadow leaves."
        spec["shadow"] = float(controls.slider(screen, "dark", "Shadow", 0.3, 1.0, 0.6, help=text))
        spec["foliage"] = float(controls.slider(screen, "wind", "Wind", 0.0, 6.0, 1.0, help="Sway, pixels."))
        text = "Standard deviation of the exposure, a share."
        spec["flicker"] = float(controls.slider(screen, "flicker", "Flicker", 0.0, 0.1, 0.0, help=text))
        spec["stopping"] = controls.switch(screen, "stopping", "Vehicles that stop")
        spec["random_state"] = controls.seed(screen)
    spec["size"] = (120, 160)
    key = ("street", tuple(spec.values()))
    dataset = cache.remembered(False, key, lambda: street(**spec))
    words = ", ".join(f"{name}={value!r}" for name, value in spec.items())
    return Source(
        dataset, key, False, f"data = street({words})", ("from gmm_engine.data.scenes import street",)
    )


def asked(screen: Screen) -> BackgroundSpec:
    """Which model and how fast it learns; the rest is folded."""
    text = "The whole model, or the published mixture alone with OpenCV's parameters."
    published = controls.choice(screen, "model", "Model", (WHOLE, PUBLISHED), help=text) == PUBLISHED
    text = (
        "Weight of a new frame. Automatic: much at first, then 1/500. 0 freezes what the first frame showed."
    )
    rate = controls.steps(screen, "rate", "Learning rate", RATES, AUTOMATIC, help=text)
    text = "Squared standard deviations from a mode beyond which a pixel is foreground."
    threshold = float(
        controls.slider(screen, "threshold", "Threshold", 4.0, 40.0, 12.0, help=text, disabled=published)
    )
    text = "A shadow is the background, only darker: it is shown grey and counts as background."
    shadows = controls.switch(screen, "shadows", "Tell shadows apart", True, help=text)
    with st.expander("More"):
        text = "Evidence, in nats, that each agreeing neighbour adds; 0 leaves the mask as pixels judge it."
        smooth = float(
            controls.slider(screen, "smooth", "Smoothness", 0.0, 6.0, 3.0, help=text, disabled=published)
        )
        text = "Frames that an object must stand still to become background."
        patience = float(
            controls.slider(screen, "patience", "Patience", 10, 1000, 250, help=text, disabled=published)
        )
        text = "Undo a shaking camera and changes of exposure; start anew after a cut."
        steady = controls.switch(screen, "steady", "Steady the camera", True, help=text, disabled=published)
    learning = "auto" if rate == AUTOMATIC else float(rate)
    return BackgroundSpec(published, learning, threshold, shadows, smooth, patience, steady)


def found(screen: Screen, picked: Source, spec: BackgroundSpec) -> jobs.Shown[Found]:
    """Masks of all frames, found in the store or worked out with progress and Stop."""
    frames = picked.dataset.values

    def work() -> Generator[jobs.Progress, None, Found]:
        model, masks = spec.model(), np.empty(frames.shape[:3], np.uint8)
        backgrounds, modes = [], []
        for t, frame in enumerate(frames):
            masks[t] = model.apply(frame)
            if t % EVERY == 0:
                backgrounds.append(model.background)
                modes.append(model.n_modes)
            yield jobs.Progress((t + 1) / len(frames), f"Judging frame {t + 1} of {len(frames)}")
        return Found(masks, np.stack(backgrounds), np.stack(modes), model.get_params())

    seconds = frames[..., 0].size / PIXELS_PER_SECOND
    return jobs.result(screen, picked, spec, work, name="masks", seconds=seconds)


def seconds(dataset: Dataset) -> Array:
    """Time of each frame."""
    return np.asarray(np.arange(len(dataset.values)) / dataset.about["fps"])


def scores(dataset: Dataset, result: Found) -> list[Score] | None:
    """How each frame's mask meets the truth, where it is known."""
    truth = dataset.about.get("truth")
    return None if truth is None else [score(*pair) for pair in zip(result.masks, truth, strict=True)]


def table(dataset: Dataset, result: Found) -> pd.DataFrame:
    """One row a frame: time, shares of foreground and shadow and, with truth, its scores."""
    columns: dict[str, Any] = {
        "frame": np.arange(len(result.masks)) + 1,
        "seconds": seconds(dataset).round(4),
        "foreground": result.shares().round(6),
        "shadow": result.shares(SHADOW).round(6),
    }
    judged = scores(dataset, result)
    if judged is not None:
        for name in ("precision", "recall", "f"):
            columns[name] = np.round([getattr(each, name) for each in judged], 6)
    return pd.DataFrame(columns)


def code(dataset: Dataset, spec: BackgroundSpec) -> str:
    """Python that repeats what is shown, from `data`."""
    lines = [
        f"model = {spec.code()}",
        "masks = np.stack([model.apply(frame) for frame in data.values])",
        'Path("masks.mp4").write_bytes(write_video(masks, data.about["fps"]))',
        'print("foreground", (masks == 255).mean())',
    ]
    if "truth" in dataset.about:
        lines.append('print("F", score(masks, data.about["truth"]).f)')
    return "\n".join(lines)
