"""Which columns make a row strange, and what would have been ordinary instead.

Surprise is shared out by the chain rule: in any order of the columns, the surprise of a row is
the sum of each column's surprise given those before it, -log p(x_f | x_before). The mean over
orders, each with its reverse, favours no column (Shapley's value of the marginal surprises).
Less the same mean of ordinary rows, the shares sum to the row's excess, whatever the orders.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
from scipy.special import logsumexp

from gmm_engine.anomaly.panel import Panel
from gmm_engine.types import LOG_2PI, TINY, Array, Params

FEW = 3  # columns of which all orders are taken
PAIRS, PAIRS_IF_WIDE, WIDE = 12, 2, 100  # orders, with their reverses, of more columns
ROWS = 2000  # at a time
GUILTY = 0.25  # share of the largest surprise from which a column is held to be strange


def orders(d: int, rng: np.random.RandomState) -> Array:
    """Orders (m, d) of the columns over which surprise is averaged."""
    if d <= FEW:
        return np.array(list(permutations(range(d))))
    drawn = np.array([rng.permutation(d) for _ in range(PAIRS if d < WIDE else PAIRS_IF_WIDE)])
    return np.concatenate([drawn, drawn[:, ::-1]])


def shares(panel: Panel, X: Array, ways: Array) -> Array:
    """Surprise (n, d) of every column of rows X, nats; rows sum to the panel's surprise."""
    out = np.empty(X.shape)
    for first in range(0, len(X), ROWS):
        Z = panel.scale(X[first : first + ROWS])
        parts = [
            weight * np.mean([_in_order(params, Z, order) for order in ways], axis=0)
            for weight, params in zip(panel.weights, panel.mixtures, strict=True)
        ]
        out[first : first + ROWS] = np.sum(parts, axis=0)
    return out


def _in_order(params: Params, Z: Array, order: Array) -> Array:
    """-log p(z_f | columns before f in the order), (n, d)."""
    columns = params.factors[:, order]
    factors = np.linalg.cholesky(columns @ columns.transpose(0, 2, 1))
    gaps = (Z[:, None, order] - params.means[:, order]).transpose(1, 2, 0)
    whitened = np.linalg.solve(factors, gaps)
    scale = np.log(np.diagonal(factors, axis1=1, axis2=2)) + 0.5 * LOG_2PI
    logs = -np.cumsum(0.5 * np.square(whitened) + scale[:, :, None], axis=1)
    prefixes = logsumexp(logs + np.log(params.weights)[:, None, None], axis=0)
    out = np.empty(Z.shape)
    out[:, order] = -np.diff(prefixes, axis=0, prepend=0).T
    return out


def ordinary(panel: Panel, X: Array, surprise: Array) -> Array:
    """Rows X (n, d) with their strange columns as the other columns would have them.

    Every mixture proposes the strange columns' mean given the others, in the component where its
    density is highest. Of the proposals, the one that the panel finds least surprising is taken.
    """
    strange = surprise >= GUILTY * surprise.max(axis=1, keepdims=True)
    Z = panel.scale(X)
    proposals = np.stack([_repaired(params, Z, strange) for params in panel.mixtures])
    judged = np.stack([panel.each(rows) @ panel.weights for rows in proposals])
    chosen = proposals[judged.argmin(axis=0), np.arange(len(Z))]
    return np.where(strange, panel.scale.undo(chosen), X)


def _repaired(params: Params, Z: Array, strange: Array) -> Array:
    """Scaled rows whose strange cells make the joint density highest, the others held.

    In precisions P of a component, the strange cells' conditional mean given the others lies
    P_ff^-1 P_fg (x_g - m_g) below their mean, so only matrices of the strange cells are solved.
    """
    out = Z.copy()
    precisions = np.linalg.inv(params.covariances())
    heights = np.log(np.maximum(params.weights, TINY)) + 0.5 * np.linalg.slogdet(precisions)[1]
    patterns, which = np.unique(strange, axis=0, return_inverse=True)
    for pattern, hidden in enumerate(patterns):
        rows, free = np.flatnonzero(which == pattern), np.flatnonzero(hidden)
        gaps = np.where(hidden, 0, Z[rows, None] - params.means)
        pulls = np.einsum("kfg,mkg->mkf", precisions, gaps)
        inner = precisions[:, free][:, :, free]
        shifts = np.linalg.solve(inner, pulls[:, :, free, None])[..., 0]
        squares = (gaps * pulls).sum(axis=2) - (pulls[:, :, free] * shifts).sum(axis=2)
        best = np.argmax(heights - 0.5 * squares, axis=1)
        moved = params.means[best][:, free] - shifts[np.arange(len(rows)), best]
        out[np.ix_(rows, free)] = moved
    return out
