"""How many components the data demand: likelihood ratios against simulated ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine import validate
from gmm_engine.covariance import ALIASES
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.mixture.search import Fit, Search, Stop
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params


@dataclass(frozen=True)
class LikelihoodRatio:
    """One test: `n_components` components against one more.

    Attributes
    ----------
    n_components : of the null hypothesis.
    statistic : twice the gain in log-likelihood of one more component, nats.
    p_value : (1 + simulated statistics as large) / (1 + simulations) so far.
    n_resamples : simulations so far.
    """

    n_components: int
    statistic: float
    p_value: float
    n_resamples: int


@dataclass(frozen=True, eq=False)
class BootstrapTest:
    """The sequence of tests and its verdict.

    Attributes
    ----------
    table : one row per test, columns as in `LikelihoodRatio`.
    n_components : smallest number that was not rejected.
    """

    table: pd.DataFrame
    n_components: int


def bootstrap_lrt(
    X: Any,
    max_components: int = 5,
    covariance_type: str = "full",
    *,
    n_resamples: int = 199,
    level: float = 0.05,
    random_state: int = 0,
) -> BootstrapTest:
    """Test 1 component against 2, 2 against 3, ... until one more is not needed (McLachlan, 1987).

    The likelihood ratio of mixtures has no known distribution; here it is simulated: rows
    are drawn from the smaller fitted mixture and both are fitted to them.

    Parameters
    ----------
    X : (n, d) rows.
    max_components : largest number under the null hypothesis.
    covariance_type : family, the same for all.
    n_resamples : simulations per test; the smallest p-value is 1 / (n_resamples + 1).
    level : a larger p-value ends the sequence.
    random_state : seed.

    Raises
    ------
    DegenerateFitError
        A number of components cannot be fitted to X at all.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import bootstrap_lrt
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (60, 1)), rng.normal(7, 1, (60, 1))])
    >>> bootstrap_lrt(X, 3, "EII", n_resamples=19).n_components
    2
    """
    options: dict[str, Any] = {"n_resamples": n_resamples, "level": level, "random_state": random_state}
    last: dict[int, LikelihoodRatio] = {}
    for test in lrt_steps(X, max_components, covariance_type, **options):
        last[test.n_components] = test
    tests = list(last.values())
    chosen = tests[-1].n_components + (tests[-1].p_value <= level)
    return BootstrapTest(pd.DataFrame(tests), int(chosen))


def lrt_steps(
    X: Any,
    max_components: int = 5,
    covariance_type: str = "full",
    *,
    n_resamples: int = 199,
    level: float = 0.05,
    random_state: int = 0,
) -> Iterator[LikelihoodRatio]:
    """`bootstrap_lrt` one simulation at a time; stopping is not iterating.

    Yields
    ------
    LikelihoodRatio of the running test after each simulation.
    """
    checked = validate.rows(GaussianMixture(), X, reset=True, min_rows=2)
    validate.enough_rows(len(checked), max_components + 1)
    name = ALIASES.get(covariance_type, covariance_type)
    rng = np.random.RandomState(random_state)
    for k in range(1, max_components + 1):
        statistic, null = _ratio(checked, k, name, random_state)
        larger = done = 0
        for _ in range(n_resamples):
            simulated = simulate(null, len(checked), rng).astype(checked.dtype)
            try:
                larger += _ratio(simulated, k, name, random_state)[0] >= statistic
            except DegenerateFitError:
                continue
            done += 1
            yield LikelihoodRatio(k, statistic, (1 + larger) / (1 + done), done)
        if not done:
            raise DegenerateFitError(
                f"None of {n_resamples} simulations of {k} components could be fitted with {k + 1}. "
                "Ask for more simulations, or try another covariance_type."
            )
        if (1 + larger) / (1 + done) > level:
            return


def _ratio(X: Array, k: int, name: str, seed: int) -> tuple[float, Params]:
    """Twice the gain of k + 1 over k components, and the mixture of k in the user's units."""
    rows = MemoryRows(X)
    search = Search(rows, k + 1, seed, Stop())
    smaller, larger = search.fit(k, name), search.fit(k + 1, name)
    return 2 * (_likelihood(larger) - _likelihood(smaller)), rows.frame.leave(smaller.params)


def _likelihood(fit: Fit) -> float:
    return float(fit.stats.log_likelihood)


def simulate(params: Params, n: int, rng: np.random.RandomState) -> Array:
    """Rows (n, d) drawn from a mixture."""
    labels = rng.choice(len(params.weights), n, p=params.weights / params.weights.sum())
    noise = rng.standard_normal((n, params.means.shape[1]))
    factors = params.factors[labels]
    moved = factors * noise if params.diagonal else np.einsum("ifg,ig->if", factors, noise)
    return np.asarray(params.means[labels] + moved)
