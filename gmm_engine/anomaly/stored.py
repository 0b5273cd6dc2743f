"""A fitted detector as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.anomaly.panel import Panel
from gmm_engine.anomaly.scaling import SoftScale
from gmm_engine.errors import DataError
from gmm_engine.types import Array, Params
from gmm_engine.validate import array_field

FORMAT, VERSION = "gmm_engine.MixtureOutlierDetector", 1
SETTINGS = ("threshold", "level", "n_components", "ridge", "trim", "clean", "max_rows")
MOST_MIXTURES = 100


def to_dict(model: Any) -> dict[str, Any]:
    """Everything that scores, lines and explanations need."""
    panel = model._panel
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "settings": {name: getattr(model, name) for name in SETTINGS},
        "centre": panel.scale.centre.tolist(),
        "width": panel.scale.width.tolist(),
        "shares": panel.weights.tolist(),
        "mixtures": [
            {name: getattr(params, name).tolist() for name in ("weights", "means", "factors")}
            for params in panel.mixtures
        ],
        "orders": model._orders.tolist(),
        "typical": model._typical.tolist(),
        "typical_score": model.typical_score_,
        "offset": float(model.offset_),
        "held_out": model.held_out_.tolist(),
        "training": np.quantile(model._training, np.linspace(0, 1, min(len(model._training), 2001))).tolist(),
    }
    if hasattr(model, "feature_names_in_"):
        document["columns"] = [str(name) for name in model.feature_names_in_]
    return document


def fill(model: Any, document: Any) -> None:
    """Fill an unfitted detector; `DataError` names the field that does not fit."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DataError(f"This JSON is not an outlier detector: the field 'format' must be {FORMAT!r}.")
    if document.get("version") != VERSION:
        raise DataError(f"Field 'version' is {document.get('version')!r}; this release reads {VERSION}.")
    centre = array_field(document, "centre", (None,))
    d = len(centre)
    scale = SoftScale(centre, _positive(document, "width", (d,)))
    mixtures = document.get("mixtures")
    if not isinstance(mixtures, list) or not 1 <= len(mixtures) <= MOST_MIXTURES:
        raise DataError(f"Field 'mixtures' must list 1 to {MOST_MIXTURES} mixtures.")
    shares = _positive(document, "shares", (len(mixtures),))
    model._panel = Panel(scale, tuple(_mixture(part, d) for part in mixtures), shares)
    model._orders = _orders(document, d)
    model._typical = array_field(document, "typical", (d,))
    model.typical_score_ = float(array_field(document, "typical_score", ()))
    model.offset_ = float(array_field(document, "offset", ()))
    model.held_out_ = np.sort(array_field(document, "held_out", (None,)))
    model._training = np.sort(array_field(document, "training", (None,)))
    model.n_features_in_ = d
    _set_names(model, document.get("columns"), d)
    settings = document.get("settings")
    if not isinstance(settings, dict):
        raise DataError("Field 'settings' must be an object.")
    model.set_params(**{name: value for name, value in settings.items() if name in SETTINGS})
    model._validate_params()


def _mixture(document: Any, d: int) -> Params:
    if not isinstance(document, dict):
        raise DataError("Field 'mixtures' must list objects.")
    weights = array_field(document, "weights", (None,))
    k = len(weights)
    if np.any(weights < 0) or not np.isclose(weights.sum(), 1):
        raise DataError("Field 'weights' must hold shares that sum to one.")
    factors = array_field(document, "factors", (k, d, d))
    if np.any(np.diagonal(factors, axis1=1, axis2=2) <= 0) or np.any(np.triu(factors, 1)):
        raise DataError("Field 'factors' must hold lower triangles with positive diagonals.")
    return Params(weights, array_field(document, "means", (k, d)), factors)


def _orders(document: dict[str, Any], d: int) -> Array:
    found = array_field(document, "orders", (None, d)).astype(np.int64)
    if not np.array_equal(np.sort(found, axis=1), np.tile(np.arange(d), (len(found), 1))):
        raise DataError(f"Field 'orders' must hold orders of {d} columns.")
    return found


def _set_names(model: Any, names: Any, d: int) -> None:
    if names is None:
        return
    if not isinstance(names, list) or len(names) != d:
        raise DataError(f"Field 'columns' must list {d} names.")
    model.feature_names_in_ = np.array([str(name) for name in names], dtype=object)


def _positive(document: dict[str, Any], name: str, shape: tuple[int | None, ...]) -> Array:
    found = array_field(document, name, shape)
    if np.any(found <= 0):
        raise DataError(f"Field {name!r} must hold positive numbers.")
    return found
