"""What a reduction has learned, in the coordinates of its view: rows there, and back, and how sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from gmm_engine.mixture.base import model_frame
from gmm_engine.reduction import subspaces
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params


@dataclass(frozen=True, eq=False)
class Charts:
    """Where each component alone would put a row v (p,): offset + v @ slope, with a covariance.

    Attributes
    ----------
    offsets : (k, q).
    slopes : (k, p, q), or None where the row's place within its component does not matter.
    spreads : (k, q, q).
    """

    offsets: Array
    slopes: Array | None
    spreads: Array

    def places(self, V: Array) -> Array:
        """(n, k, q), or (1, k, q) where all rows share them."""
        if self.slopes is None:
            return self.offsets[None]
        return np.asarray(self.offsets + np.einsum("ip,jpq->ijq", V, self.slopes, optimize=True))

    def moments(self, V: Array, shares: Array) -> tuple[Array, Array]:
        """Mean (n, q) and covariance (n, q, q) of a row's place under its memberships (n, k)."""
        places = self.places(V)
        mean = np.einsum("ij,ijq->iq", shares, np.broadcast_to(places, (len(V), *places.shape[1:])))
        rest = places - mean[:, None, :]
        within = np.einsum("ij,jqr->iqr", shares, self.spreads)
        return mean, within + np.einsum("ij,ijq,ijr->iqr", shares, rest, rest, optimize=True)


def memberships(params: Params, V: Array) -> Array:
    """Probability (n, k) of each component given the row."""
    frame = model_frame(params, V.dtype)
    logs = MemoryRows(V, frame=frame).log_densities(frame.enter(params))
    return np.asarray(softmax(logs, axis=1))


def of_directions(params: Params, basis: Array) -> Charts:
    """A row's component as a point: the component's mean, seen along the basis (p, q)."""
    q = basis.shape[1]
    return Charts(params.means @ basis, None, np.zeros((len(params.weights), q, q)))


def of_memberships(k: int, q: int) -> Charts:
    """A row's component as a corner: one for itself, zero for the others."""
    return Charts(np.eye(k)[:, :q], None, np.zeros((k, q, q)))


def of_planes(params: Params, n_latent: int, basis: Array) -> Charts:
    """A row without its noise: its posterior place on each component's plane, seen along the basis.

    Tipping and Bishop (1999), section 3.1 for the posterior, in every component.
    """
    loadings, noise = subspaces.taken_apart(params, n_latent)
    inner = loadings.transpose(0, 2, 1) @ loadings + noise[:, None, None] * np.eye(n_latent)
    shrink = np.linalg.solve(inner, loadings.transpose(0, 2, 1))  # (k, q, p): E[latent] = shrink (v - m)
    seen = loadings.transpose(0, 2, 1) @ basis
    slopes = shrink.transpose(0, 2, 1) @ seen
    offsets = params.means @ basis - np.einsum("jp,jpq->jq", params.means, slopes)
    inverse = np.linalg.inv(inner) * noise[:, None, None]
    return Charts(offsets, slopes, seen.transpose(0, 2, 1) @ inverse @ seen)


def of_scores(variances: Array, q: int) -> Charts:
    """The probabilistic reading of principal component analysis: scores (n, p) without their noise.

    Tipping and Bishop (1999a), *Probabilistic principal component analysis*, section 3.3.
    """
    noise = float(variances[q:].mean()) if q < len(variances) else 0.0
    kept = np.maximum(1 - noise / variances[:q], 0)
    slopes = np.eye(len(variances), q)[None] * kept
    return Charts(np.zeros((1, q)), slopes, np.diag(noise * kept)[None])


def expected(params: Params, basis: Array, Z: Array) -> Array:
    """Expected row (n, p) of the mixture given its coordinates Z (n, q) = v @ basis.

    Every component contributes its linear regression on the coordinates, weighed by its
    probability given them. The result has exactly the coordinates asked for.
    """
    across = params.covariances() @ basis
    inner = basis.T @ across
    gaps = Z - (params.means @ basis)[:, None, :]
    factors = np.linalg.cholesky(inner)
    white = np.linalg.solve(factors, gaps.transpose(0, 2, 1))
    with np.errstate(divide="ignore"):
        logs = (
            np.log(params.weights)
            - 0.5 * np.square(white).sum(axis=1).T
            - np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
        )
    shares = softmax(logs, axis=1)
    slopes = np.linalg.solve(inner, across.transpose(0, 2, 1))
    found = shares @ params.means
    for share, gap, slope in zip(shares.T, gaps, slopes, strict=True):
        found += share[:, None] * (gap @ slope)
    return np.asarray(found)


def blended(params: Params, Z: Array) -> Array:
    """Row (n, p) for memberships Z (n, q) of the first q components; the others share the rest."""
    q = Z.shape[1]
    weights, means = params.weights[q:], params.means
    rest = means[0] * 0 if not len(weights) else weights @ means[q:] / max(weights.sum(), 1e-300)
    return np.asarray(Z @ means[:q] + (1 - Z.sum(axis=1, keepdims=True)) * rest)
