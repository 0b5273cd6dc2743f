"""Missing cells by their conditional expectation, with how sure that is."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from gmm_engine import em
from gmm_engine.mixture.mstep import MStep
from gmm_engine.rows import Frame, MemoryRows, SplitRows
from gmm_engine.rows.split import Part, regression
from gmm_engine.types import Array, Params

ROUGH_STEPS = 15


def conditional_moments(rows: SplitRows, X: Array, params: Params) -> tuple[Array, Array]:
    """Expected cells (n, d) and their standard deviations, both in the user's units.

    Observed cells are themselves, with deviation zero. `params` are in the rows' frame.
    """
    filled, deviation = X.astype(np.float64), np.zeros(X.shape)
    for part in rows.parts:
        missing = np.setdiff1d(np.arange(rows.d), part.columns)
        if len(missing) == 0:
            continue
        mean, variance = _missing_moments(rows, X, params, part, missing)
        place = np.ix_(part.index, missing)
        filled[place] = mean / rows.frame.scale + rows.frame.centre[missing]
        deviation[place] = np.sqrt(np.maximum(variance, 0)) / rows.frame.scale
    return filled, deviation


def _missing_moments(
    rows: SplitRows, X: Array, params: Params, part: Part, missing: Array
) -> tuple[Array, Array]:
    view = rows.view(params, part, labelled=False)
    resp, guesses, spread = _per_component(rows, X, params, part, missing, view)
    mean = np.einsum("mk,kmf->mf", resp, guesses)
    second = np.einsum("mk,kmf->mf", resp, np.square(guesses - mean)) + resp @ spread
    return mean, second


def _per_component(
    rows: SplitRows, X: Array, params: Params, part: Part, missing: Array, view: Params
) -> tuple[Array, Array, Array]:
    """Responsibilities (m, k), conditional means (k, m, f) and variances (k, f) of missing cells."""
    m, k = len(part.index), len(params.weights)
    if part.rows is None:
        resp = np.repeat((params.weights / params.weights.sum())[None], m, axis=0)
        guesses = np.repeat(params.means[:, None, missing], m, axis=1)
        return resp, guesses, np.diagonal(params.covariances(), axis1=1, axis2=2)[:, missing]
    logs = part.rows.log_densities(view).astype(np.float64)
    resp = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
    factors = params.factors
    if params.diagonal:
        return resp, np.repeat(params.means[:, None, missing], m, axis=1), np.square(factors[:, missing])
    cells = X[np.ix_(part.index, part.columns)].astype(np.float64)
    cells = (cells - rows.frame.centre[part.columns]) * rows.frame.scale
    mapping = regression(factors, view.factors, part.columns)[:, missing]
    whitened = np.linalg.inv(view.factors) @ (cells - view.means[:, None]).transpose(0, 2, 1)
    guesses = params.means[:, None, missing] + (mapping @ whitened).transpose(0, 2, 1)
    total = np.diagonal(params.covariances(), axis1=1, axis2=2)[:, missing]
    return resp, guesses, total - np.square(mapping).sum(axis=2).reshape(k, len(missing))


def roughly(X: Array, weight: Array | None, maximise: MStep) -> tuple[Frame, MemoryRows]:
    """A frame, and complete rows for starts: missing cells from a single Gaussian's regression."""
    means = np.nanmean(X, axis=0, dtype=np.float64)
    centred = np.where(np.isnan(X), means.astype(X.dtype), X)
    frame = Frame.of(centred, weight)
    rows = SplitRows(X, weight, frame=frame)
    first = maximise(MemoryRows(centred, weight, frame=frame).weigh(np.ones((len(X), 1))), None)
    steps = em.run(rows, first, maximise, tol=1e-3, max_iter=ROUGH_STEPS)
    single = em.drain(steps, first, tol=1e-3).params
    filled, _ = conditional_moments(rows, X, single)
    return frame, MemoryRows(filled.astype(X.dtype), weight, frame=frame)
