"""Gaussian mixture fitted by expectation-maximisation."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from gmm_engine import covariance, em, validate
from gmm_engine.mixture import afar, stored, stream
from gmm_engine.mixture.base import BaseMixture, model_frame
from gmm_engine.mixture.familiar import Familiar
from gmm_engine.mixture.fill import conditional_moments
from gmm_engine.mixture.task import Task
from gmm_engine.rows import SplitRows
from gmm_engine.stored import Form
from gmm_engine.types import Array, Outcome, Params, Run, Step


class GaussianMixture(Familiar, BaseMixture):
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
    noise : add a uniform component over the box of the data for rows that belong nowhere;
        they are labelled -1, and `predict_proba` rows sum to one less the noise's share.
    missing : "error", or "em" for exact EM on rows with NaN: every missing cell counts by
        its conditional distribution given the row's observed cells.
    fixed : names held at their initial values: "weights", "means", "covariances".
    random_state : seed or generator.
    warm_start : continue from the last fit.
    verbose, verbose_interval : print progress, every so many iterations.

    Attributes
    ----------
    weights_ (k,), means_ (k, d), covariances_, precisions_, precisions_cholesky_ :
        in scikit-learn's shapes; (k, d, d) for the fourteen families.
    noise_weight_, noise_box_ : share of the noise, and its box (2, d) in the data's units.
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

    _form: ClassVar[Form] = stored.FORM
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseMixture._common_constraints,
        "covariance_type": [StrOptions(set(covariance.NAMES))],
        "weights_init": ["array-like", None],
        "means_init": ["array-like", None],
        "precisions_init": ["array-like", None],
        "noise": ["boolean"],
        "missing": [StrOptions({"error", "em"})],
        "fixed": [tuple, list],
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
        noise: bool = False,
        missing: str = "error",
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
        self.noise = noise
        self.missing = missing
        self.fixed = fixed
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, *, labels: Any = None) -> GaussianMixture:
        """Estimate the parameters by EM.

        Parameters
        ----------
        X : (n, d) rows; float32 stays float32. Or rows that are not in memory: what `open_rows`
            returns or takes, such as the path of Parquet files or a Dask array.
        y : ignored.
        sample_weight : (n,) non-negative row weights; an integer weight acts as repetition.
        labels : (n,) integers, the component of each row where known and -1 elsewhere.
        """
        for _ in self._climb(X, sample_weight, labels):
            pass
        return self

    def partial_fit(
        self, X: Any, y: Any = None, sample_weight: Any = None, *, forgetting: float | None = None
    ) -> GaussianMixture:
        """Learn from one more batch of rows by stepwise EM.

        Parameters
        ----------
        X : (m, d) rows of this batch; the first batch needs at least `n_components` rows.
        y : ignored.
        sample_weight : (m,) row weights.
        forgetting : share of the old statistics that this batch replaces, between 0 and 1.
            None lets it shrink with the number of batches, so that all rows count.

        References
        ----------
        Cappe and Moulines (2009), section 2; Liang and Klein (2009) for the step size.
        """
        stream.partial_fit(self, X, sample_weight, forgetting)
        return self

    def impute(self, X: Any) -> tuple[Array, Array]:
        """Fill missing cells (NaN) by their expectation given the row's observed ones.

        Returns
        -------
        filled : (n, d) with observed cells as they were.
        deviation : (n, d) standard deviation of each filled cell, zero where observed.

        Raises
        ------
        DataError
            A cell is infinite, or the columns are not those of the fit.
        """
        check_is_fitted(self)
        checked = validate.rows(self, X, reset=False, missing=True)
        params = self._params()
        frame = model_frame(params, checked.dtype)
        rows = SplitRows(checked, frame=frame)
        return conditional_moments(rows, checked, frame.enter(params))

    def iter_fit(
        self, X: Any, y: Any = None, sample_weight: Any = None, *, labels: Any = None
    ) -> Iterator[Step]:
        """Fit one EM iteration at a time, in the user's units.

        The estimator is fitted when the iterator is exhausted; abandoning it earlier
        leaves the estimator as it was.
        """
        for task, step in self._climb(X, sample_weight, labels):
            bound, leave = step.bound + task.rows.log_volume, task.rows.frame.leave
            yield Step(step.iteration, leave(step.params), bound, leave(step.before), step.stats)

    def bic(self, X: Any) -> float:
        """Bayesian information criterion on X (Schwarz 1978); smaller is better."""
        n, likelihood = self._likelihood(X)
        return -2 * likelihood + self.n_parameters() * math.log(n)

    def aic(self, X: Any) -> float:
        """Akaike information criterion on X (Akaike 1974); smaller is better."""
        return -2 * self._likelihood(X)[1] + 2 * self.n_parameters()

    def icl(self, X: Any) -> float:
        """Integrated completed likelihood on X (Biernacki et al. 2000); smaller is better.

        BIC plus twice the shortfall of each row's largest responsibility, as mclust's with
        the opposite sign.
        """
        far = self._far_stats(X)
        if far is not None:
            penalty = self.n_parameters() * math.log(far.total)
            return penalty - 2 * (far.log_likelihood + far.log_max)
        proba = self.predict_proba(X)
        largest = np.maximum(proba.max(axis=1), 1 - proba.sum(axis=1))
        return self.bic(X) - 2 * float(np.log(largest).sum(dtype=np.float64))

    def _likelihood(self, X: Any) -> tuple[float, float]:
        """Number of rows, and their log-likelihood."""
        far = self._far_stats(X)
        if far is not None:
            return far.total, far.log_likelihood
        return len(X), self.score(X) * len(X)

    def n_parameters(self) -> int:
        """Number of free parameters: weights, means and covariances."""
        k, d = self.means_.shape
        noise = 1 if self.noise_weight_ > 0 else 0
        return int(covariance.family(self.covariance_type).count(k, d) + k * d + k - 1 + noise)

    @classmethod
    def _of(cls, params: Params) -> GaussianMixture:
        """A fitted mixture with these parameters, noise left out."""
        model = cls(len(params.weights), covariance_type="diag" if params.diagonal else "full")
        model._set_params(params)
        model.n_features_in_ = params.means.shape[1]
        model.converged_, model.n_iter_, model.lower_bound_ = True, 0, math.nan
        return model

    def _climb(self, X: Any, sample_weight: Any, labels: Any = None) -> Iterator[tuple[Task, Step]]:
        self._validate_params()
        warm = self.warm_start and hasattr(self, "converged_")
        task = afar.prepare(self, X, sample_weight, labels)
        rows = task.rows
        rng = check_random_state(self.random_state)
        runs: list[Run] = []
        for _ in range(1 if warm else self.n_init):
            first = rows.frame.enter(self._params()) if warm else afar.first_params(self, task, rng)
            last = self.lower_bound_ - rows.log_volume if warm else -math.inf
            steps = em.run(rows, first, task.maximise, tol=self.tol, max_iter=self.max_iter, last=last)
            follower = em.Follower(steps, first, tol=self.tol, last=last)
            for step in follower:
                self._tell(step.iteration, step.bound + rows.log_volume)
                yield task, step
            runs.append(follower.run)
        self._adopt(task, max(runs, key=lambda run: run.bound))

    def _adopt(self, task: Task, run: Run) -> None:
        self.converged_ = run.outcome is Outcome.CONVERGED
        self.n_iter_ = run.n_iter
        shift = task.rows.log_volume
        self.lower_bounds_ = [bound + shift for bound in run.bounds]
        self.lower_bound_ = run.bound + shift
        self.noise_box_ = task.noise_box
        self._set_params(task.rows.frame.leave(run.params))
        if not self.converged_ and self.max_iter > 0:
            warnings.warn(run.outcome.value, ConvergenceWarning, stacklevel=3)
