"""Bayesian Gaussian mixture fitted by variational inference."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from gmm_engine import covariance, em, start, validate
from gmm_engine.errors import DataError
from gmm_engine.mixture import afar, shapes, stored, task, variational
from gmm_engine.mixture.base import BaseMixture
from gmm_engine.mixture.mstep import MStep
from gmm_engine.mixture.posterior import PosteriorQuestions
from gmm_engine.rows import MemoryRows, PiecedRows, is_far, sample_of
from gmm_engine.stored import Form
from gmm_engine.types import Array, Outcome, Params, Run, Stats, Step


class BayesianGaussianMixture(PosteriorQuestions, BaseMixture):
    """Gaussian mixture whose number of used components is inferred.

    Components that the rows do not need keep next to no weight. The parameters, attributes
    and fitted values are scikit-learn's; `lower_bound_` is the complete evidence lower bound
    in nats, with every normalising constant, and never falls when `reg_covar` is 0.

    Parameters
    ----------
    n_components : most components k.
    covariance_type : "full", "tied", "diag" or "spherical".
    tol : stop when the lower bound (nats, all rows) changes by less.
    reg_covar : added to every variance, in squared units of the data; a millionth of the smallest
        variance besides where columns are constant or follow exactly from others.
    max_iter, n_init : most iterations per start; number of starts.
    init_params : "auto", "kmeans", "k-means++", "random", "random_from_data", "hierarchical",
        or a callable (X, n_components, rng) -> responsibilities (n, k).
    resp_init : start from these responsibilities (n, k).
    weight_concentration_prior_type : "dirichlet_process" or "dirichlet_distribution".
    weight_concentration_prior : small for few components; default 1 / k.
    mean_precision_prior : default 1. mean_prior : (d,), default the mean of the rows.
    degrees_of_freedom_prior : default d.
    covariance_prior : in scikit-learn's shape for the type; default the rows' covariance.
    random_state, warm_start, verbose, verbose_interval : as in `GaussianMixture`.

    Attributes
    ----------
    weights_, means_, covariances_, precisions_, precisions_cholesky_ : posterior means, in
        scikit-learn's shapes.
    weight_concentration_, mean_precision_, degrees_of_freedom_ : of the posterior.
    converged_, n_iter_, lower_bound_, lower_bounds_ : how the best start ended.

    References
    ----------
    Bishop (2006), section 10.2. Blei and Jordan (2006). Rasmussen (2000).

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import BayesianGaussianMixture
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (300, 2)), rng.normal(6, 1, (300, 2))])
    >>> model = BayesianGaussianMixture(n_components=8, random_state=0, max_iter=1000).fit(X)
    >>> int((model.weights_ > 0.05).sum())
    2
    """

    _form: ClassVar[Form] = stored.POSTERIOR
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseMixture._common_constraints,
        "covariance_type": [StrOptions({"full", "tied", "diag", "spherical"})],
        "weight_concentration_prior_type": [StrOptions({"dirichlet_process", "dirichlet_distribution"})],
        "weight_concentration_prior": [None, Interval(Real, 0.0, None, closed="neither")],
        "mean_precision_prior": [None, Interval(Real, 0.0, None, closed="neither")],
        "mean_prior": [None, "array-like"],
        "degrees_of_freedom_prior": [None, Interval(Real, 0.0, None, closed="neither")],
        "covariance_prior": [None, "array-like", Interval(Real, 0.0, None, closed="neither")],
    }

    def __init__(
        self,
        *,
        n_components: int = 1,
        covariance_type: str = "full",
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: Any = "auto",
        resp_init: Any = None,
        weight_concentration_prior_type: str = "dirichlet_process",
        weight_concentration_prior: float | None = None,
        mean_precision_prior: float | None = None,
        mean_prior: Any = None,
        degrees_of_freedom_prior: float | None = None,
        covariance_prior: Any = None,
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
        self.resp_init = resp_init
        self.weight_concentration_prior_type = weight_concentration_prior_type
        self.weight_concentration_prior = weight_concentration_prior
        self.mean_precision_prior = mean_precision_prior
        self.mean_prior = mean_prior
        self.degrees_of_freedom_prior = degrees_of_freedom_prior
        self.covariance_prior = covariance_prior
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> BayesianGaussianMixture:
        """Infer the posterior from rows (n, d), with optional row weights (n,)."""
        for _ in self.iter_fit(X, y, sample_weight):
            pass
        return self

    def iter_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Iterator[Step]:
        """Fit one iteration at a time; fitted when exhausted, unchanged if abandoned earlier."""
        self._validate_params()
        warm = self.warm_start and hasattr(self, "converged_")
        rows, near = self._laid_out(X, sample_weight)
        prior, rng = self._prior(rows), check_random_state(self.random_state)
        shift, runs = rows.total * rows.log_volume, []
        for _ in range(1 if warm else self.n_init):
            first = self._continued(rows) if warm else self._start(rows, near, prior, rng)
            last = self.lower_bound_ - shift if warm else -math.inf
            steps = em.run(
                rows,
                first,
                lambda stats, _: variational.update(stats, prior),
                tol=self.tol,
                max_iter=self.max_iter,
                last=last,
                bound=lambda stats, params: variational.lower_bound(stats, params, prior),
            )
            follower = em.Follower(steps, first, tol=self.tol, last=last)
            for step in rows.frame.outside(follower, shift):
                self._tell(step.iteration, step.bound)
                yield step
            runs.append(follower.run)
        self._adopt(rows, prior, max(runs, key=lambda run: run.bound), shift)

    def _laid_out(self, X: Any, sample_weight: Any) -> tuple[MemoryRows | PiecedRows, MemoryRows]:
        """All rows, and those in memory that starts are looked for on."""
        if is_far(X):
            far, near = afar.laid_out(self, X, sample_weight)
            validate.enough_rows(far.n, self.n_components)
            return far, near
        checked = validate.rows(self, X, reset=True, min_rows=2)
        weight = validate.sample_weight(sample_weight, checked)
        validate.enough_rows(len(checked) if weight is None else int((weight > 0).sum()), self.n_components)
        validate.spread(sample_of(checked, weight))
        rows = MemoryRows(checked, weight)
        return rows, rows

    def _prior(self, rows: MemoryRows | PiecedRows) -> variational.Prior:
        d, frame = rows.d, rows.frame
        pooled = rows.pooled()
        freedom = d if self.degrees_of_freedom_prior is None else self.degrees_of_freedom_prior
        if freedom <= d - 1:
            raise DataError(
                f"The parameter 'degrees_of_freedom_prior' should be greater than {d - 1}, "
                f"but got {freedom:.3f}."
            )
        mean = pooled.means()[0]
        if self.mean_prior is not None:
            given = validate.initial_means(np.reshape(self.mean_prior, (1, -1)), 1, d)[0]
            mean = (given - frame.centre) * frame.scale
        concentration = self.weight_concentration_prior
        believed = self._prior_covariance(pooled, rows)
        support = variational.support(believed) if self.covariance_prior is None else 0.0
        return variational.Prior(
            process=self.weight_concentration_prior_type == "dirichlet_process",
            concentration=1 / self.n_components if concentration is None else concentration,
            mean=mean,
            mean_precision=1.0 if self.mean_precision_prior is None else self.mean_precision_prior,
            freedom=float(freedom),
            covariance=believed + freedom * support * np.eye(d),
            kind=self.covariance_type,
            ridge=self.reg_covar * frame.scale**2 + support,
        )

    def _prior_covariance(self, pooled: Stats, rows: MemoryRows | PiecedRows) -> Array:
        kind, d = self.covariance_type, rows.d
        if self.covariance_prior is None:
            found = pooled.scatters()[0] / max(pooled.weight[0] - 1, 1)
            if kind == "spherical":
                return np.asarray(np.trace(found) / d * np.eye(d))
            return np.diag(np.diag(found)) if kind == "diag" else found
        shape = {"diag": (d,), "spherical": ()}.get(kind, (d, d))
        given = validate.initial_array(self.covariance_prior, shape, f"{kind} covariance_prior")
        matrix = given * np.eye(d) if kind in variational.DIAGONAL else given
        if not np.allclose(matrix, matrix.T) or np.any(np.linalg.eigvalsh(matrix) <= 0):
            raise DataError(f"'{kind} covariance_prior' should be symmetric, positive-definite")
        return np.asarray(matrix * rows.frame.scale**2)

    def _start(
        self,
        rows: MemoryRows | PiecedRows,
        near: MemoryRows,
        prior: variational.Prior,
        rng: np.random.RandomState,
    ) -> variational.Posterior:
        diagonal = self.covariance_type in variational.DIAGONAL
        if not task.is_automatic(self):
            resp = task.responsibilities(self, near, rng)
            return variational.update(near.weigh(resp, diagonal=diagonal), prior)
        ridge = np.full(rows.d, max(prior.ridge, 1e-6))
        maximise = MStep(covariance.family(self.covariance_type), ridge)
        likely = start.auto(near, self.n_components, maximise, rng, diagonal=diagonal)
        return variational.update(rows.estep(likely), prior)

    def _continued(self, rows: MemoryRows | PiecedRows) -> Params:
        """The fitted posterior as the next start, in the rows' frame."""
        inner = rows.frame.enter(self._params())
        sticks = np.atleast_2d(self.weight_concentration_)
        return variational.posterior(
            sticks, inner.means, self.mean_precision_, self._freedoms(), inner.factors
        )

    def _freedoms(self) -> Array:
        return np.broadcast_to(self.degrees_of_freedom_, (self.n_components,))

    def _adopt(self, rows: MemoryRows | PiecedRows, prior: variational.Prior, run: Run, shift: float) -> None:
        posterior = run.params
        assert isinstance(posterior, variational.Posterior)
        self.converged_ = run.outcome is Outcome.CONVERGED
        self.n_iter_ = run.n_iter
        self.lower_bounds_ = [bound + shift for bound in run.bounds]
        self.lower_bound_ = run.bound + shift
        self.weight_concentration_prior_, self.mean_precision_prior_ = (
            prior.concentration,
            prior.mean_precision,
        )
        self.degrees_of_freedom_prior_ = prior.freedom
        self.mean_prior_ = prior.mean / rows.frame.scale + rows.frame.centre
        inner = prior.covariance / rows.frame.scale**2
        self.covariance_prior_ = {
            "diag": np.diag(inner), "spherical": inner[0, 0]
        }.get(self.covariance_type, inner)  # fmt: skip
        self.weight_concentration_ = tuple(posterior.sticks) if prior.process else posterior.sticks[0]
        self.mean_precision_ = posterior.mean_precisions
        tied = self.covariance_type == "tied"
        self.degrees_of_freedom_ = posterior.freedoms[0] if tied else posterior.freedoms
        self._set_params(rows.frame.leave(posterior))
        if not self.converged_ and self.max_iter > 0:
            warnings.warn(run.outcome.value, ConvergenceWarning, stacklevel=3)

    def _params(self) -> Params:
        """Parameters whose scores are expectations over the posterior, as in the fit's E-step."""
        k, d = self.means_.shape
        factors = shapes.factors_from(self.precisions_cholesky_, self.covariance_type, k, d)
        sticks = np.atleast_2d(self.weight_concentration_)
        found = variational.posterior(sticks, self.means_, self.mean_precision_, self._freedoms(), factors)
        return Params(self.weights_, self.means_, factors, constants=found.constants)
