"""Every number of components with every covariance family, judged by one criterion."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine import validate
from gmm_engine.covariance import FAMILIES, NAMES, family
from gmm_engine.errors import DataError, DegenerateFitError
from gmm_engine.mixture import GaussianMixture, afar, shapes
from gmm_engine.mixture.search import Search, Stop
from gmm_engine.mixture.task import laid_out
from gmm_engine.rows import is_far, source_of
from gmm_engine.selection.candidate import Candidate, Selection
from gmm_engine.selection.folds import HeldOut
from gmm_engine.types import Params

CRITERIA = ("bic", "aic", "icl", "cv")
# In one column shape and orientation mean nothing: only equal and varying variances differ.
IN_ONE_COLUMN = ("EII", "VII")


def select_model(
    X: Any,
    n_components: Iterable[int] = range(1, 10),
    covariance_types: str | Iterable[str] = "all",
    criterion: str = "bic",
    *,
    sample_weight: Any = None,
    reg_covar: float = 0.0,
    tol: float = 3e-5,
    max_iter: int = 1000,
    n_folds: int = 5,
    missing: str = "error",
    random_state: int | None = 0,
) -> Selection:
    """Choose the number of components and the covariance family.

    Parameters
    ----------
    X : (n, d) rows, or rows that are not in memory, as for `GaussianMixture.fit`.
    n_components : numbers of components to try.
    covariance_types : "all" for the fourteen families, or some of their names or of
        scikit-learn's four.
    criterion : "bic" (Schwarz, 1978), "aic" (Akaike, 1974), "icl" (Biernacki, Celeux and
        Govaert, 2000) or "cv", the likelihood of held-out rows in `n_folds` folds.
    sample_weight : (n,) weights; the criteria count their sum as the number of rows.
    reg_covar : added to every variance, in squared units of the data.
    tol, max_iter : when EM stops, as in `GaussianMixture`; the best candidate is carried on further.
    n_folds : for criterion "cv" only.
    missing : "error", or "em" to judge every candidate by the observed cells of rows with NaN.
    random_state : seed; the result does not depend on the number of threads.

    Raises
    ------
    DegenerateFitError
        No candidate is sound.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import select_model
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (100, 2)), rng.normal(8, 1, (100, 2))])
    >>> found = select_model(X, range(1, 4), ("EII", "VVV"))
    >>> found.best.n_components, found.best.covariance_type
    (2, 'EII')
    """
    options: dict[str, Any] = {
        "sample_weight": sample_weight,
        "reg_covar": reg_covar,
        "tol": tol,
        "max_iter": max_iter,
        "missing": missing,
        "random_state": random_state,
    }
    X = source_of(X) if is_far(X) else X  # opened and surveyed once for all candidates
    candidates = sweep(X, n_components, covariance_types, criterion, n_folds=n_folds, **options)
    return choose(X, candidates, criterion, **options)


def sweep(
    X: Any,
    n_components: Iterable[int] = range(1, 10),
    covariance_types: str | Iterable[str] = "all",
    criterion: str = "bic",
    *,
    sample_weight: Any = None,
    reg_covar: float = 0.0,
    tol: float = 3e-5,
    max_iter: int = 1000,
    n_folds: int = 5,
    missing: str = "error",
    skip: Collection[tuple[int, str]] = (),
    random_state: int | None = 0,
) -> Iterator[Candidate]:
    """`select_model` one candidate at a time, in order of the number of components.

    Parameters
    ----------
    X, n_components, covariance_types, criterion, sample_weight, reg_covar, tol, max_iter, missing,
    random_state :
        as in `select_model`.
    n_folds : for criterion "cv" only, which costs so many fits more and needs complete rows.
    skip : pairs of number and family that are not fitted, since they are known.

    Yields
    ------
    Candidate as soon as it is fitted; stopping is not iterating. `choose` picks from them.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> [candidate.covariance_type for candidate in sweep(X, [1], ("EII", "diag"))]
    ['EII', 'diag']
    """
    _known(criterion)
    counts = sorted(set(n_components))
    if not counts or counts[0] < 1:
        raise DataError(f"Numbers of components start at 1; got {counts}.")
    asked = GaussianMixture(missing=missing, random_state=random_state)
    rows, complete = (afar.laid_out if is_far(X) else laid_out)(asked, X, sample_weight)
    weight = complete.row_weights
    validate.enough_rows(int((weight > 0).sum()) if weight.size else rows.n, counts[-1])
    names = _names(covariance_types, rows.d)
    stop = Stop(reg_covar, tol, max_iter)
    search = Search(complete, counts[-1], validate.seed(random_state), stop, observed=rows)
    if criterion == "cv" and rows is not complete:
        raise DataError(
            "Criterion 'cv' needs complete rows in memory: choose 'bic', 'aic' or 'icl', or drop rows."
        )
    folds = HeldOut(search, n_folds) if criterion == "cv" else None
    for k in counts:
        for name in (name for name in names if (k, name) not in skip):
            yield _candidate(search, k, name, math.nan if folds is None else folds(k, name))


def choose(
    X: Any,
    candidates: Iterable[Candidate],
    criterion: str = "bic",
    *,
    sample_weight: Any = None,
    reg_covar: float = 0.0,
    tol: float = 3e-5,
    max_iter: int = 1000,
    missing: str = "error",
    random_state: int | None = 0,
) -> Selection:
    """The best sound one of `sweep`'s candidates, carried on until EM hardly moves.

    Parameters
    ----------
    X : (n, d) rows that were swept.
    candidates : any of `sweep`'s, in any order.
    criterion, sample_weight, reg_covar, tol, max_iter, missing, random_state : as in `select_model`.

    Raises
    ------
    DegenerateFitError
        No candidate is sound.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> choose(X, sweep(X, [1, 2], "EII")).best.n_components
    1
    """
    _known(criterion)
    ranked = sorted(candidates, key=lambda c: (bool(c.degenerate), _worst_if_nan(getattr(c, criterion))))
    best = ranked[0] if ranked else None
    if best is None or best.params is None or best.degenerate or math.isnan(getattr(best, criterion)):
        reasons = "; ".join(sorted({c.degenerate for c in ranked if c.degenerate})[:3])
        raise DegenerateFitError(
            f"None of {len(ranked)} candidates is sound ({reasons}). Try fewer components, fewer or "
            "independent columns, or a larger reg_covar."
        )
    settings: dict[str, Any] = {"reg_covar": reg_covar, "tol": tol, "max_iter": max_iter}
    settings |= {"covariance_type": best.covariance_type, "missing": missing, "random_state": random_state}
    model = GaussianMixture(best.n_components, **settings)
    _carry_on(model, best.params, X, sample_weight)
    ranked[0] = _measured_again(best, model, X, sample_weight)
    return Selection(_table(ranked), ranked[0], model, criterion)


def _carry_on(model: GaussianMixture, params: Params, X: Any, sample_weight: Any) -> None:
    """Fit from `params`, to a hundredth of the tolerance."""
    settings, start = model.get_params(), initial_values(params, model.covariance_type)
    model.set_params(tol=model.tol / 100, max_iter=10 * model.max_iter, **start)
    model.fit(X, sample_weight=sample_weight).set_params(**settings)


def _measured_again(best: Candidate, model: GaussianMixture, X: Any, sample_weight: Any) -> Candidate:
    """The candidate with the criteria of the model it was carried on to."""
    far = model._far_stats(X)
    if far is not None:
        total, likelihood, surest = far.total, far.log_likelihood, far.log_max
    else:
        weight = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        total, likelihood = float(weight.sum()), float(weight @ model.score_samples(X))
        surest = float(weight @ np.log(model.predict_proba(X).max(axis=1)))
    bic = best.n_parameters * math.log(total) - 2 * likelihood
    return replace(
        best,
        log_likelihood=likelihood,
        bic=bic,
        aic=2 * best.n_parameters - 2 * likelihood,
        icl=bic - 2 * surest,
        converged=model.converged_,
        n_iter=best.n_iter + model.n_iter_,
    )


def initial_values(params: Params, kind: str) -> dict[str, Any]:
    """`GaussianMixture`'s arguments that make a fit begin at `params`."""
    upper = shapes.precisions_cholesky(params.factors, kind)
    return {
        "weights_init": params.weights,
        "means_init": params.means,
        "precisions_init": shapes.precisions(upper, kind),
    }


def _candidate(search: Search, k: int, name: str, cv: float) -> Candidate:
    rows, d = search.observed, search.rows.d
    count = family(name).count(k, d) + k * d + k - 1
    try:
        fit = search.fit(k, name)
    except DegenerateFitError:
        nan, reason = math.nan, "every start ran into a singular covariance"
        return Candidate(k, name, nan, nan, nan, nan, nan, count, False, 0, reason, None)
    likelihood = fit.stats.log_likelihood + rows.total * rows.log_volume
    bic = count * math.log(rows.total) - 2 * likelihood
    return Candidate(
        n_components=k,
        covariance_type=name,
        bic=bic,
        aic=2 * count - 2 * likelihood,
        icl=bic - 2 * fit.stats.log_max,
        cv=cv,
        log_likelihood=likelihood,
        n_parameters=count,
        converged=fit.converged,
        n_iter=fit.n_iter,
        degenerate=fit.degenerate,
        params=rows.frame.leave(fit.params),
    )


def _table(ranked: list[Candidate]) -> pd.DataFrame:
    columns = [field.name for field in fields(Candidate) if field.name != "params"]
    return pd.DataFrame([[getattr(c, name) for name in columns] for c in ranked], columns=columns)


def _names(asked: str | Iterable[str], d: int) -> tuple[str, ...]:
    if isinstance(asked, str):
        asked = (IN_ONE_COLUMN if d == 1 else FAMILIES) if asked == "all" else (asked,)
    names = tuple(asked)
    unknown = [name for name in names if name not in NAMES]
    if unknown or not names:
        raise InvalidParameterError(f"covariance_types must be 'all' or names among {NAMES}; got {asked!r}.")
    return names


def _known(criterion: str) -> None:
    if criterion not in CRITERIA:
        raise InvalidParameterError(f"criterion must be one of {CRITERIA}; got {criterion!r}.")


def _worst_if_nan(value: float) -> float:
    return math.inf if math.isnan(value) else value
