"""What a choice is made from, and what it is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gmm_engine.mixture import GaussianMixture
from gmm_engine.types import Params


@dataclass(frozen=True, eq=False)
class Candidate:
    """One number of components with one family.

    Parameters
    ----------
    n_components, covariance_type : what was fitted.
    bic, aic, icl, cv : criteria, smaller is better (mclust reports BIC and ICL with the
        opposite sign); `cv` is minus twice the held-out log-likelihood, NaN unless asked for.
    log_likelihood : of all rows, nats.
    n_parameters : free parameters.
    converged, n_iter : how EM ended.
    degenerate : why the candidate is discarded, in words; empty if it is sound.
    params : the mixture in the user's units, or None where no fit was possible.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import sweep
    >>> candidate = next(sweep(np.arange(20.0)[:, None] ** 2, [1], "EII"))
    >>> candidate.n_parameters, candidate.degenerate
    (2, '')
    """

    n_components: int
    covariance_type: str
    bic: float
    aic: float
    icl: float
    cv: float
    log_likelihood: float
    n_parameters: int
    converged: bool
    n_iter: int
    degenerate: str
    params: Params | None


@dataclass(frozen=True, eq=False)
class Selection:
    """What `select_model` found.

    Parameters
    ----------
    table : one row per candidate, with all criteria, best first; degenerate ones last.
    best : the candidate chosen.
    best_model : it, as a fitted `GaussianMixture`.
    criterion : the criterion it was chosen by.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import select_model
    >>> found = select_model(np.random.default_rng(0).normal(size=(50, 2)), [1], ("EII", "VVV"))
    >>> found.best.covariance_type, found.table["covariance_type"].tolist()
    ('EII', ['EII', 'VVV'])
    """

    table: pd.DataFrame
    best: Candidate
    best_model: GaussianMixture
    criterion: str
