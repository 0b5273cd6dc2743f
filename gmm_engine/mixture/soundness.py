"""Likelihoods that are artefacts: components that hold too little to be believed."""

from __future__ import annotations

import numpy as np

from gmm_engine.rows import MemoryRows
from gmm_engine.types import TINY, Array, Params, Stats

# Shares of the data's own variance in the same direction.
COLLAPSED = 1e-8
SQUEEZED = 1e-4
TIED_SHARE = 0.5


def complaint(rows: MemoryRows, pooled: Array, params: Params, stats: Stats) -> str:
    """Why a fitted mixture is not to be trusted, in words that count components from 1; empty if it is.

    A component must weigh more than d rows, no direction of it may be a ten-thousandth
    as wide as the data there, and one much narrower than the data in some column must
    not owe it to repeated values.

    pooled (d, d): covariance of all rows, in the rows' coordinates.
    """
    light = int(np.argmin(stats.weight))
    if stats.weight[light] < rows.d + 1:
        return f"component {light + 1} holds {stats.weight[light]:.1f} rows, fewer than {rows.d + 1}"
    covariances = params.covariances()
    variances, directions = np.linalg.eigh(covariances)
    reference = np.einsum("jfe,fg,jge->je", directions, pooled, directions)
    flat = (variances < COLLAPSED * reference).any(axis=1)
    if flat.any():
        return f"component {int(np.argmax(flat)) + 1} collapsed to a flat"
    shares = np.diagonal(covariances, axis1=1, axis2=2) / np.maximum(np.diagonal(pooled), TINY)
    suspects = np.argwhere(shares < SQUEEZED)
    if not len(suspects):
        return ""
    return _ties(rows, params, suspects)


def _ties(rows: MemoryRows, params: Params, suspects: Array) -> str:
    """Names the first of the (component, column) pairs where one value carries most of the weight."""
    resp = rows.log_densities(params)
    resp = np.exp(resp - resp.max(axis=1, keepdims=True))
    resp /= resp.sum(axis=1, keepdims=True)
    if rows.row_weights.size:
        resp *= rows.row_weights[:, None]
    for j, f in suspects:
        values, places = np.unique(rows.X[:, f], return_inverse=True)
        masses = np.bincount(places, resp[:, j])
        if masses.max() > TIED_SHARE * masses.sum():
            return f"component {j + 1} lives on rows tied at {values[masses.argmax()]:g} in column {f}"
    return ""
