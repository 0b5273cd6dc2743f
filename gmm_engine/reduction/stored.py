"""A fitted reducer as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.reduction.fitted import Reduction
from gmm_engine.reduction.view import View
from gmm_engine.stored import Fields, Form, column_names, mixture_of, set_columns

UNIT = 1e-6


def write(model: Any) -> dict[str, Any]:
    """Everything that places need, in full precision."""
    learned: Reduction = model._reduction
    return {
        "view": {name: getattr(learned.view, name).tolist() for name in ("centre", "scale", "directions")},
        "mixture": mixture_of(learned.params),
        "basis": learned.basis.tolist(),
        "n_latent": learned.n_latent,
        "eigenvalues": learned.eigenvalues.tolist(),
        "informative": learned.informative,
        "explained_variance_ratio": model.explained_variance_ratio_.tolist(),
        **column_names(model),
    }


def read(model: Any, fields: Fields) -> None:
    """Give an unfitted reducer what was learnt."""
    view = _view(fields.part("view"))
    d, p = view.directions.shape
    basis = fields.array("basis", (p, None))
    method = model.method
    params = fields.part("mixture").mixture(p)
    if method == "responsibilities" and basis.shape[1] > len(params.weights):
        raise DataError(f"Field 'basis' names {basis.shape[1]} of {len(params.weights)} components.")
    if method != "responsibilities" and np.linalg.matrix_rank(basis) < basis.shape[1]:
        raise DataError("Field 'basis' holds directions that depend on each other.")
    n_latent = fields.count("n_latent", 1 if method == "mppca" else 0, p)
    informative = fields.count("informative", 0, p)
    values = fields.array("eigenvalues", (p,)) if method == "gmmdr" else np.empty(0)
    explained = fields.array("explained_variance_ratio", (basis.shape[1],))
    model._adopt(Reduction(method, view, params, basis, n_latent, values, informative), explained)
    set_columns(model, d, fields)


def _view(fields: Fields) -> View:
    directions = fields.array("directions", (None, None))
    d, p = directions.shape
    if p > d or not np.allclose(directions.T @ directions, np.eye(p), atol=UNIT):
        raise DataError("Field 'directions' must hold orthogonal columns of unit length.")
    return View(fields.array("centre", (d,)), fields.positive("scale", (d,)), directions)


FORM = Form("gmm_engine.MixtureReducer", 1, "a reducer", write, read)
