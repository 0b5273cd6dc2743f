"""A fitted classifier as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.classify.learn import ClassMixtures
from gmm_engine.classify.reading import Reading, Readings
from gmm_engine.classify.view import View
from gmm_engine.errors import DataError
from gmm_engine.features.glyphs import CELLS, DIRECTIONS
from gmm_engine.stored import Fields, Form, column_names, mixture_of, rounded, set_columns
from gmm_engine.types import Array, Params

DIGITS = 9
N_EDGES = DIRECTIONS * CELLS**2


def write(model: Any) -> dict[str, Any]:
    """Everything that predictions need."""
    edges = model._readings.edges
    return {
        "classes": model.classes_.tolist(),
        "temperature": model.temperature_,
        "image_shape": None if model.image_shape_ is None else list(model.image_shape_),
        **_written(model._readings.rows),
        "edges": None if edges is None else _written(edges),
        **column_names(model),
    }


def _written(reading: Reading) -> dict[str, Any]:
    parts = {name: getattr(reading.view, name) for name in ("centre", "matrix", "back")}
    return {
        "view": {name: rounded(part, DIGITS) for name, part in parts.items()},
        "mixtures": mixture_of(reading.mixtures.params, DIGITS),
        "owner": reading.mixtures.owner.tolist(),
    }


def read(model: Any, fields: Fields) -> None:
    """Give an unfitted classifier what was learnt."""
    model.classes_ = fields.labels("classes")
    rows = _reading(fields, len(model.classes_))
    d = len(rows.view.centre)
    set_columns(model, d, fields)
    model.image_shape_ = _shape(fields, d)
    edges = _edges(fields, len(model.classes_)) if model.image_shape_ is not None else None
    if (edges is not None) != (model.image_shape_ is not None and model.covariance_type == "shrunk"):
        raise DataError("Field 'edges' is for pictures read with 'shrunk' covariances, and for all of them.")
    model._readings = Readings(rows, edges)
    model.temperature_ = float(fields.positive("temperature", ()))
    model.held_out_proba_ = None


def _edges(fields: Fields, n_classes: int) -> Reading | None:
    if "edges" not in fields:
        return None
    edges = _reading(fields.part("edges"), n_classes)
    if len(edges.view.centre) != N_EDGES:
        raise DataError(f"Field 'edges' must read {N_EDGES} numbers, not {len(edges.view.centre)}.")
    return edges


def _reading(fields: Fields, n_classes: int) -> Reading:
    seen = _view(fields.part("view"))
    params = fields.part("mixtures").mixture(seen.matrix.shape[1])
    return Reading(seen, ClassMixtures(params, _owner(fields, params, n_classes)))


def _view(fields: Fields) -> View:
    matrix = fields.array("matrix", (None, None))
    d, p = matrix.shape
    return View(fields.array("centre", (d,)), matrix, fields.array("back", (p, d)))


def _owner(fields: Fields, params: Params, n_classes: int) -> Array:
    owner = fields.array("owner", (len(params.weights),))
    steps = np.diff(owner, prepend=0)
    if owner[0] != 0 or owner[-1] != n_classes - 1 or not np.isin(steps, (0, 1)).all():
        raise DataError("Field 'owner' must give each component's class in order, none left out.")
    return owner.astype(np.int64)


def _shape(fields: Fields, d: int) -> tuple[int, int] | None:
    if "image_shape" not in fields:
        return None
    h, w = fields.positive("image_shape", (2,)).tolist()
    if h % 1 or w % 1 or h * w != d:
        raise DataError(f"Field 'image_shape' {h:g} x {w:g} does not have {d} pixels.")
    return int(h), int(w)


FORM = Form("gmm_engine.MixtureClassifier", 2, "a classifier", write, read)
