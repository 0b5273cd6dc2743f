"""The rows of a series with their lags, whatever is missing in them."""

from __future__ import annotations

import numpy as np

from gmm_engine.regimes.emissions import Emissions, component_log_densities
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import LOG_2PI, Array, Params, Stats


def lagged_rows(y: Array, order: int) -> Array:
    """Each row beside its `order` predecessors: (n, d (1 + order)), NaN before the beginning."""
    n, d = y.shape
    rows = np.full((n, d * (1 + order)), np.nan)
    for lag in range(order + 1):
        rows[lag:, lag * d : (lag + 1) * d] = y[: n - lag]
    return rows


class Observed:
    """A series (n, d), NaN where missing, ready for densities and statistics.

    Without lags a row counts for what is known of it: its marginal density, and in the
    statistics its conditional mean and covariance. With lags a row counts only when it
    and its predecessors are complete. Rows that do not count have density one.
    """

    def __init__(self, y: Array, order: int = 0) -> None:
        self.n, self.d = y.shape
        self.order = order
        lagged = lagged_rows(y, order)
        self.complete: Array = np.asarray(np.isfinite(lagged).all(axis=1))
        self._rows = lagged[self.complete]
        self._memory = MemoryRows(self._rows, frame=Frame(np.zeros(lagged.shape[1])))
        self._patterns = [] if order else _patterns(y)
        self.known = self.complete.copy()
        for rows, _, _ in self._patterns:
            self.known[rows] = True
        self.n_known = int(self.known.sum())
        partial = sum(values.size for _, _, values in self._patterns)
        self.n_cells = int(self.complete.sum()) * self.d + partial

    def log_densities(self, emissions: Emissions) -> Array:
        """Log density (n, J) of what is known of each row, nats."""
        known = component_log_densities(self._memory, emissions)
        if len(known) == self.n:
            return known
        densities = np.zeros((self.n, known.shape[1]))
        densities[self.complete] = known
        for rows, cells, values in self._patterns:
            densities[rows] = _marginal(values, cells, emissions)
        return densities

    def weigh(self, resp: Array, emissions: Emissions | None) -> Stats:
        """Statistics of lagged rows under responsibilities (n, J).

        `emissions` complete rows with missing cells; without them such rows are left out.
        """
        stats = self._memory.weigh(resp if len(self._rows) == self.n else resp[self.complete])
        if emissions is None:
            return stats
        for rows, cells, values in self._patterns:
            stats = stats + _completed(stats.reference, resp[rows], values, cells, emissions)
        return stats


Pattern = tuple[Array, Array, Array]


def _patterns(y: Array) -> list[Pattern]:
    """Rows with some cells missing, by which are known: (rows, known cells, their values)."""
    known = np.isfinite(y)
    partial = np.flatnonzero(known.any(axis=1) & ~known.all(axis=1))
    kinds, which = np.unique(known[partial], axis=0, return_inverse=True)
    found = []
    for number, cells in enumerate(kinds):
        rows = partial[which.ravel() == number]
        found.append((rows, cells, y[rows][:, cells]))
    return found


def _marginal(values: Array, cells: Array, emissions: Emissions) -> Array:
    densities = np.empty((len(values), len(emissions.intercepts)))
    for j, (mean, cov) in enumerate(zip(emissions.intercepts, emissions.covariances, strict=True)):
        factor = np.linalg.cholesky(cov[np.ix_(cells, cells)])
        z = np.linalg.solve(factor, (values - mean[cells]).T)
        log_det = np.log(np.diagonal(factor)).sum()
        densities[:, j] = -0.5 * (z**2).sum(axis=0) - log_det - 0.5 * cells.sum() * LOG_2PI
    return densities


def _completed(reference: Params, resp: Array, values: Array, cells: Array, emissions: Emissions) -> Stats:
    """Statistics of partly known rows: conditional means, plus the covariance around them."""
    k, d = reference.means.shape
    weight, first, second = resp.sum(axis=0), np.empty((k, d)), np.empty((k, d, d))
    for j, (mean, cov) in enumerate(zip(emissions.intercepts, emissions.covariances, strict=True)):
        gain = np.linalg.solve(cov[np.ix_(cells, cells)], cov[cells]).T
        rows = mean + (values - mean[cells]) @ gain.T - reference.means[j]
        left = cov - gain @ cov[cells]
        first[j] = resp[:, j] @ rows
        second[j] = (resp[:, j, None] * rows).T @ rows + weight[j] * left
    return Stats(reference, weight, first, second)
