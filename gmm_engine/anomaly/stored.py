"""A fitted detector as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.anomaly.panel import Panel
from gmm_engine.anomaly.scaling import SoftScale
from gmm_engine.errors import DataError
from gmm_engine.stored import Fields, Form, column_names, mixture_of, set_columns
from gmm_engine.types import Array

MOST_MIXTURES = 100
# So many quantiles stand for the training rows' surprises.
TRAINING_POINTS = 2001


def write(model: Any) -> dict[str, Any]:
    """Everything that scores, lines and explanations need."""
    panel, training = model._panel, model._training
    return {
        "centre": panel.scale.centre.tolist(),
        "width": panel.scale.width.tolist(),
        "shares": panel.weights.tolist(),
        "mixtures": [mixture_of(params) for params in panel.mixtures],
        "orders": model._orders.tolist(),
        "typical": model._typical.tolist(),
        "typical_score": model.typical_score_,
        "offset": float(model.offset_),
        "held_out": model.held_out_.tolist(),
        "training": np.quantile(training, np.linspace(0, 1, min(len(training), TRAINING_POINTS))).tolist(),
        **column_names(model),
    }


def read(model: Any, fields: Fields) -> None:
    """Give an unfitted detector what was learnt."""
    centre = fields.array("centre", (None,))
    d = len(centre)
    scale = SoftScale(centre, fields.positive("width", (d,)))
    mixtures = tuple(part.mixture(d) for part in fields.parts("mixtures", MOST_MIXTURES))
    model._panel = Panel(scale, mixtures, fields.positive("shares", (len(mixtures),)))
    model._orders = _orders(fields, d)
    model._typical = fields.array("typical", (d,))
    model.typical_score_ = fields.number("typical_score")
    model.offset_ = fields.number("offset")
    model.held_out_ = np.sort(fields.array("held_out", (None,)))
    model._training = np.sort(fields.array("training", (None,)))
    set_columns(model, d, fields)


def _orders(fields: Fields, d: int) -> Array:
    found = fields.array("orders", (None, d))
    if not np.array_equal(np.sort(found, axis=1), np.tile(np.arange(d), (len(found), 1))):
        raise DataError(f"Field 'orders' must hold orders of {d} columns.")
    return found.astype(np.int64)


FORM = Form("gmm_engine.MixtureOutlierDetector", 1, "an outlier detector", write, read)
