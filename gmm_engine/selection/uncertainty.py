"""How sure the parameters are: refits to reweighted rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import check_is_fitted

from gmm_engine import em, validate
from gmm_engine.covariance import family
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.mixture.mstep import MStep
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params

KINDS = ("multinomial", "dirichlet")
TOL, MAX_ITER = 1e-6, 500


@dataclass(frozen=True, eq=False)
class ParameterBootstrap:
    """Parameters of the refits, components in the fitted model's order.

    Attributes
    ----------
    estimate : the fitted mixture.
    weights (b, k), means (b, k, d), covariances (b, k, d, d) : of b refits.
    columns : names of the columns.
    """

    estimate: Params
    weights: Array
    means: Array
    covariances: Array
    columns: tuple[str, ...]

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Estimate, standard error and percentile interval of every parameter."""
        tail = 50 * (1 - level)
        labels, estimates, draws = [], [], []
        for label, estimate, refits in self._parameters():
            labels.append(label)
            estimates.append(estimate)
            draws.append(refits)
        lower, upper = np.percentile(draws, [tail, 100 - tail], axis=1)
        table = pd.DataFrame(labels, columns=["component", "parameter"])
        return table.assign(
            estimate=estimates, standard_error=np.std(draws, axis=1, ddof=1), lower=lower, upper=upper
        )

    def _parameters(self) -> Iterator[tuple[tuple[int, str], float, Array]]:
        """((component, name), estimate, refits (b,)) of each free number."""
        covariances = self.estimate.covariances()
        for j in range(len(self.estimate.weights)):
            yield (j, "weight"), self.estimate.weights[j], self.weights[:, j]
            for f, name in enumerate(self.columns):
                yield (j, f"mean of {name}"), self.estimate.means[j, f], self.means[:, j, f]
            for f, name in enumerate(self.columns):
                for g in range(f + 1):
                    title = f"variance of {name}" if f == g else f"covariance of {self.columns[g]} and {name}"
                    yield (j, title), covariances[j, f, g], self.covariances[:, j, f, g]


def bootstrap_parameters(
    model: GaussianMixture,
    X: Any,
    *,
    n_resamples: int = 199,
    kind: str = "multinomial",
    random_state: int = 0,
) -> ParameterBootstrap:
    """Standard errors and intervals of a fitted mixture's parameters.

    Every resample weights the rows anew and carries EM on from the fitted parameters, so
    that components keep their places.

    Parameters
    ----------
    model : fitted mixture.
    X : (n, d) the rows it was fitted to.
    n_resamples : number of refits b.
    kind : "multinomial", rows drawn with replacement (Efron, 1979), or "dirichlet", the
        weighted likelihood bootstrap (Newton and Raftery, 1994), which never loses a row.
    random_state : seed.

    Raises
    ------
    DegenerateFitError
        Not one refit was possible.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import GaussianMixture, bootstrap_parameters
    >>> X = np.random.default_rng(0).normal(size=(400, 1))
    >>> refits = bootstrap_parameters(GaussianMixture(1).fit(X), X, n_resamples=50)
    >>> error = refits.table().set_index("parameter")["standard_error"]
    >>> bool(abs(error["mean of x0"] - 1 / 20) < 0.02)
    True
    """
    check_is_fitted(model)
    if kind not in KINDS:
        raise InvalidParameterError(f"kind must be one of {KINDS}; got {kind!r}.")
    checked = validate.rows(model, X, reset=False)
    refits = list(_refits(model, MemoryRows(checked), n_resamples, kind, random_state))
    if not refits:
        raise DegenerateFitError("Every refit collapsed. Try fewer components or kind='dirichlet'.")
    return ParameterBootstrap(
        model.parameters(),
        np.array([params.weights for params in refits]),
        np.array([params.means for params in refits]),
        np.array([params.covariances() for params in refits]),
        tuple(getattr(model, "feature_names_in_", [f"x{f}" for f in range(checked.shape[1])])),
    )


def _refits(
    model: GaussianMixture, rows: MemoryRows, n_resamples: int, kind: str, random_state: int
) -> Iterator[Params]:
    rng = np.random.RandomState(random_state)
    rule = family(model.covariance_type)
    maximise = MStep(rule, np.full(rows.d, model.reg_covar * rows.frame.scale**2))
    start = rows.frame.enter(model.parameters())
    if rule.diagonal and not start.diagonal:
        start = replace(start, factors=np.diagonal(start.factors, axis1=1, axis2=2))
    for _ in range(n_resamples):
        weight = _row_weights(rows.n, kind, rng)
        present = weight > 0
        resample = MemoryRows(rows.X[present], weight[present], frame=rows.frame)
        try:
            run = em.drain(em.run(resample, start, maximise, tol=TOL, max_iter=MAX_ITER), start, tol=TOL)
        except DegenerateFitError:
            continue
        yield rows.frame.leave(run.params)


def _row_weights(n: int, kind: str, rng: np.random.RandomState) -> Array:
    if kind == "multinomial":
        return rng.multinomial(n, np.full(n, 1 / n)).astype(np.float64)
    return np.asarray(n * rng.dirichlet(np.ones(n)))
