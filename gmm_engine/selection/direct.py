"""A choice among fits that no sweep shares starts for: with a noise component, or with known labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.mixture.soundness import complaint
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array

MAX_ITER = 200


@dataclass(frozen=True, eq=False)
class Trial:
    """One fit.

    Attributes
    ----------
    n_components, covariance_type : what was fitted.
    model : the fit; None if every start ran into a singular covariance.
    bic : smaller is better; NaN without a model.
    degenerate : why the fit is not to be trusted; empty if it is sound.
    """

    n_components: int
    covariance_type: str
    model: GaussianMixture | None
    bic: float
    degenerate: str


def best_fit(
    X: Any,
    n_components: Iterable[int],
    covariance_types: Iterable[str],
    *,
    labels: Any = None,
    **settings: Any,
) -> GaussianMixture:
    """The sound fit with the best BIC.

    Parameters
    ----------
    X : (n, d) rows.
    n_components, covariance_types : what to try.
    labels : (n,) known component of each row, -1 where unknown, as in `GaussianMixture.fit`.
    settings : of every `GaussianMixture`, such as ``noise=True`` or ``missing="em"``.

    Raises
    ------
    DegenerateFitError
        No fit is sound.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (150, 2)), rng.uniform(-30, 30, (15, 2))])
    >>> model = best_fit(X, range(1, 4), ("EEE", "VVV"), noise=True, random_state=0)
    >>> len(model.weights_), 0.05 < model.noise_weight_ < 0.15
    (1, True)
    """
    return choose_trial(trials(X, n_components, covariance_types, labels=labels, **settings))


def trials(
    X: Any,
    n_components: Iterable[int],
    covariance_types: Iterable[str],
    *,
    labels: Any = None,
    **settings: Any,
) -> Iterator[Trial]:
    """`best_fit` one fit at a time; stopping is not iterating."""
    families = tuple(covariance_types)
    for k in n_components:
        for name in families:
            model = GaussianMixture(k, covariance_type=name, max_iter=MAX_ITER, **settings)
            try:
                model.fit(X, labels=labels)
            except DegenerateFitError as problem:
                yield Trial(k, name, None, math.nan, str(problem))
                continue
            yield Trial(k, name, model, model.bic(X), doubt(model, np.asarray(X)))


def choose_trial(found: Iterable[Trial]) -> GaussianMixture:
    """The model of the best sound trial; raises `DegenerateFitError` if there is none."""
    seen = list(found)
    sound = [trial for trial in seen if trial.model is not None and not trial.degenerate]
    if not sound:
        reasons = "; ".join(sorted({trial.degenerate for trial in seen})[:3])
        raise DegenerateFitError(
            f"None of {len(seen)} fits is sound ({reasons}). Try fewer components, or fewer columns."
        )
    best = min(sound, key=lambda trial: trial.bic).model
    assert best is not None
    return best


def doubt(model: GaussianMixture, X: Array) -> str:
    """Why a fitted mixture is not to be trusted on rows X (n, d), by the complete ones; empty if it is."""
    whole = X[np.isfinite(X).all(axis=1)]
    if len(whole) <= X.shape[1] + 1:
        return ""
    rows = MemoryRows(np.ascontiguousarray(whole, np.float64))
    params = rows.frame.enter(model.parameters())
    pooled = rows.weigh(np.ones((rows.n, 1))).scatters()[0] / rows.total
    return complaint(rows, pooled, params, rows.estep(params))
