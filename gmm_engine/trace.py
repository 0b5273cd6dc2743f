"""Every state EM passes through, with k-means from the same start beside it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.cluster import kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning

from gmm_engine.covariance import family
from gmm_engine.errors import DataError, DegenerateFitError
from gmm_engine.mixture import GaussianMixture, shapes
from gmm_engine.mixture.mstep import factorise
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Outcome, Params, Step

SEEDED = ("k-means++", "random")
STARTS = (*SEEDED, "kmeans", "hierarchical", "auto")


@dataclass(frozen=True, eq=False)
class Trace:
    """A recorded run of EM with T iterations, in the user's units, and of k-means with S.

    Attributes
    ----------
    weights, means, covariances : (T + 1, k), (T + 1, k, d), (T + 1, k, d, d); the start first.
    bounds : (T + 1,) mean log-likelihood (nats per row) at each state.
    ended : how EM ended, in words.
    collapsed : whether it ended because a covariance became singular.
    centres : (S + 1, k, d) centres of k-means, from the same means.
    inertias : (S + 1,) sum of squared distances to the nearest centre.
    """

    weights: Array
    means: Array
    covariances: Array
    bounds: Array
    ended: str
    collapsed: bool
    centres: Array
    inertias: Array

    @property
    def n_iter(self) -> int:
        """Number of EM iterations."""
        return len(self.bounds) - 1


class Recorder:
    """Run EM one iteration at a time and keep every state.

    Iterate to the end, then read `trace`; stopping is not iterating.

    Parameters
    ----------
    X : (n, d) rows.
    n_components : number of components k.
    start : "k-means++" or "random" rows as means, with equal weights and round covariances
        of a k-th of the columns' variances; "kmeans", "hierarchical" or "auto", as in
        `GaussianMixture`; or the means (k, d) themselves.
    covariance_type, reg_covar, tol, max_iter, random_state : as in `GaussianMixture`.

    Raises
    ------
    DataError
        The rows or the means cannot be used.
    DegenerateFitError
        The start itself is singular. A collapse on the way ends the trace instead.
    """

    def __init__(
        self,
        X: Any,
        n_components: int,
        *,
        start: Any = "k-means++",
        covariance_type: str = "full",
        reg_covar: float = 1e-6,
        tol: float = 1e-5,
        max_iter: int = 200,
        random_state: int = 0,
    ) -> None:
        self.X = np.ascontiguousarray(X, np.float64)
        if len(self.X) < n_components:
            raise DataError(f"{n_components} components need at least as many rows; there are {len(self.X)}.")
        options: dict[str, Any] = {"covariance_type": covariance_type, "reg_covar": reg_covar}
        options |= {"tol": tol, "max_iter": max_iter, "random_state": random_state}
        self._max_iter = max_iter
        opening = _opening(self.X, n_components, start, options)
        self.model = GaussianMixture(n_components, **options, **opening)
        self._steps: list[Step] = []
        self._collapse = ""

    def __iter__(self) -> Iterator[Step]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                for step in self.model.iter_fit(self.X):
                    self._steps.append(step)
                    yield step
        except DegenerateFitError as error:
            if not self._steps:
                raise
            self._collapse = str(error).partition(".")[0] + "."

    @property
    def trace(self) -> Trace:
        """What was recorded, with k-means from the same means."""
        states = [self._steps[0].before, *(step.params for step in self._steps)]
        bounds = [*(step.bound for step in self._steps), _bound(self.X, states[-1])]
        centres, inertias = lloyd(self.X, states[0].means, self._max_iter)
        return Trace(
            weights=np.stack([state.weights for state in states]),
            means=np.stack([state.means for state in states]),
            covariances=np.stack([state.covariances() for state in states]),
            bounds=np.array(bounds),
            ended=self._collapse or self._outcome.value,
            collapsed=bool(self._collapse),
            centres=centres,
            inertias=inertias,
        )

    @property
    def _outcome(self) -> Outcome:
        return Outcome.CONVERGED if self.model.converged_ else Outcome.MAX_ITER


def record(X: Any, n_components: int, **options: Any) -> Trace:
    """Run EM to its end and return every state; options as in `Recorder`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (300, 1)), rng.normal(5, 1.5, (700, 1))])
    >>> run = record(X, 2, start=[[-3.0], [3.0]])
    >>> run.means[0].ravel(), run.means[-1].ravel().round(1)
    (array([-3.,  3.]), array([-0.1,  4.9]))
    >>> bool((np.diff(run.bounds) > 0).all())
    True
    """
    recorder = Recorder(X, n_components, **options)
    for _ in recorder:
        pass
    return recorder.trace


def lloyd(X: Array, means: Array, max_iter: int = 200) -> tuple[Array, Array]:
    """k-means from given means (Lloyd, 1982): centres (S + 1, k, d) and inertias (S + 1,).

    It ends when no row changes its centre. A centre without rows stays where it is.

    Examples
    --------
    >>> centres, inertias = lloyd(np.array([[0.0], [1.0], [9.0]]), np.array([[1.0], [2.0]]))
    >>> centres[-1].ravel().tolist(), inertias[-1].item()
    ([0.5, 9.0], 0.5)
    """
    centres, inertias, before = [np.array(means, np.float64)], [], None
    while True:
        distances = _squared_distances(X, centres[-1])
        nearest = distances.argmin(axis=1)
        inertias.append(float(distances[np.arange(len(X)), nearest].sum()))
        if len(inertias) > max_iter or (before is not None and np.array_equal(nearest, before)):
            return np.stack(centres), np.array(inertias)
        centres.append(_moved(X, nearest, centres[-1]))
        before = nearest


def _bound(X: Array, params: Params) -> float:
    """Mean log-likelihood (nats per row) of a mixture in the user's units."""
    rows = MemoryRows(X)
    stats = rows.estep(rows.frame.enter(params))
    return stats.log_likelihood / stats.total + rows.frame.log_volume


def _squared_distances(X: Array, centres: Array) -> Array:
    return np.stack([np.square(X - centre).sum(axis=1) for centre in centres], axis=1)


def _moved(X: Array, nearest: Array, centres: Array) -> Array:
    """Each centre at the mean of its rows."""
    counts = np.bincount(nearest, minlength=len(centres))
    sums = np.stack([np.bincount(nearest, column, len(centres)) for column in X.T], axis=1)
    return np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)


def _opening(X: Array, k: int, start: Any, options: dict[str, Any]) -> dict[str, Any]:
    """`GaussianMixture`'s arguments for a start by name or from means (k, d)."""
    if not isinstance(start, str):
        return _around(X, np.asarray(start, np.float64), options["covariance_type"])
    if start not in STARTS:
        raise DataError(f"The start must be one of {', '.join(STARTS)}, or the means; got {start!r}.")
    if start not in SEEDED:
        return {"init_params": start}
    rng = np.random.RandomState(options["random_state"])
    if start == "random":
        return _around(X, X[rng.choice(len(X), k, replace=False)], options["covariance_type"])
    return _around(X, kmeans_plusplus(X, k, random_state=rng)[0], options["covariance_type"])


def _around(X: Array, means: Array, kind: str) -> dict[str, Any]:
    """Equal weights and round covariances about the means."""
    k, chosen = len(means), family(kind)
    variances = np.tile(X.var(axis=0) / k, (k, 1))
    scatters = variances if chosen.diagonal else variances[:, :, None] * np.eye(X.shape[1])
    factors = factorise(chosen.solve(scatters, np.ones(k), None))
    precisions = shapes.precisions(shapes.precisions_cholesky(factors, kind), kind)
    return {"weights_init": np.full(k, 1 / k), "means_init": means, "precisions_init": precisions}
