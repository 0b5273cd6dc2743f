"""Regime models as plain JSON types: written, and read back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.regimes.chain import Chain
from gmm_engine.regimes.emissions import Emissions
from gmm_engine.regimes.learn import State
from gmm_engine.rows import Frame
from gmm_engine.types import Array

FORMAT, VERSION = "gmm_engine.regimes", 1
UNWRITTEN = {"random_state"}


def write(model: Any, state: State, frame: Frame) -> dict[str, Any]:
    """The document of a fitted model."""
    parameters = {name: value for name, value in model.get_params().items() if name not in UNWRITTEN}
    emissions = state.emissions
    return {
        "format": FORMAT,
        "version": VERSION,
        "parameters": parameters,
        "centre": frame.centre.tolist(),
        "scale": float(frame.scale),
        "transition": state.chain.transition.tolist(),
        "initial": state.chain.initial.tolist(),
        "weights": emissions.weights.tolist(),
        "intercepts": emissions.intercepts.tolist(),
        "coefficients": emissions.coefficients.tolist(),
        "covariances": emissions.covariances.tolist(),
    }


def read(source: Any, known: set[str]) -> tuple[dict[str, Any], State, Frame]:
    """Parameters, state and coordinates of a document.

    Raises
    ------
    DataError
        The document is not a regime model; the message names the field.
    """
    if not isinstance(source, dict) or source.get("format") != FORMAT or source.get("version") != VERSION:
        raise DataError(f"This JSON is not a regime model: 'format' must be '{FORMAT}', 'version' {VERSION}.")
    parameters = source.get("parameters")
    if not isinstance(parameters, dict) or not set(parameters) <= known:
        raise DataError("Model field 'parameters' must hold names that RegimeModel takes.")
    initial = _numbers(source, "initial", 1)
    transition = _numbers(source, "transition", 2)
    weights, intercepts = _numbers(source, "weights", 2), _numbers(source, "intercepts", 2)
    j, d = intercepts.shape
    covariances = _shaped(_numbers(source, "covariances", 3), (j, d, d), "covariances")
    coefficients = _numbers(source, "coefficients", 3) if d * j and _has_lags(source) else np.zeros((j, d, 0))
    _shaped(coefficients, (j, d, coefficients.shape[2]), "coefficients")
    k = len(initial)
    _probabilities(_shaped(transition, (k, k), "transition"), "transition")
    _probabilities(initial, "initial")
    _probabilities(_shaped(weights, (k, j // k), "weights"), "weights")
    if np.linalg.eigvalsh(covariances).min() <= 0:
        raise DataError("Model field 'covariances' holds a matrix that is not positive-definite.")
    frame = Frame(_numbers(source, "centre", 1), _scale(source))
    emissions = Emissions(weights, intercepts, coefficients, covariances)
    return parameters, State(Chain(transition, initial), emissions), frame


def _has_lags(source: dict[str, Any]) -> bool:
    return bool(np.size(source.get("coefficients", ())))


def _scale(source: dict[str, Any]) -> float:
    scale = source.get("scale")
    if not isinstance(scale, (int, float)) or not 0 < scale < np.inf:
        raise DataError(f"Model field 'scale' is {scale!r}; it must be a positive number.")
    return float(scale)


def _numbers(source: dict[str, Any], name: str, dimensions: int) -> Array:
    try:
        values = np.asarray(source[name], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"Model field '{name}' is missing or not numeric.") from error
    if values.ndim != dimensions or not np.isfinite(values).all():
        raise DataError(
            f"Model field '{name}' needs {dimensions} dimensions, all finite; it has {values.shape}."
        )
    return values


def _shaped(values: Array, shape: tuple[int, ...], name: str) -> Array:
    if values.shape != shape:
        raise DataError(f"Model field '{name}' has shape {values.shape}; the other fields ask for {shape}.")
    return values


def _probabilities(values: Array, name: str) -> None:
    if values.min() < 0 or np.abs(values.sum(axis=-1) - 1).max() > 1e-6:
        raise DataError(f"Model field '{name}' must hold probabilities that sum to one.")
