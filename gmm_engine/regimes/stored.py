"""Regime models as JSON types, and back with every field checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.regimes.chain import Chain
from gmm_engine.regimes.emissions import Emissions
from gmm_engine.regimes.learn import State
from gmm_engine.rows import Frame
from gmm_engine.stored import Fields, Form


def write(model: Any) -> dict[str, Any]:
    """The regimes and their coordinates, without the series."""
    frame, chain, emissions = model._frame, model._state.chain, model._state.emissions
    return {
        "centre": frame.centre.tolist(),
        "scale": float(frame.scale),
        "transition": chain.transition.tolist(),
        "initial": chain.initial.tolist(),
        "weights": emissions.weights.tolist(),
        "intercepts": emissions.intercepts.tolist(),
        "coefficients": emissions.coefficients.tolist(),
        "covariances": emissions.covariances.tolist(),
    }


def read(model: Any, fields: Fields) -> None:
    """Give an unfitted model the regimes of a document."""
    initial = fields.shares("initial", (None,))
    k = len(initial)
    transition = fields.shares("transition", (k, k))
    intercepts = fields.array("intercepts", (None, None))
    j, d = intercepts.shape
    weights = fields.shares("weights", (k, j // k))
    if weights.size != j:
        raise DataError(f"Field 'intercepts' has {j} components, 'weights' {weights.size}.")
    covariances = fields.array("covariances", (j, d, d))
    symmetric = np.allclose(covariances, covariances.transpose(0, 2, 1))
    if not symmetric or np.linalg.eigvalsh(covariances).min() <= 0:
        raise DataError("Field 'covariances' holds a matrix that is not symmetric, positive-definite.")
    centre = fields.array("centre", (None,))
    if d != len(centre) * model.window:
        raise DataError(
            f"Field 'intercepts' has {d} columns; 'centre' and the window ask for another number."
        )
    frame = Frame(centre, float(fields.positive("scale", ())))
    emissions = Emissions(weights, intercepts, _coefficients(fields, j, d, model.order), covariances)
    model._set_state(State(Chain(transition, initial), emissions), frame)


def _coefficients(fields: Fields, j: int, d: int, order: int) -> Any:
    """Coefficients (j, d, q) of the lags; without lags there are none to read."""
    return fields.array("coefficients", (j, d, d * order)) if order else np.zeros((j, d, 0))


FORM = Form("gmm_engine.regimes", 1, "a regime model", write, read, settings="parameters")
