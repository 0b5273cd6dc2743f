"""A fitted classifier of recordings as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.sequences.bags import Bags
from gmm_engine.sequences.calibration import Calibration
from gmm_engine.sequences.chains import Chains, ChainView
from gmm_engine.sequences.context import REACH, LinearView
from gmm_engine.sequences.sessions import SessionScaling
from gmm_engine.sequences.states import StateMixtures
from gmm_engine.stored import Fields, Form, mixture_of, rounded
from gmm_engine.types import Params

DIGITS = 9
LARGEST_PULL = 1e12
MOST_COLUMNS = 10_000


def write(model: Any) -> dict[str, Any]:
    """Everything that predictions need."""
    scaling, counts = model._scaling, model.calibration_.confusion
    return {
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


def read(model: Any, fields: Fields) -> None:
    """Give an unfitted classifier what was learnt."""
    model.classes_ = fields.labels("classes")
    d = model.n_features_in_ = fields.count("columns", 1, MOST_COLUMNS)
    model.calibration_ = _calibration_from(fields.part("calibration"), len(model.classes_))
    model._scaling = _scaling_from(fields.part("scaling"), d) if "scaling" in fields else None
    model._models = _models_from(fields.part("models"), d, len(model.classes_), model.n_states)


def _models_to(models: Chains | Bags) -> dict[str, Any]:
    if isinstance(models, Bags):
        mixtures = [mixture_of(params, DIGITS) for params in models.classes]
        return {"bags": mixtures, "background": mixture_of(models.background, DIGITS)}
    return {
        "views": [
            {
                "matrix": rounded(view.view.matrix, DIGITS),
                "centre": rounded(view.view.centre, DIGITS),
                "components": view.states.k,
                "states": mixture_of(view.states.params, DIGITS),
            }
            for view in models.views
        ]
    }


def _models_from(fields: Fields, d: int, n_classes: int, n_states: int) -> Chains | Bags:
    if "bags" in fields:
        found = [_mixture_from(part, d) for part in fields.parts("bags")]
        if len(found) != n_classes:
            raise DataError(f"Field 'bags' holds {len(found)} mixtures for {n_classes} classes.")
        return Bags(tuple(found), _mixture_from(fields.part("background"), d))
    views = []
    for part in fields.parts("views"):
        matrix = part.array("matrix", ((2 * REACH + 1) * d, None))
        k = part.count("components", 1, 64)
        states = _mixture_from(part.part("states"), matrix.shape[1])
        if len(states.weights) != n_classes * n_states * k:
            raise DataError("Field 'states' does not fit the classes: 'weights' has another length.")
        view = LinearView(matrix, part.array("centre", (len(matrix),)))
        views.append(ChainView(view, StateMixtures(states, k)))
    return Chains(tuple(views), n_states)


def _mixture_from(fields: Fields, d: int) -> Params:
    """Many small mixtures side by side, so weights need not sum to one; factors may be diagonal."""
    means = fields.array("means", (None, d))
    k, weights = len(means), fields.array("weights", (len(means),))
    if np.any(weights < 0):
        raise DataError(f"Field 'weights' must not be negative, found {weights.min():.3g}.")
    diagonal = _depth(fields.content.get("factors")) == 2
    factors = fields.array("factors", (k, d) if diagonal else (k, d, d))
    scale = factors if diagonal else np.diagonal(factors, axis1=1, axis2=2)
    if np.any(scale <= 0):
        raise DataError("Field 'factors' must be positive, or a covariance is not positive definite.")
    return Params(weights, means, factors)


def _depth(value: Any) -> int:
    """How many lists lie in one another."""
    depth = 0
    while isinstance(value, list) and value:
        depth, value = depth + 1, value[0]
    return depth


def _scaling_to(scaling: SessionScaling) -> dict[str, Any]:
    return {
        "mean": rounded(scaling.mean, DIGITS),
        "variance": rounded(scaling.variance, DIGITS),
        "mean_pull": _finite(scaling.mean_pull),
        "variance_pull": _finite(scaling.variance_pull),
    }


def _scaling_from(fields: Fields, d: int) -> SessionScaling:
    pulls = [fields.number(name, 0, LARGEST_PULL, np.inf) for name in ("mean_pull", "variance_pull")]
    return SessionScaling(fields.array("mean", (d,)), fields.positive("variance", (d,)), *pulls)


def _calibration_from(fields: Fields, n_classes: int) -> Calibration:
    return Calibration(
        fields.number("sharpness", 0),
        fields.number("threshold", missing=-np.inf),
        fields.number("accuracy", 0, 1, missing=np.nan),
        fields.array("confusion", (n_classes, n_classes)).astype(np.int64) if "confusion" in fields else None,
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


FORM = Form("gmm_engine.SequenceClassifier", 1, "a word model", write, read, settings="parameters")
