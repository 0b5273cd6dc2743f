"""Models as plain JSON types: written, and read back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine import covariance, validate
from gmm_engine.errors import DataError
from gmm_engine.mixture.mstep import factorise
from gmm_engine.types import Array, Params

FORMAT, VERSION = "gmm_engine.mixture", 1
LARGEST_K, LARGEST_D = 10_000, 10_000


def to_dict(model: Any) -> dict[str, Any]:
    """The fitted model as plain JSON types."""
    params = model._params()
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "covariance_type": model.covariance_type,
        "weights": params.weights.tolist(),
        "means": params.means.tolist(),
        "covariances": params.covariances().tolist(),
        "lower_bound": float(getattr(model, "lower_bound_", float("nan"))),
        "n_iter": int(getattr(model, "n_iter_", 0)),
        "converged": bool(getattr(model, "converged_", True)),
    }
    if params.noise > 0:
        document["noise"] = {"weight": params.noise, "box": model.noise_box_.tolist()}
    if getattr(model, "missing", "error") != "error":
        document["missing"] = model.missing
    if hasattr(model, "feature_names_in_"):
        document["columns"] = [str(name) for name in model.feature_names_in_]
    return document


def from_dict(kind: Any, document: Any) -> Any:
    """A fitted model of class `kind`.

    Raises
    ------
    DataError
        The document is not a model; the message names the field.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DataError(
            "This JSON is not a mixture model: the field 'format' must be "
            f"'{FORMAT}', with weights, means and covariances."
        )
    if document.get("version") != VERSION:
        raise DataError(
            f"Model field 'version' is {document.get('version')!r}; this release reads {VERSION}."
        )
    name = document.get("covariance_type")
    if name not in covariance.NAMES:
        raise DataError(f"Model field 'covariance_type' is {name!r}; expected one of {covariance.NAMES}.")
    share, box = _noise(document)
    params = _params(document, covariance.family(name).diagonal, share)
    model = kind(n_components=len(params.weights), covariance_type=name)
    if document.get("missing", "error") != "error":
        model.missing = "em"
    if box is not None:
        if box.shape != (2, params.means.shape[1]):
            raise DataError(f"Model field 'noise.box' must be 2 x {params.means.shape[1]}.")
        model.noise, model.noise_box_ = True, box
    model._set_params(params)
    model.n_features_in_ = params.means.shape[1]
    columns = document.get("columns")
    if columns is not None:
        if not isinstance(columns, list) or len(columns) != params.means.shape[1]:
            raise DataError(f"Model field 'columns' must list {params.means.shape[1]} names.")
        model.feature_names_in_ = np.array([str(name) for name in columns], dtype=object)
    model.lower_bound_ = _number(document, "lower_bound")
    model.n_iter_ = int(_number(document, "n_iter"))
    model.converged_ = bool(document.get("converged"))
    return model


def _noise(document: dict[str, Any]) -> tuple[float, Array | None]:
    noise = document.get("noise")
    if noise is None:
        return 0.0, None
    if not isinstance(noise, dict) or not 0 < _number(noise, "weight") < 1:
        raise DataError("Model field 'noise' must hold a weight between 0 and 1 and a box.")
    return _number(noise, "weight"), numbers(noise, "box", 2)


def _params(document: dict[str, Any], diagonal: bool, noise: float) -> Params:
    weights = numbers(document, "weights", 1)
    means = numbers(document, "means", 2)
    k, d = means.shape
    if len(weights) != k or not 1 <= k <= LARGEST_K or not 1 <= d <= LARGEST_D:
        raise DataError(f"Model fields 'weights' ({len(weights)}) and 'means' ({k} x {d}) do not fit.")
    weights = validate.initial_weights(weights / (1 - noise), k) * (1 - noise)
    covariances = numbers(document, "covariances", 3)
    if covariances.shape != (k, d, d) or not np.allclose(covariances, covariances.transpose(0, 2, 1)):
        raise DataError(f"Model field 'covariances' must hold {k} symmetric matrices of {d} x {d}.")
    if diagonal:
        covariances = np.diagonal(covariances, axis1=1, axis2=2).copy()
    try:
        return Params(weights, means, factorise(covariances), noise)
    except ValueError as error:
        raise DataError(f"Model field 'covariances' is not positive definite: {error}") from error


def numbers(document: dict[str, Any], name: str, ndim: int) -> Array:
    """The field `name` as a finite array of `ndim` dimensions; raises `DataError`."""
    try:
        value = np.array(document[name], dtype=np.float64)
    except KeyError:
        raise DataError(f"The model has no field '{name}'.") from None
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"Model field '{name}' is not a table of numbers: {error}.") from error
    if value.ndim != ndim or not np.all(np.isfinite(value)) or np.abs(value).max(initial=0) > 1e300:
        raise DataError(f"Model field '{name}' must be {ndim}-dimensional and finite.")
    return value


def _number(document: dict[str, Any], name: str) -> float:
    value = document.get(name, float("nan"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"Model field '{name}' must be a number, not {value!r}.")
    return float(value) if value == value and abs(value) < 1e300 else 0.0
