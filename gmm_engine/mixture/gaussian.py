"""Gaussian mixture fitted by expectation-maximisation."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from gmm_engine import covariance, em, start, validate
from gmm_engine.mixture import serial
from gmm_engine.mixture.base import BaseMixture
from gmm_engine.mixture.mstep import VARIANCE_FLOOR, MStep
from gmm_engine.rows import Frame, MemoryRows, sample_of
from gmm_engine.types import Array, Outcome, Params, Run, Step


class GaussianMixture(BaseMixture):
    """Gaussian mixture model.

    Parameters
    ----------
    n_components : number of components k.
    covariance_type : "full", "tied", "diag", "spherical", or one of the fourteen
        parsimonious families by its three letters (volume, shape, orientation).
    tol : stop when the mean log-likelihood (nats per row) changes by less.
    reg_covar : added to every variance, in squared units of the data; 0 for none.
    max_iter : most EM iterations per start.
    n_init : number of starts; the likeliest result is kept.
    init_params : "auto" (short runs from whitened k-means, best one finished), "kmeans",
        "k-means++", "random", "random_from_data", or a callable
        (X, n_components, rng) -> responsibilities (n, k).
    weights_init, means_init, precisions_init : start at these, in scikit-learn's shapes.
    resp_init : start from these responsibilities (n, k).
    fixed : names held at their initial values: "weights", "means", "covariances".
    random_state : seed or generator.
    warm_start : continue from the last fit.
    verbose, verbose_interval : print progress, every so many iterations.

    Attributes
    ----------
    weights_ (k,), means_ (k, d), covariances_, precisions_, precisions_cholesky_ :
        in scikit-learn's shapes; (k, d, d) for the fourteen families.
    converged_, n_iter_, lower_bound_, lower_bounds_ : how the best start ended.

    Raises
    ------
    DataError
        The rows cannot be used.
    DegenerateFitError
        A component collapsed and `reg_covar` was too small to hold it.

    References
    ----------
    Dempster, Laird and Rubin (1977). Celeux and Govaert (1995) for the families.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import GaussianMixture
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (300, 2)), rng.normal(6, 1, (700, 2))])
    >>> model = GaussianMixture(2, random_state=0).fit(X)
    >>> np.sort(model.weights_).round(2)
    array([0.3, 0.7])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "covariance_type": [StrOptions(set(covariance.NAMES))],
        "tol": [Interval(Real, 0.0, None, closed="left")],
        "reg_covar": [Interval(Real, 0.0, None, closed="left")],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "init_params": [StrOptions(set(start.METHODS)), callable],
        "weights_init": ["array-like", None],
        "means_init": ["array-like", None],
        "precisions_init": ["array-like", None],
        "resp_init": ["array-like", None],
        "fixed": [tuple, list],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
        "verbose_interval": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: Any = "auto",
        weights_init: Any = None,
        means_init: Any = None,
        precisions_init: Any = None,
        resp_init: Any = None,
        fixed: tuple[str, ...] = (),
        random_state: Any = None,
        warm_start: bool = False,
        verbose: int = 0,
        verbose_interval: int = 10,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.resp_init = resp_init
        self.fixed = fixed
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GaussianMixture:
        """Estimate the parameters by EM.

        Parameters
        ----------
        X : (n, d) rows; float32 stays float32.
        y : ignored.
        sample_weight : (n,) non-negative row weights; an integer weight acts as repetition.
        """
        for _ in self._climb(X, sample_weight):
            pass
        return self

    def iter_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Iterator[Step]:
        """Fit one EM iteration at a time, in the user's units.

        The estimator is fitted when the iterator is exhausted; abandoning it earlier
        leaves the estimator as it was.
        """
        for frame, step in self._climb(X, sample_weight):
            bound = step.bound + frame.log_volume
            yield Step(step.iteration, frame.leave(step.params), bound, frame.leave(step.before), step.stats)

    def bic(self, X: Any) -> float:
        """Bayesian information criterion on X (Schwarz 1978); smaller is better."""
        n = len(X)
        return -2 * self.score(X) * n + self.n_parameters() * math.log(n)

    def aic(self, X: Any) -> float:
        """Akaike information criterion on X (Akaike 1974); smaller is better."""
        return -2 * self.score(X) * len(X) + 2 * self.n_parameters()

    def icl(self, X: Any) -> float:
        """Integrated completed likelihood on X (Biernacki et al. 2000); smaller is better.

        BIC plus twice the shortfall of each row's largest responsibility, as mclust's with
        the opposite sign.
        """
        largest = self.predict_proba(X).max(axis=1)
        return self.bic(X) - 2 * float(np.log(largest).sum(dtype=np.float64))

    def n_parameters(self) -> int:
        """Number of free parameters: weights, means and covariances."""
        k, d = self.means_.shape
        return int(covariance.family(self.covariance_type).count(k, d) + k * d + k - 1)

    def to_dict(self) -> dict[str, Any]:
        """The fitted model as plain JSON types; `from_dict` restores it."""
        return serial.to_dict(self)

    @classmethod
    def from_dict(cls, document: Any) -> GaussianMixture:
        """A fitted model from `to_dict`'s document, every field checked.

        Raises
        ------
        DataError
            A field is missing or does not fit the others; the message names it.
        """
        model: GaussianMixture = serial.from_dict(cls, document)
        return model

    def _climb(self, X: Any, sample_weight: Any) -> Iterator[tuple[Frame, Step]]:
        self._validate_params()
        warm = self.warm_start and hasattr(self, "converged_")
        checked = validate.rows(self, X, reset=True, min_rows=2)
        weight = validate.sample_weight(sample_weight, checked)
        validate.enough_rows(len(checked) if weight is None else int((weight > 0).sum()), self.n_components)
        validate.spread(sample_of(checked, weight))
        rows = MemoryRows(checked, weight)
        maximise = self._mstep(rows)
        rng = check_random_state(self.random_state)
        runs: list[Run] = []
        for _ in range(1 if warm else self.n_init):
            first = rows.frame.enter(self._params()) if warm else self._start(rows, maximise, rng)
            last = self.lower_bound_ - rows.frame.log_volume if warm else -math.inf
            steps = em.run(rows, first, maximise, tol=self.tol, max_iter=self.max_iter, last=last)
            follower = em.Follower(steps, first, tol=self.tol, last=last)
            for step in follower:
                self._tell(step)
                yield rows.frame, step
            runs.append(follower.run)
        self._adopt(rows, max(runs, key=lambda run: run.bound))

    def _tell(self, step: Step) -> None:
        if self.verbose and step.iteration % self.verbose_interval == 0:
            print(f"  Iteration {step.iteration}\t mean log-likelihood {step.bound:.5f}")

    def _mstep(self, rows: MemoryRows) -> MStep:
        ridge = np.full(rows.d, self.reg_covar * rows.frame.scale**2)
        if self.reg_covar > 0 and rows.frame.variances is not None:
            ridge += VARIANCE_FLOOR * rows.frame.variances
        return MStep(covariance.family(self.covariance_type), ridge, tuple(self.fixed))

    def _start(self, rows: MemoryRows, maximise: MStep, rng: np.random.RandomState) -> Params:
        k, diagonal = self.n_components, maximise.family.diagonal
        given = self._given(rows)
        if all(part is not None for part in given):
            first = None
        elif self.resp_init is None and self.init_params == "auto":
            first = start.auto(rows, k, maximise, rng, diagonal=diagonal)
        else:
            first = maximise(rows.weigh(self._resp(rows, rng), diagonal=diagonal), None)
        weights, means, factors = given
        if first is not None:
            weights = first.weights if weights is None else weights
            means = first.means if means is None else means
            factors = first.factors if factors is None else factors
        return Params(weights, means, factors)

    def _given(self, rows: MemoryRows) -> list[Any]:
        k, frame, kind = self.n_components, rows.frame, self.covariance_type
        given: list[Any] = [None, None, None]
        if self.weights_init is not None:
            given[0] = validate.initial_weights(self.weights_init, k)
        if self.means_init is not None:
            given[1] = (validate.initial_means(self.means_init, k, rows.d) - frame.centre) * frame.scale
        if self.precisions_init is not None:
            factors = validate.precision_factors(self.precisions_init, kind, k, rows.d)
            if covariance.family(kind).diagonal and factors.ndim == 3:
                factors = np.diagonal(factors, axis1=1, axis2=2)
            given[2] = factors * frame.scale
        return given

    def _resp(self, rows: MemoryRows, rng: np.random.RandomState) -> Array:
        k = self.n_components
        weight = rows.row_weights if rows.row_weights.size else None
        if self.resp_init is not None:
            return validate.responsibilities(self.resp_init, rows.n, k)
        if callable(self.init_params):
            return validate.responsibilities(self.init_params(rows.X, k, rng), rows.n, k)
        return start.responsibilities(rows.X, weight, k, self.init_params, rng)

    def _adopt(self, rows: MemoryRows, run: Run) -> None:
        self.converged_ = run.outcome is Outcome.CONVERGED
        self.n_iter_ = run.n_iter
        shift = rows.frame.log_volume
        self.lower_bounds_ = [bound + shift for bound in run.bounds]
        self.lower_bound_ = run.bound + shift
        self._set_params(rows.frame.leave(run.params))
        if not self.converged_ and self.max_iter > 0:
            warnings.warn(run.outcome.value, ConvergenceWarning, stacklevel=3)
