"""The estimator: one frame in, one mask out."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from gmm_engine.background import camera
from gmm_engine.background.memory import Memory
from gmm_engine.errors import DataError
from gmm_engine.types import Array

BACKGROUND, SHADOW, FOREGROUND = 0, 127, 255
SWEEPS = 3
HELD = np.array([0.1, 0.0], np.float32)  # share of the learning rate for shadows, foreground
HOLE = 0.02  # largest hole filled, share of the frame
NEW_SCENE = 0.75  # share of pixels that no longer fit
OLD_SCENE = 0.4
FEW_FRAMES = 5
MOST_PIXELS = 16_000_000


class BackgroundModel(BaseEstimator):  # type: ignore[misc]
    """Separate what moves from the background, frame by frame.

    Every pixel keeps an adaptive mixture of Gaussians of its own past [1]_ [2]_, whose
    number of modes adapts. Around that core: neighbours vote on the mask (a Potts
    model), holes in objects are filled, and whatever is foreground is not learned, until
    it has stood still for `patience` frames, or until its outline shows that it is a
    ghost, the place which an object has left. A shaken view and a changed exposure are
    undone first. A change of size, or a cut to another scene, starts anew.

    Parameters
    ----------
    history : frames that count in the background, about.
    learning_rate : weight of a new frame; "auto" is ``1 / min(2 t, history)`` at frame t;
        0 freezes the model, so that frames are judged and not learned.
    threshold : squared distance, in a mode's variances, up to which a pixel belongs to it.
    shadows : whether to tell shadows (127) from foreground (255).
    darkest_shadow : smallest share of its light that a shadow leaves a pixel.
    smoothness : evidence, in nats, that each of eight neighbours adds; 0 leaves the
        mask as the pixels judge it, holes included.
    patience : frames that an object must stand still to become background; None learns
        foreground like everything else.
    steady : whether to undo a shaking camera and changes of exposure, and to start anew
        after a cut.
    max_modes : most modes of a pixel.
    matching : squared distance, in variances, up to which a mode learns a pixel.
    background_share : weight of the heaviest modes that together are the background.
    first_variance, smallest_variance, largest_variance : of a mode: squared colour
        distance, all three channels together.
    complexity : cost of a mode; higher keeps fewer of them.

    References
    ----------
    .. [1] Zivkovic (2004). Improved adaptive Gaussian mixture model for background
       subtraction. ICPR, section 3.
    .. [2] Zivkovic and van der Heijden (2006). Efficient adaptive density estimation per
       image pixel for the task of background subtraction. Pattern Recognition Letters 27.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> model = BackgroundModel()
    >>> for _ in range(30):
    ...     mask = model.apply(rng.integers(98, 103, (48, 64, 3), dtype=np.uint8))
    >>> frame = np.full((48, 64, 3), 100, np.uint8)
    >>> frame[10:20, 10:30] = 200
    >>> found = model.apply(frame) == 255
    >>> bool(found[12:18, 12:28].all()), bool(found[:8].any())
    (True, False)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "history": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="both")],
        "threshold": [Interval(Real, 0, None, closed="neither")],
        "shadows": ["boolean"],
        "darkest_shadow": [Interval(Real, 0, 1, closed="neither")],
        "smoothness": [Interval(Real, 0, None, closed="left")],
        "patience": [None, Interval(Real, 1, None, closed="left")],
        "steady": ["boolean"],
        "max_modes": [Interval(Integral, 1, 16, closed="both")],
        "matching": [Interval(Real, 0, None, closed="neither")],
        "background_share": [Interval(Real, 0, 1, closed="right")],
        "first_variance": [Interval(Real, 0, None, closed="neither")],
        "smallest_variance": [Interval(Real, 0, None, closed="neither")],
        "largest_variance": [Interval(Real, 0, None, closed="neither")],
        "complexity": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        *,
        history: int = 500,
        learning_rate: float | str = "auto",
        threshold: float = 12.0,
        shadows: bool = True,
        darkest_shadow: float = 0.4,
        smoothness: float = 3.0,
        patience: float | None = 250.0,
        steady: bool = True,
        max_modes: int = 5,
        matching: float = 9.0,
        background_share: float = 0.9,
        first_variance: float = 30.0,
        smallest_variance: float = 16.0,
        largest_variance: float = 75.0,
        complexity: float = 0.01,
    ) -> None:
        self.history = history
        self.learning_rate = learning_rate
        self.threshold = threshold
        self.shadows = shadows
        self.darkest_shadow = darkest_shadow
        self.smoothness = smoothness
        self.patience = patience
        self.steady = steady
        self.max_modes = max_modes
        self.matching = matching
        self.background_share = background_share
        self.first_variance = first_variance
        self.smallest_variance = smallest_variance
        self.largest_variance = largest_variance
        self.complexity = complexity

    @classmethod
    def zivkovic(cls) -> BackgroundModel:
        """The mixture of Zivkovic (2004) alone, with the parameters that OpenCV gives it."""
        return cls(
            threshold=16.0,
            darkest_shadow=0.5,
            smoothness=0.0,
            patience=None,
            steady=False,
            first_variance=15.0,
            smallest_variance=4.0,
            complexity=0.05,
        )

    def fit(self, frames: Array, y: Any = None) -> BackgroundModel:
        """Learn a scene from frames, uint8 (frames, h, w, 3), starting anew; `y` is ignored."""
        self.__dict__.pop("memory_", None)
        for frame in frames:
            self.apply(frame)
        return self

    def apply(self, rgb: Array) -> Array:
        """Judge a frame, then learn it.

        Parameters
        ----------
        rgb : uint8 (h, w, 3). A frame of another size than the last starts anew.

        Returns
        -------
        uint8 (h, w)
            0 background, 127 shadow, 255 foreground; all 0 for the first frame of a scene.

        Raises
        ------
        DataError
            When the frame is no such array.
        InvalidParameterError
            When a parameter is out of its range.
        """
        self._validate_params()
        frame = _checked(rgb)
        if not hasattr(self, "memory_") or (self.memory_.height, self.memory_.width) != frame.shape[:2]:
            self._start(frame)
        memory = self.memory_
        place = (0.0, 0.0)
        if self.steady and memory.frames:
            frame, place = self._steadied(frame)
        learns = memory.frames == 0 or self.learning_rate != 0
        self._judge(frame)
        if memory.frames == 1:
            return np.zeros_like(memory.mask)
        if self._another_scene():
            self._start(frame)
            return self.apply(rgb)
        self._clean()
        if learns and self.patience is not None:
            memory.hold(frame, self.patience, HELD, self.first_variance)
        return camera.moved_back(memory.mask, *place) if any(place) else memory.mask.copy()

    @property
    def background(self) -> Array:
        """The learned background, uint8 (h, w, 3): the colour of each pixel's heaviest mode."""
        check_is_fitted(self, "memory_")
        return np.clip(self.memory_.colours + 0.5, 0, 255).astype(np.uint8)

    @property
    def n_modes(self) -> Array:
        """Modes that each pixel keeps, uint8 (h, w)."""
        check_is_fitted(self, "memory_")
        return self.memory_.n_modes.astype(np.uint8).reshape(self.memory_.height, self.memory_.width)

    def _start(self, frame: Array) -> None:
        self.memory_ = Memory(frame.shape[0], frame.shape[1], self.max_modes)
        self._misfitting = 0.0

    def _steadied(self, frame: Array) -> tuple[Array, tuple[float, float]]:
        """The frame at the background's exposure and place, and how far it was moved."""
        frame = camera.exposed_alike(frame, self.memory_.colours)
        if min(frame.shape[:2]) < 2 * camera.SMALLEST:
            return frame, (0.0, 0.0)
        place = camera.displacement(frame, self.memory_.modes)
        return (camera.moved(frame, *place) if any(place) else frame), place

    def _judge(self, frame: Array) -> None:
        memory = self.memory_
        memory.frames += 1
        rate = 1.0 / min(2 * memory.frames, self.history)
        if self.learning_rate != "auto" and memory.frames > 1:
            rate = float(self.learning_rate)
        memory.judge(frame, rate, self._limits())

    def _limits(self) -> Array:
        darkest = self.darkest_shadow if self.shadows else 1.0
        variances = (self.first_variance, self.smallest_variance, self.largest_variance)
        limits = (self.background_share, self.threshold, self.matching, *variances, self.complexity, darkest)
        return np.array(limits, np.float32)

    def _another_scene(self) -> bool:
        """Whether nearly all pixels changed at once."""
        before, self._misfitting = self._misfitting, float(np.mean(self.memory_.labels != BACKGROUND))
        settled = self.steady and self.learning_rate != 0 and self.memory_.frames > FEW_FRAMES
        return settled and before < OLD_SCENE and self._misfitting > NEW_SCENE

    def _clean(self) -> None:
        memory = self.memory_
        if self.smoothness > 0:
            memory.clean(self.threshold, self.smoothness, SWEEPS, int(HOLE * memory.mask.size))
        else:
            memory.mask[:] = memory.labels


def _checked(rgb: Any) -> Array:
    frame = np.asarray(rgb)
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        raise DataError(
            f"A frame must be 8-bit colour, uint8 (h, w, 3); this one is {frame.dtype} {frame.shape}."
        )
    if not 0 < frame.shape[0] * frame.shape[1] <= MOST_PIXELS:
        raise DataError(f"A frame of {frame.shape[1]} x {frame.shape[0]} pixels cannot be used.")
    return np.ascontiguousarray(frame)
