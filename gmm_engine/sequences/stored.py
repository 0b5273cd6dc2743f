"""A fitted classifier as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.sequences.bags import Bags
from gmm_engine.sequences.calibration import Calibration
from gmm_engine.sequences.chains import Chains, ChainView
from gmm_engine.sequences.checks import parameters
from gmm_engine.sequences.context import REACH, LinearView
from gmm_engine.sequences.sessions import SessionScaling
from gmm_engine.sequences.states import StateMixtures
from gmm_engine.types import Array, Params

FORMAT, VERSION = "gmm_engine.SequenceClassifier", 1
DIGITS = 9
LARGEST = 1e12


def to_dict(model: Any) -> dict[str, Any]:
    """Everything that predictions need."""
    scaling = model._scaling
    settings, counts = model.get_params(), model.calibration_.confusion
    settings["warps"] = settings["warps"] if settings["warps"] == "auto" else list(settings["warps"])
    return {
        "format": FORMAT,
        "version": VERSION,
        "parameters": settings,
        "classes": model.classes_.tolist(),
        "columns": model.n_features_in_,
        "calibration": {
            "sharpness": model.calibration_.sharpness,
            "threshold": _finite(model.calibration_.threshold),
            "accuracy": _finite(model.calibration_.accuracy),
            "confusion": None if counts is None else counts.tolist(),
        },
        "scaling": None if scaling is None else _scaling_to(scaling),
        "models": _models_to(model._models),
    }


def fill(model: Any, content: Any) -> None:
    """Fill an unfitted classifier."""
    read = _Reader(content, "model")
    if read.content.get("format") != FORMAT or read.content.get("version") != VERSION:
        raise DataError(
            f"This JSON is not a word model: format {read.content.get('format')!r}, version "
            f"{read.content.get('version')!r}; expected {FORMAT!r}, version {VERSION}."
        )
    settings = dict(read.part("parameters").content)
    if isinstance(settings.get("warps"), list):
        settings["warps"] = tuple(settings["warps"])
    try:
        model.set_params(**settings)
    except (TypeError, ValueError):
        raise DataError("The model's parameters are not those of a word model.") from None
    parameters(model)
    model.classes_ = read.classes()
    d = model.n_features_in_ = int(read.number("columns", 1, 10_000))
    model.calibration_ = _calibration_from(read.part("calibration"), len(model.classes_))
    scaling = read.content.get("scaling")
    model._scaling = None if scaling is None else _scaling_from(read.part("scaling"), d)
    model._models = _models_from(read.part("models"), d, len(model.classes_), model.n_states)


def _models_to(models: Chains | Bags) -> dict[str, Any]:
    if isinstance(models, Bags):
        mixtures = [_mixture_to(params) for params in models.classes]
        return {"bags": mixtures, "background": _mixture_to(models.background)}
    return {
        "views": [
            {
                "matrix": _plain(view.view.matrix),
                "centre": _plain(view.view.centre),
                "components": view.states.k,
                "states": _mixture_to(view.states.params),
            }
            for view in models.views
        ]
    }


def _models_from(read: _Reader, d: int, n_classes: int, n_states: int) -> Chains | Bags:
    if "bags" in read.content:
        found = [_mixture_from(part, d) for part in read.parts("bags")]
        if len(found) != n_classes:
            raise DataError(f"The model has {n_classes} classes but {len(found)} mixtures.")
        return Bags(tuple(found), _mixture_from(read.part("background"), d))
    views = []
    for part in read.parts("views"):
        matrix = part.array("matrix", ((2 * REACH + 1) * d, None))
        k = int(part.number("components", 1, 64))
        states = _mixture_from(part.part("states"), matrix.shape[1])
        if len(states.weights) != n_classes * n_states * k:
            raise DataError("The model's states do not fit its classes: weights of another length.")
        view = LinearView(matrix, part.array("centre", (len(matrix),)))
        views.append(ChainView(view, StateMixtures(states, k)))
    if not views:
        raise DataError("The model has no views, so it cannot recognise anything.")
    return Chains(tuple(views), n_states)


def _mixture_to(params: Params) -> dict[str, Any]:
    return {name: _plain(getattr(params, name)) for name in ("weights", "means", "factors")}


def _mixture_from(read: _Reader, d: int) -> Params:
    weights = read.array("weights", (None,))
    k = len(weights)
    if np.any(weights < 0):
        raise DataError(f"The model's weights must not be negative, found {weights.min():.3g}.")
    means = read.array("means", (k, d))
    diagonal = np.ndim(read.content.get("factors", [[]])[0]) == 1
    factors = read.array("factors", (k, d) if diagonal else (k, d, d))
    scale = factors if diagonal else np.diagonal(factors, axis1=1, axis2=2)
    if np.any(scale <= 0):
        raise DataError("The model's factors must be positive, or a covariance is not positive definite.")
    return Params(weights, means, factors)


def _scaling_to(scaling: SessionScaling) -> dict[str, Any]:
    return {
        "mean": _plain(scaling.mean),
        "variance": _plain(scaling.variance),
        "mean_pull": _finite(scaling.mean_pull),
        "variance_pull": _finite(scaling.variance_pull),
    }


def _scaling_from(read: _Reader, d: int) -> SessionScaling:
    pulls = [read.number(name, 0, LARGEST, missing=np.inf) for name in ("mean_pull", "variance_pull")]
    variance = read.array("variance", (d,))
    if np.any(variance <= 0):
        raise DataError("The model's session variances must be positive.")
    return SessionScaling(read.array("mean", (d,)), variance, *pulls)


def _calibration_from(read: _Reader, n_classes: int) -> Calibration:
    counted = read.content.get("confusion") is not None
    return Calibration(
        read.number("sharpness", 0, LARGEST),
        read.number("threshold", -LARGEST, LARGEST, missing=-np.inf),
        read.number("accuracy", 0, 1, missing=np.nan),
        read.array("confusion", (n_classes, n_classes)).astype(np.int64) if counted else None,
    )


def _plain(array: Array) -> Any:
    return np.array([float(f"{value:.{DIGITS}g}") for value in array.ravel()]).reshape(array.shape).tolist()


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


class _Reader:
    """A JSON object whose fields are checked when they are taken."""

    def __init__(self, content: Any, name: str) -> None:
        if not isinstance(content, dict):
            raise DataError(f"The field {name!r} of the model JSON should be an object.")
        self.content, self._name = content, name

    def part(self, name: str) -> _Reader:
        return _Reader(self.content.get(name), name)

    def parts(self, name: str) -> list[_Reader]:
        found = self.content.get(name)
        if not isinstance(found, list):
            raise DataError(f"The field {name!r} of the model JSON should be a list.")
        return [_Reader(part, name) for part in found]

    def number(self, name: str, low: float, high: float, missing: float | None = None) -> float:
        value = self.content.get(name)
        if value is None and missing is not None:
            return missing
        if not isinstance(value, (int, float)) or not low <= value <= high:
            raise DataError(
                f"The field {name!r} of the model JSON is {value!r}: not from {low:g} to {high:g}."
            )
        return float(value)

    def array(self, name: str, shape: tuple[int | None, ...]) -> Array:
        try:
            found = np.array(self.content.get(name), dtype=np.float64)
        except (TypeError, ValueError):
            raise DataError(f"The field {name!r} of the model JSON is not an array of numbers.") from None
        wanted = tuple(size if want is None else want for size, want in zip(found.shape, shape, strict=False))
        if found.ndim != len(shape) or found.shape != wanted or not np.all(np.isfinite(found)):
            raise DataError(f"The {name} of the model JSON have shape {found.shape}, or are not finite.")
        return found

    def classes(self) -> Array:
        found = self.content.get("classes")
        if not isinstance(found, list) or len(found) < 2:
            raise DataError("The field 'classes' of the model JSON should list at least two labels.")
        if not all(isinstance(label, str) for label in found) and not all(
            isinstance(label, int) for label in found
        ):
            raise DataError("The field 'classes' of the model JSON should be all text or all whole numbers.")
        return np.array(found)
