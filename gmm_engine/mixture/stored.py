"""Mixtures as JSON types, and back with every field checked."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from gmm_engine import covariance, validate
from gmm_engine.errors import DataError
from gmm_engine.mixture.mstep import factorise
from gmm_engine.stored import Fields, Form, column_names, set_columns
from gmm_engine.types import Array, Params

LARGEST_K, LARGEST_D = 10_000, 10_000
MOST_ITERATIONS = 10**9
PRIORS = ("dirichlet_process", "dirichlet_distribution")
CLASSIC = ("full", "tied", "diag", "spherical")


def write(model: Any) -> dict[str, Any]:
    """Parameters, and how the fit ended; a mixture that was not fitted has no lower bound."""
    params, bound = model._params(), float(getattr(model, "lower_bound_", math.nan))
    document: dict[str, Any] = {
        "covariance_type": model.covariance_type,
        "weights": params.weights.tolist(),
        "means": params.means.tolist(),
        "covariances": params.covariances().tolist(),
        "lower_bound": bound if math.isfinite(bound) else None,
        "n_iter": int(getattr(model, "n_iter_", 0)),
        "converged": bool(getattr(model, "converged_", True)),
        **column_names(model),
    }
    if params.noise > 0:
        document["noise"] = {"weight": params.noise, "box": model.noise_box_.tolist()}
    if getattr(model, "missing", "error") != "error":
        document["missing"] = model.missing
    return document


def read(model: Any, fields: Fields) -> None:
    """Give an unfitted mixture its parameters."""
    model.covariance_type = fields.choice("covariance_type", covariance.NAMES)
    share, box = _noise(fields)
    params = _params(fields, covariance.family(model.covariance_type).diagonal, share)
    model.n_components, d = params.means.shape
    if fields.content.get("missing", "error") != "error":
        model.missing = "em"
    if box is not None:
        if box.shape[1] != d:
            raise DataError(f"Field 'box' must be 2 x {d}.")
        model.noise, model.noise_box_ = True, box
    model._set_params(params)
    set_columns(model, d, fields)
    model.lower_bound_ = fields.number("lower_bound", missing=0.0)
    model.n_iter_ = int(fields.number("n_iter", 0, MOST_ITERATIONS, missing=0))
    model.converged_ = bool(fields.content.get("converged"))


def _noise(fields: Fields) -> tuple[float, Array | None]:
    """Share and box (2, d) of the noise component."""
    if "noise" not in fields:
        return 0.0, None
    noise = fields.part("noise")
    share = noise.number("weight", 0, 1)
    if not 0 < share < 1:
        raise DataError(f"Field 'weight' of the noise must lie between 0 and 1, not {share}.")
    return share, noise.array("box", (2, None))


def _params(fields: Fields, diagonal: bool, noise: float) -> Params:
    means = fields.array("means", (None, None))
    k, d = means.shape
    if k > LARGEST_K or d > LARGEST_D:
        raise DataError(f"Field 'means' has shape {k} x {d}; at most {LARGEST_K} x {LARGEST_D} can be read.")
    weights = validate.initial_weights(fields.array("weights", (k,)) / (1 - noise), k) * (1 - noise)
    covariances = fields.array("covariances", (k, d, d))
    if not np.allclose(covariances, covariances.transpose(0, 2, 1)):
        raise DataError("Field 'covariances' must hold symmetric matrices.")
    if diagonal:
        covariances = np.diagonal(covariances, axis1=1, axis2=2).copy()
    try:
        return Params(weights, means, factorise(covariances), noise)
    except ValueError as error:
        raise DataError(f"Field 'covariances' is not positive definite: {error}") from error


def write_posterior(model: Any) -> dict[str, Any]:
    """A mixture's document with the posterior beside it.

    So `GaussianMixture.from_dict` reads it too: as the mixture of the posterior means.
    """
    posterior = {
        "prior": model.weight_concentration_prior_type,
        "weight_concentration": np.atleast_2d(model.weight_concentration_).tolist(),
        "mean_precision": model.mean_precision_.tolist(),
        "degrees_of_freedom": np.atleast_1d(model.degrees_of_freedom_).tolist(),
    }
    return write(model) | {"posterior": posterior}


def read_posterior(model: Any, fields: Fields) -> None:
    """Give an unfitted variational mixture its posterior."""
    if "posterior" not in fields or fields.content.get("covariance_type") not in CLASSIC:
        raise DataError(f"This model has no posterior, or not one of the types {CLASSIC}.")
    read(model, fields)
    posterior = fields.part("posterior")
    model.weight_concentration_prior_type = posterior.choice("prior", PRIORS)
    process = model.weight_concentration_prior_type == "dirichlet_process"
    k, tied = model.n_components, model.covariance_type == "tied"
    sticks = posterior.positive("weight_concentration", (2 if process else 1, k))
    freedoms = posterior.positive("degrees_of_freedom", (1 if tied else k,))
    model.weight_concentration_ = tuple(sticks) if process else sticks[0]
    model.mean_precision_ = posterior.positive("mean_precision", (k,))
    model.degrees_of_freedom_ = freedoms[0] if tied else freedoms


FORM = Form("gmm_engine.mixture", 1, "a mixture model", write, read, settings=None)
POSTERIOR = replace(FORM, write=write_posterior, read=read_posterior)
