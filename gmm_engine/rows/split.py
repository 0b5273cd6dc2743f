"""Rows in groups that share their observed columns and, where known, their component.

A group is ordinary rows under fewer columns or a single component; its statistics are
lifted to all columns exactly, by conditional expectation (Ghahramani and Jordan 1994;
Little and Rubin 2002, section 11.3). Only `Stats` meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.rows import matrices
from gmm_engine.rows.frame import Frame
from gmm_engine.rows.memory import MemoryRows
from gmm_engine.types import Array, Params, Stats


@dataclass(frozen=True, eq=False)
class Part:
    """One group.

    Attributes
    ----------
    index : (m,) positions among all rows.
    columns : (o,) observed columns, ascending; may be empty.
    component : the component all these rows belong to, or -1 when unknown.
    rows : the observed cells, or None when nothing is observed.
    total : sum of the rows' weights.
    """

    index: Array
    columns: Array
    component: int
    rows: MemoryRows | None
    total: float


class SplitRows:
    """Rows with missing cells (NaN) or known components.

    Parameters
    ----------
    X : (n, d), NaN where missing.
    sample_weight : (n,) or None.
    labels : (n,) component of each row, -1 where unknown, or None.
    frame : coordinates, made from complete rows.
    log_widths : (d,) log width of the noise component's box in the frame, or None.
    """

    def __init__(
        self,
        X: Array,
        sample_weight: Array | None = None,
        *,
        frame: Frame,
        labels: Array | None = None,
        log_widths: Array | None = None,
    ) -> None:
        self.n, self.d = X.shape
        self.dtype, self.frame, self.log_widths = X.dtype, frame, log_widths
        known = np.full(self.n, -1) if labels is None else np.asarray(labels)
        self.parts = [_part(X, sample_weight, index, known[index[0]], frame) for index in _groups(X, known)]
        self.total = float(sum(part.total for part in self.parts))

    @property
    def log_volume(self) -> float:
        """Add to a mean log-likelihood in the frame to have the user's: observed cells count."""
        cells = sum(part.total * len(part.columns) for part in self.parts)
        return float(cells / self.total * np.log(self.frame.scale))

    def estep(self, params: Params) -> Stats:
        """Sufficient statistics over all columns, missing ones by their conditional moments."""
        means = params.means.astype(self.dtype).astype(np.float64)
        reference = Params(params.weights, means, params.factors, params.noise, params.noise_log_density)
        inverses = None if params.diagonal else matrices.inverted(params.factors)
        found, totals = _nothing(reference), np.zeros(4)
        for part in self.parts:
            view = self.view(reference, part)
            own = _unobserved(view, part) if part.rows is None else part.rows.estep(view)
            first, second = own.first, own.second
            if len(part.columns) < self.d:
                first, second = _lifted(own, view, reference, inverses, part)
            place = slice(None) if part.component < 0 else slice(part.component, part.component + 1)
            for sums, more in ((found.weight, own.weight), (found.first, first), (found.second, second)):
                sums[place] += more
            totals += (own.log_likelihood, own.total, own.log_max, own.noise)
        return Stats(reference, found.weight, found.first, found.second, *totals.tolist())

    def log_densities(self, params: Params) -> Array:
        """Weighted log densities (n, k) of the observed cells, in the user's units."""
        out = np.empty((self.n, len(params.weights)), self.dtype)
        for part in self.parts:
            view = self.view(params, part, labelled=False)
            if part.rows is None:
                out[part.index] = np.log(view.weights)
            else:
                out[part.index] = part.rows.log_densities(view)
        return out

    def score(self, params: Params) -> tuple[Array, Array]:
        """Log density (n,) of the observed cells, and likeliest component (n,), -1 for noise."""
        scores, labels = np.zeros(self.n, self.dtype), np.empty(self.n, np.int64)
        for part in self.parts:
            view = self.view(params, part, labelled=False)
            if part.rows is None:
                likeliest = int(np.argmax(view.weights))
                labels[part.index] = likeliest if view.weights[likeliest] >= view.noise else -1
            else:
                scores[part.index], labels[part.index] = part.rows.score(view)
        return scores, labels

    def view(self, params: Params, part: Part, *, labelled: bool = True) -> Params:
        """The mixture of the part's observed columns, of its own component alone if known."""
        one = part.component >= 0 and labelled
        chosen = slice(part.component, part.component + 1) if one else slice(None)
        columns = part.columns
        noise_log = params.noise_log_density
        if self.log_widths is not None:
            noise_log = -float(self.log_widths[columns].sum())
        return Params(
            params.weights[chosen],
            params.means[chosen][:, columns],
            observed_factors(params.factors[chosen], columns),
            0.0 if one else params.noise,
            noise_log,
        )


def observed_factors(factors: Array, columns: Array) -> Array:
    """Factors of the covariances among some columns."""
    if factors.ndim == 2:
        return factors[:, columns]
    if len(columns) == factors.shape[1]:
        return factors
    rows = factors[:, columns]
    found, singular = matrices.cholesky(rows @ rows.transpose(0, 2, 1), 0.0)
    if singular >= 0:
        raise np.linalg.LinAlgError(f"the covariance of component {singular} is singular")
    return found


def regression(factors: Array, observed: Array, columns: Array) -> Array:
    """K (k, d, o) with E[x - m | z] = K z, for whitened observed cells z = L_o^-1 (x_o - m_o).

    For observed columns K is L_o itself; for missing ones C_mo L_o^-T.
    """
    covariances = factors @ factors[:, columns].transpose(0, 2, 1)
    return np.asarray(covariances @ matrices.inverted(observed).transpose(0, 2, 1))


def _groups(X: Array, known: Array) -> list[Array]:
    """Positions of the rows of each pattern of missing cells and known component."""
    seen = ~np.isnan(X)
    keys = np.column_stack([np.packbits(seen, axis=1), known.astype(np.int64)])
    _, inverse = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(inverse[order])) + 1)


def _part(X: Array, weight: Array | None, index: Array, component: int, frame: Frame) -> Part:
    columns = np.flatnonzero(~np.isnan(X[index[0]]))
    own = None if weight is None else weight[index]
    total = float(len(index) if own is None else own.sum(dtype=np.float64))
    if len(columns) == 0:
        return Part(index, columns, int(component), None, total)
    cells = np.ascontiguousarray(X[np.ix_(index, columns)])
    rows = MemoryRows(cells, own, frame=Frame(frame.centre[columns], frame.scale))
    return Part(index, columns, int(component), rows, total)


def _nothing(reference: Params) -> Stats:
    k, d = reference.means.shape
    second = np.zeros((k, d)) if reference.diagonal else np.zeros((k, d, d))
    return Stats(reference, np.zeros(k), np.zeros((k, d)), second)


def _unobserved(view: Params, part: Part) -> Stats:
    """Rows without any observed cell follow the mixing weights (or their known component)."""
    k = len(view.weights)
    mass = float(view.weights.sum()) + view.noise
    shares = view.weights / mass if part.component < 0 else np.ones(k)
    likelihood = 0.0 if part.component < 0 else part.total * float(np.log(view.weights[0]))
    second = np.zeros((k, 0) if view.diagonal else (k, 0, 0))
    largest = part.total * float(np.log(max(shares.max(), view.noise / mass)))
    noise = part.total * (view.noise / mass if part.component < 0 else 0.0)
    return Stats(view, part.total * shares, np.zeros((k, 0)), second, likelihood, part.total, largest, noise)


def _lifted(
    stats: Stats, view: Params, reference: Params, inverses: Array | None, part: Part
) -> tuple[Array, Array]:
    """Their first and second moments over all columns, whitened by the full factors."""
    chosen = slice(None) if part.component < 0 else slice(part.component, part.component + 1)
    k, d = len(stats.weight), reference.means.shape[1]
    if inverses is None:
        first = np.zeros((k, d))
        second = np.repeat(stats.weight[:, None], d, axis=1)
        first[:, part.columns], second[:, part.columns] = stats.first, stats.second
        return first, second
    factors = reference.factors[chosen]
    mapping = inverses[chosen] @ regression(factors, view.factors, part.columns)
    across = mapping.transpose(0, 2, 1)
    unexplained = np.eye(d) - mapping @ across
    first = (mapping @ stats.first[:, :, None])[:, :, 0]
    return first, mapping @ stats.second @ across + stats.weight[:, None, None] * unexplained
