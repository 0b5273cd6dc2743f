"""Regimes of a time series: mixtures with memory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from gmm_engine import covariance
from gmm_engine.errors import DataError
from gmm_engine.features.season import filled
from gmm_engine.regimes import chain, choose, report, stored
from gmm_engine.regimes.chain import ChainRule
from gmm_engine.regimes.emissions import EmissionRule
from gmm_engine.regimes.forecast import Forecaster
from gmm_engine.regimes.learn import Learner, State
from gmm_engine.regimes.observed import Observed, lagged_rows
from gmm_engine.regimes.surprise import SurpriseScorer
from gmm_engine.regimes.values import Sequence, sequence_of
from gmm_engine.rows import Frame
from gmm_engine.stored import Form, Stored
from gmm_engine.types import Array

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
AUTO_FAMILIES = ("EEE", "VVV")


class RegimeModel(Stored, BaseEstimator):  # type: ignore[misc]
    """Regimes of a time series: a Gaussian mixture whose components follow each other.

    With memory the regimes form a hidden Markov chain; without, every row is drawn
    independently, which is a plain mixture. Values may be missing (NaN).

    Parameters
    ----------
    n_regimes : number of regimes K, or "auto" to try 1 to `max_regimes`.
    memory : whether the next regime depends on the present one.
    covariance_type : "auto" (shared or own, whichever the criterion prefers), or any name
        that `GaussianMixture` knows; "tied" is one covariance for all regimes.
    n_components : components of the mixture that each regime emits.
    order : number of lags in autoregressive emissions; 0 for none.
    shared_coefficients : one set of autoregressive coefficients for all regimes.
    window : rows of the series put side by side as features; 2 is the classic lagged pair.
    stickiness : prior transitions of each regime to itself, in rows.
    shrinkage : rows' worth of prior in each covariance, about the noise of the series.
    initial : "stationary" (the chain has always been running) or "free".
    max_regimes : largest number tried by "auto".
    criterion : "bic", "aic" or "held_out" (one-step likelihood of the last 30 % of the rows).
    season : rows in a season for forecasts and anomaly scores, "auto", or 1 for none.
    tol, max_iter : EM stops when the penalised log-likelihood per row gains less than `tol`.
    random_state : seed or generator of starts and forecast paths.

    Attributes
    ----------
    n_regimes_ : K; regimes are numbered by mean, or by spread where the means agree.
    transition_ : (K, K) probability of moving from the row's regime to the column's.
    initial_ : (K,) distribution of the first regime.    weights_ : (K,) long-run shares.
    durations_ : (K,) expected rows in a row.
    means_ : (K, d) level of each regime.    covariances_ : (K, d, d) around it.
    intercepts_, coefficients_ : (J, d) and (J, d, q) of the J = K n_components components.
    log_likelihood_, bic_, aic_ : nats.    converged_, n_iter_ : how EM ended.
    table_ : DataFrame, one row for each candidate tried.

    References
    ----------
    Baum, Petrie, Soules and Weiss (1970). Hamilton (1989), A new approach to the
    economic analysis of nonstationary time series, Econometrica 57.

    Examples
    --------
    >>> import numpy as np
    >>> from gmm_engine import RegimeModel
    >>> rng = np.random.default_rng(0)
    >>> y = np.concatenate([rng.normal(0, 1, 150), rng.normal(4, 1, 100), rng.normal(0, 1, 150)])
    >>> model = RegimeModel(random_state=0).fit(y)
    >>> model.n_regimes_, model.smooth(y).shape
    (2, (400, 2))
    >>> model.decode(y)[[0, 200, 399]]
    array([0, 1, 0])
    """

    _series: Sequence | None = None
    _form: ClassVar[Form] = stored.FORM
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_regimes": [Interval(Integral, 1, 50, closed="both"), StrOptions({"auto"})],
        "memory": ["boolean"],
        "covariance_type": [StrOptions({"auto", *covariance.NAMES})],
        "n_components": [Interval(Integral, 1, 20, closed="both")],
        "order": [Interval(Integral, 0, 100, closed="both")],
        "shared_coefficients": ["boolean"],
        "window": [Interval(Integral, 1, 100, closed="both")],
        "stickiness": [Interval(Real, 0, None, closed="left")],
        "shrinkage": [Interval(Real, 0, None, closed="left")],
        "initial": [StrOptions({"stationary", "free"})],
        "max_regimes": [Interval(Integral, 1, 20, closed="both")],
        "criterion": [StrOptions(set(choose.CRITERIA))],
        "season": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "tol": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        n_regimes: int | str = "auto",
        *,
        memory: bool = True,
        covariance_type: str = "auto",
        n_components: int = 1,
        order: int = 0,
        shared_coefficients: bool = True,
        window: int = 1,
        stickiness: float = 1.0,
        shrinkage: float = 2.0,
        initial: str = "stationary",
        max_regimes: int = 4,
        criterion: str = "bic",
        season: int | str = "auto",
        tol: float = 1e-6,
        max_iter: int = 200,
        random_state: Any = 0,
    ) -> None:
        self.n_regimes = n_regimes
        self.memory = memory
        self.covariance_type = covariance_type
        self.n_components = n_components
        self.order = order
        self.shared_coefficients = shared_coefficients
        self.window = window
        self.stickiness = stickiness
        self.shrinkage = shrinkage
        self.initial = initial
        self.max_regimes = max_regimes
        self.criterion = criterion
        self.season = season
        self.tol = tol
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, y: Any, *, times: Any = None) -> RegimeModel:
        """Learn the regimes of a series.

        Parameters
        ----------
        y : (n,) or (n, d), NaN where missing; a Series or DataFrame indexed by dates brings its times.
        times : (n,) dates of the rows, used for calendar seasons only.

        Raises
        ------
        DataError
            Too few rows, nothing known, a column that never changes, or infinite values.
        """
        for _ in self.iter_fit(y, times=times):
            pass
        return self

    def iter_fit(self, y: Any, *, times: Any = None) -> Iterator[object]:
        """`fit` piece by piece: stop iterating to stop the fit; the last piece sets the attributes."""
        self._validate_params()
        if self.order and (self.window > 1):
            raise DataError(
                f"order={self.order} and window={self.window} both use lags: set one to its smallest."
            )
        series = sequence_of(y, times, fewest=8 + 2 * (self.order + self.window))
        yield from self._search(series)

    def _search(self, series: Sequence) -> Generator[object, None, None]:
        frame = Frame.of(np.column_stack([filled(column) for column in series.values.T]))
        plan = self._plan()
        counts = range(1, self.max_regimes + 1) if self.n_regimes == "auto" else (int(self.n_regimes),)
        families = AUTO_FAMILIES if self.covariance_type == "auto" else (self.covariance_type,)
        rng = check_random_state(self.random_state)
        rows = self._rows(series.values, frame)
        found = yield from choose.sweep(rows, tuple(counts), families, plan, rng)
        self._adopt(series, frame, rows, found)

    def smooth(self, y: Any = None) -> Array:
        """Probability (n, K) of each regime at each row, given the whole series.

        `y` defaults to the series of the fit.
        """
        learner, state = self._learner(y)
        return learner.smooth(state).probabilities

    def filter(self, y: Any = None) -> Array:
        """Probability (n, K) of each regime at each row, given the rows up to it."""
        learner, state = self._learner(y)
        return learner.filter(state).probabilities

    def decode(self, y: Any = None) -> Array:
        """The most probable path of regimes (n,), as integers from 0."""
        learner, state = self._learner(y)
        return chain.decode(learner.log_densities(state)[1], state.chain)

    def score(self, y: Any = None) -> float:
        """Log-likelihood of a series, nats."""
        learner, state = self._learner(y)
        shift = learner.observed.n_cells * float(np.log(self._frame.scale))
        return float(learner.filter(state).log_likelihood + shift)

    def forecast(self, h: int, quantiles: Any = QUANTILES) -> pd.DataFrame:
        """Quantiles of the next `h` rows.

        Paths come from a pool of simple forecasters, the regimes among them, each weighted by
        its errors in a rolling-origin backtest on the series of the fit.

        Returns
        -------
        DataFrame of h rows (dates if the fit had them, else row numbers), one column for each
        quantile; for several columns, one column for each pair (name, quantile).
        """
        return self.forecaster().quantiles(h, quantiles)

    def forecaster(self, column: str | None = None) -> Forecaster:
        """The pool behind `forecast`, with its backtest; of all columns, or of one by name."""
        series = self._own() if column is None else self._own().only(column)
        return Forecaster(series, self.season, self.random_state)

    def anomaly_scores(self, y: Any = None, *, times: Any = None) -> Array:
        """How strange each row is given only the rows before it (n,); larger is stranger.

        A score of `surprise.THRESHOLD` (13) or more is worth an alarm: scores are 0 except where
        a row is stranger than all of the 200 before it. A series that continues or differs from that of
        the fit is judged against the latter; the series of the fit is judged against its own past.
        """
        check_is_fitted(self, "transition_")
        series = self._own() if y is None else sequence_of(y, times, fewest=1)
        return SurpriseScorer(self.season, self.random_state).scores(series, self._series)

    def _plan(self) -> choose.Plan:
        rule = ChainRule(self.memory, self.stickiness, self.initial)
        emission = EmissionRule("VVV", self.shared_coefficients, self.shrinkage)
        return choose.Plan(
            rule, emission, self.n_components, self.order, self.tol, self.max_iter, self.criterion
        )

    def _rows(self, values: Array, frame: Frame) -> Array:
        return lagged_rows((values - frame.centre) * frame.scale, self.window - 1)

    def _learner(self, y: Any) -> tuple[Learner, State]:
        check_is_fitted(self, "transition_")
        values = self._own().values if y is None else sequence_of(y, None, fewest=1).values
        d = len(self._frame.centre)
        if values.shape[1] != d:
            raise DataError(f"The model was fitted to {d} columns, this series has {values.shape[1]}.")
        rows = self._rows(values, self._frame)
        plan = self._plan()
        observed = Observed(rows, self.order)
        return Learner(observed, plan.chain, plan.emission, np.eye(rows.shape[1])), self._state

    def _own(self) -> Sequence:
        """The series of the fit."""
        check_is_fitted(self, "transition_")
        if self._series is None:
            raise DataError("This model was read from a document, which holds no series: give one.")
        return self._series

    def _adopt(self, series: Sequence, frame: Frame, rows: Array, found: list[choose.Fitted]) -> None:
        fitted = choose.best(found, self.criterion)
        self._series = series
        self._set_state(report.in_order(fitted.state), frame)
        shift = Observed(rows, self.order).n_cells * np.log(frame.scale)
        self.table_ = report.table(found, shift)
        self.log_likelihood_ = fitted.log_likelihood + shift
        self.bic_, self.aic_ = fitted.bic - 2 * shift, fitted.aic - 2 * shift
        self.n_parameters_, self.family_ = fitted.n_parameters, fitted.family
        self.converged_, self.n_iter_ = fitted.converged, fitted.run.n_iter

    def _set_state(self, state: State, frame: Frame) -> None:
        self._state, self._frame = state, frame
        for name, value in report.attributes(state, frame, self.window).items():
            setattr(self, name, value)
