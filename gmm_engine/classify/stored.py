"""A fitted classifier as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine.classify.learn import ClassMixtures
from gmm_engine.classify.reading import Reading, Readings
from gmm_engine.classify.view import View
from gmm_engine.errors import DataError
from gmm_engine.features.glyphs import CELLS, DIRECTIONS
from gmm_engine.types import Array, Params
from gmm_engine.validate import array_field

FORMAT, VERSION = "gmm_engine.MixtureClassifier", 2
SETTINGS = ("n_components", "covariance_type", "shared", "n_varied", "calibrate", "reg_covar")
DIGITS = 9
N_EDGES = DIRECTIONS * CELLS**2
LABELS = {str, int, float, bool}


def to_dict(model: Any) -> dict[str, Any]:
    """Everything that predictions need."""
    edges = model._readings.edges
    return {
        "format": FORMAT,
        "version": VERSION,
        "settings": {name: getattr(model, name) for name in SETTINGS},
        "classes": model.classes_.tolist(),
        "temperature": model.temperature_,
        "image_shape": None if model.image_shape_ is None else list(model.image_shape_),
        **_document(model._readings.rows),
        "edges": None if edges is None else _document(edges),
    }


def _document(reading: Reading) -> dict[str, Any]:
    params = reading.mixtures.params
    return {
        "view": {name: _plain(getattr(reading.view, name)) for name in ("centre", "matrix", "back")},
        "mixtures": {name: _plain(getattr(params, name)) for name in ("weights", "means", "factors")},
        "owner": reading.mixtures.owner.tolist(),
    }


def fill(model: Any, document: Any) -> None:
    """Fill an unfitted classifier; `DataError` names the field that does not fit."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DataError(f"This JSON is not a classifier: the field 'format' must be {FORMAT!r}.")
    if document.get("version") != VERSION:
        raise DataError(f"Field 'version' is {document.get('version')!r}; this release reads {VERSION}.")
    settings = {name: value for name, value in _part(document, "settings").items() if name in SETTINGS}
    model.set_params(**settings)
    try:
        model._validate_params()
    except InvalidParameterError as problem:
        raise DataError(f"Field 'settings' does not fit: {problem}") from None
    model.classes_ = _classes(document)
    rows = _reading(document, len(model.classes_))
    model.n_features_in_ = len(rows.view.centre)
    model.image_shape_ = _shape(document, model.n_features_in_)
    edges = _edges(document, len(model.classes_), model.image_shape_ is not None)
    model._readings = Readings(rows, edges)
    if (edges is not None) != (model.image_shape_ is not None and model.covariance_type == "shrunk"):
        raise DataError("Field 'edges' is for pictures read with 'shrunk' covariances, and for all of them.")
    model.temperature_ = float(array_field(document, "temperature", ()))
    if model.temperature_ <= 0:
        raise DataError(f"Field 'temperature' must be positive, not {model.temperature_}.")
    model.held_out_proba_ = None


def _edges(document: dict[str, Any], n_classes: int, pictures: bool) -> Reading | None:
    if document.get("edges") is None or not pictures:
        return None
    edges = _reading(_part(document, "edges"), n_classes)
    if len(edges.view.centre) != N_EDGES:
        raise DataError(f"Field 'edges' must read {N_EDGES} numbers, not {len(edges.view.centre)}.")
    return edges


def _reading(document: dict[str, Any], n_classes: int) -> Reading:
    seen, params = _view(_part(document, "view")), _mixture(_part(document, "mixtures"))
    p = seen.matrix.shape[1]
    if params.means.shape[1] != p:
        raise DataError(f"Fields 'view' ({p} directions) and 'mixtures' do not fit.")
    return Reading(seen, ClassMixtures(params, _owner(document, params, n_classes)))


def _view(document: dict[str, Any]) -> View:
    matrix = array_field(document, "matrix", (None, None))
    d, p = matrix.shape
    return View(array_field(document, "centre", (d,)), matrix, array_field(document, "back", (p, d)))


def _mixture(document: dict[str, Any]) -> Params:
    means = array_field(document, "means", (None, None))
    k, p = means.shape
    weights, factors = array_field(document, "weights", (k,)), array_field(document, "factors", (k, p, p))
    if np.any(weights < 0) or not np.isclose(weights.sum(), 1):
        raise DataError("Field 'weights' must hold shares that sum to one.")
    if np.any(np.diagonal(factors, axis1=1, axis2=2) <= 0) or np.any(np.triu(factors, 1)):
        raise DataError("Field 'factors' must hold lower triangles with positive diagonals.")
    return Params(weights, means, factors)


def _owner(document: dict[str, Any], params: Params, n_classes: int) -> Array:
    owner = array_field(document, "owner", (len(params.weights),))
    steps = np.diff(owner, prepend=0)
    if owner[0] != 0 or owner[-1] != n_classes - 1 or not np.isin(steps, (0, 1)).all():
        raise DataError("Field 'owner' must give each component's class in order, none left out.")
    return owner.astype(np.int64)


def _classes(document: dict[str, Any]) -> Array:
    found = document.get("classes")
    kinds = {type(label) for label in found} if isinstance(found, list) else set()
    if not isinstance(found, list) or len(found) < 2 or len(kinds) > 1 or not kinds <= LABELS:
        raise DataError("Field 'classes' must list at least two labels, all text or all numbers.")
    if len(set(found)) < len(found):
        raise DataError("Field 'classes' names a label twice.")
    return np.array(found)


def _shape(document: dict[str, Any], d: int) -> tuple[int, int] | None:
    if document.get("image_shape") is None:
        return None
    h, w = array_field(document, "image_shape", (2,)).astype(int).tolist()
    if h < 1 or h * w != d:
        raise DataError(f"Field 'image_shape' {h} x {w} does not have {d} pixels.")
    return h, w


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    if not isinstance(found, dict):
        raise DataError(f"Field {name!r} must be an object.")
    return found


def _plain(array: Array) -> Any:
    return np.array([float(f"{value:.{DIGITS}g}") for value in array.ravel()]).reshape(array.shape).tolist()
