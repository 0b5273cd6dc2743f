"""A finished reduction: a view, a mixture in it, and a way to place rows by both."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gmm_engine.reduction import charts, directions, learn, subspaces
from gmm_engine.reduction.charts import Charts
from gmm_engine.reduction.view import View, compact, principal
from gmm_engine.types import Array, Params

METHODS = ("gmmdr", "mppca", "responsibilities", "pca")
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Plan:
    """The settings of a reduction, checked, "auto" still open as None."""

    method: str
    n_components: int
    n_mixture: int | None
    family: str | None
    n_latent: int | None
    means_share: float
    scale: bool | str
    seed: int


@dataclass(frozen=True, eq=False)
class Reduction:
    """What was learned.

    Attributes
    ----------
    method : one of `METHODS`.
    view : coordinates (p) that mixture and basis live in.
    params : mixture of k components, full factors.
    basis : (p, q) directions; for "responsibilities" only its width counts.
    n_latent : latent dimensions of each plane ("mppca").
    eigenvalues, informative : of the kernel of "gmmdr": (p,), and the directions it determines.
    """

    method: str
    view: View
    params: Params
    basis: Array
    n_latent: int
    eigenvalues: Array
    informative: int

    @cached_property
    def charts(self) -> Charts:
        """Where each component alone would put a row."""
        if self.method == "pca":
            return charts.of_scores(self.params.covariances()[0].diagonal(), self.basis.shape[1])
        if self.method == "gmmdr":
            return charts.of_directions(self.params, self.basis)
        if self.method == "responsibilities":
            return charts.of_memberships(len(self.params.weights), self.basis.shape[1])
        return charts.of_planes(self.params, self.n_latent, self.basis)

    def memberships(self, X: Array) -> Array:
        """Probability (n, k) of each component given the row."""
        return charts.memberships(self.params, self.view(X))

    def places(self, X: Array) -> Array:
        """Coordinates (n, q) of rows."""
        V = self.view(X)
        if self.method in ("pca", "gmmdr"):
            return V @ self.basis
        shares = charts.memberships(self.params, V)
        if self.method == "responsibilities":
            return np.ascontiguousarray(shares[:, : self.basis.shape[1]])
        return self._in_parts(V, shares)[0]

    def covariances(self, X: Array) -> Array:
        """Posterior covariance (n, q, q) of every row's place."""
        V = self.view(X)
        return self._in_parts(V, charts.memberships(self.params, V))[1]

    def back(self, Z: Array) -> Array:
        """Rows (n, d) for coordinates (n, q)."""
        if self.method == "responsibilities":
            return self.view.undo(charts.blended(self.params, Z))
        return self.view.undo(charts.expected(self.params, self.basis, Z))

    def _in_parts(self, V: Array, shares: Array) -> tuple[Array, Array]:
        """Moments of the places, block by block, since all places of all rows are many numbers."""
        starts = range(0, len(V), ROWS_AT_ONCE)
        parts = [self.charts.moments(V[i : i + ROWS_AT_ONCE], shares[i : i + ROWS_AT_ONCE]) for i in starts]
        means, covariances = zip(*parts, strict=True)
        return np.concatenate(means), np.concatenate(covariances)


Steps = Generator[float, None, Reduction]


def learned(X: Array, plan: Plan, known: Params | None = None) -> Steps:
    """Fit rows X (n, d); yields the share of the work that is done.

    A `known` mixture, in the data's units, spares "gmmdr" and "responsibilities" their search.
    """
    if plan.method == "pca":
        return _scores(X, plan)
    view = compact(X, plan.scale, plan.n_components)
    V, wish = view(X), learn.Wish(plan.n_mixture, plan.family, plan.seed)
    if plan.method == "mppca":
        return (yield from _planes(view, V, plan, wish))
    params = view.enter(known) if known is not None else (yield from learn.mixture(V, wish))
    return of_mixture(view, V, params, plan)


def of_mixture(view: View, V: Array, params: Params, plan: Plan) -> Reduction:
    """The coordinates that a mixture of rows V (n, p) gives."""
    p = V.shape[1]
    if plan.method == "responsibilities":
        width = min(plan.n_components, len(params.weights))
        return Reduction(plan.method, view, params, np.eye(p, width), 0, np.empty(0), 0)
    total = np.atleast_2d(np.cov(V, rowvar=False, bias=True))
    found = directions.of_mixture(params, total, min(plan.n_components, p), plan.means_share)
    return Reduction(plan.method, view, params, found[0], 0, *found[1:])


def _scores(X: Array, plan: Plan) -> Reduction:
    view = principal(X, plan.scale)
    variances = view(X).var(axis=0)
    r = len(variances)
    params = Params(np.ones(1), np.zeros((1, r)), np.diag(np.sqrt(variances))[None])
    return Reduction("pca", view, params, np.eye(r, min(plan.n_components, r)), 0, np.empty(0), 0)


def _planes(view: View, V: Array, plan: Plan, wish: learn.Wish) -> Steps:
    p = V.shape[1]
    q = min(plan.n_components, p)
    n_latent = max(min(plan.n_latent or q, p - 1), 1)
    params = yield from learn.planes(V, wish, n_latent)
    return Reduction("mppca", view, params, _span(params, n_latent, q), n_latent, np.empty(0), 0)


def _span(params: Params, n_latent: int, q: int) -> Array:
    """Principal directions (p, q) of the mixture without its noise."""
    loadings, _ = subspaces.taken_apart(params, n_latent)
    rest = params.means - params.weights @ params.means
    total = np.einsum("j,jpl,jrl->pr", params.weights, loadings, loadings)
    total += (rest * params.weights[:, None]).T @ rest
    axes = np.linalg.eigh(total)[1][:, ::-1][:, :q]
    return directions.signed(axes)
