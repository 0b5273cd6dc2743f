"""A fitted reducer as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.reduction.fitted import METHODS, Reduction
from gmm_engine.reduction.view import View
from gmm_engine.types import Params
from gmm_engine.validate import array_field

FORMAT, VERSION = "gmm_engine.MixtureReducer", 1
SETTINGS = ("method", "n_components", "n_mixture", "covariance_type", "n_latent", "means_share", "scale")
UNIT = 1e-6


def to_dict(model: Any) -> dict[str, Any]:
    """Everything that places need, in full precision."""
    learned: Reduction = model._reduction
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "settings": {name: _plain(getattr(model, name)) for name in SETTINGS},
        "view": {name: getattr(learned.view, name).tolist() for name in ("centre", "scale", "directions")},
        "mixture": {name: getattr(learned.params, name).tolist() for name in ("weights", "means", "factors")},
        "basis": learned.basis.tolist(),
        "n_latent": learned.n_latent,
        "eigenvalues": learned.eigenvalues.tolist(),
        "informative": learned.informative,
        "explained_variance_ratio": model.explained_variance_ratio_.tolist(),
    }
    if hasattr(model, "feature_names_in_"):
        document["columns"] = [str(name) for name in model.feature_names_in_]
    return document


def fill(model: Any, document: Any) -> None:
    """Fill an unfitted reducer; `DataError` names the field that does not fit."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DataError(f"This JSON is not a reducer: the field 'format' must be {FORMAT!r}.")
    if document.get("version") != VERSION:
        raise DataError(f"Field 'version' is {document.get('version')!r}; this release reads {VERSION}.")
    settings = _part(document, "settings")
    model.set_params(**{name: settings[name] for name in SETTINGS if name in settings})
    model._validate_params()
    view = _view(_part(document, "view"))
    d, p = view.directions.shape
    basis = array_field(document, "basis", (p, None))
    method = model.method
    if method not in METHODS:
        raise DataError(f"Field 'method' is {method!r}; expected one of {METHODS}.")
    params = _mixture(_part(document, "mixture"), p)
    if method == "responsibilities" and basis.shape[1] > len(params.weights):
        raise DataError(f"Field 'basis' names {basis.shape[1]} of {len(params.weights)} components.")
    if method != "responsibilities" and np.linalg.matrix_rank(basis) < basis.shape[1]:
        raise DataError("Field 'basis' holds directions that depend on each other.")
    n_latent, informative = _count(document, "n_latent", p), _count(document, "informative", p)
    if method == "mppca" and n_latent < 1:
        raise DataError("Field 'n_latent' must be at least 1.")
    values = array_field(document, "eigenvalues", (p,)) if method == "gmmdr" else np.empty(0)
    explained = array_field(document, "explained_variance_ratio", (basis.shape[1],))
    model._adopt(Reduction(method, view, params, basis, n_latent, values, informative), explained)
    model.n_features_in_ = d
    _name_columns(model, document.get("columns"), d)


def _name_columns(model: Any, columns: Any, d: int) -> None:
    if columns is None:
        return
    if not isinstance(columns, list) or len(columns) != d:
        raise DataError(f"Field 'columns' must list {d} names.")
    model.feature_names_in_ = np.array([str(name) for name in columns], dtype=object)


def _view(document: dict[str, Any]) -> View:
    directions = array_field(document, "directions", (None, None))
    d, p = directions.shape
    centre, scale = array_field(document, "centre", (d,)), array_field(document, "scale", (d,))
    if np.any(scale <= 0):
        raise DataError("Field 'scale' must be positive.")
    if p > d or not np.allclose(directions.T @ directions, np.eye(p), atol=UNIT):
        raise DataError("Field 'directions' must hold orthogonal columns of unit length.")
    return View(centre, scale, directions)


def _mixture(document: dict[str, Any], p: int) -> Params:
    means = array_field(document, "means", (None, p))
    k = len(means)
    weights, factors = array_field(document, "weights", (k,)), array_field(document, "factors", (k, p, p))
    if np.any(weights < 0) or not np.isclose(weights.sum(), 1):
        raise DataError("Field 'weights' must hold shares that sum to one.")
    if np.any(np.diagonal(factors, axis1=1, axis2=2) <= 0) or np.any(np.triu(factors, 1)):
        raise DataError("Field 'factors' must hold lower triangles with positive diagonals.")
    return Params(weights, means, factors)


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    if not isinstance(found, dict):
        raise DataError(f"Field {name!r} must be an object.")
    return found


def _count(document: dict[str, Any], name: str, most: int) -> int:
    found = document.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
        raise DataError(f"Field {name!r} must be a whole number from 0 to {most}, not {found!r}.")
    return found


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
