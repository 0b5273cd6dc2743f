"""What every fitted mixture can do: score, classify, sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy.special import logsumexp
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from gmm_engine import start, validate
from gmm_engine.errors import DataError
from gmm_engine.mixture import afar, shapes
from gmm_engine.mixture.noise import log_widths
from gmm_engine.mixture.questions import Questions
from gmm_engine.rows import Frame, MemoryRows, PiecedRows, SplitRows, is_far
from gmm_engine.stored import Stored
from gmm_engine.types import Array, Params, Stats


class BaseMixture(Questions, Stored, DensityMixin, BaseEstimator):  # type: ignore[misc]
    """Predictions of a fitted mixture; subclasses fit."""

    # What every mixture's parameters must be; subclasses add their own.
    _common_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0.0, None, closed="left")],
        "reg_covar": [Interval(Real, 0.0, None, closed="left")],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "init_params": [StrOptions(set(start.METHODS)), callable],
        "resp_init": ["array-like", None],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose"],
        "verbose_interval": [Interval(Integral, 1, None, closed="left")],
    }
    covariance_type: str
    weights_: Array
    means_: Array
    covariances_: Array
    precisions_: Array
    precisions_cholesky_: Array
    noise_weight_: float = 0.0
    noise_box_: Array | None = None

    def fit_predict(self, X: Any, y: Any = None, sample_weight: Any = None) -> Array:
        """Fit, then label each row (n,) with its likeliest component."""
        return self.fit(X, y, sample_weight).predict(X)  # type: ignore[no-any-return]

    def predict(self, X: Any) -> Array:
        """Likeliest component (n,) of each row, as integers from 0."""
        return self._scores(X)[1]

    def predict_proba(self, X: Any) -> Array:
        """Responsibilities (n, k): the probability of each component given the row."""
        rows, params = self._rows(X)
        logs = rows.log_densities(params)
        if params.noise == 0:
            return np.asarray(np.exp(logs - logsumexp(logs, axis=1, keepdims=True)))
        return np.asarray(np.exp(logs - rows.score(params)[0][:, None]))

    def score_samples(self, X: Any) -> Array:
        """Log density of each row (n,), in nats."""
        return self._scores(X)[0]

    def iter_scores(self, X: Any) -> Iterator[tuple[Array, Array]]:
        """Log density and likeliest component of rows that are not in memory, a piece at a time.

        Parameters
        ----------
        X : what `open_rows` returns or takes.

        Yields
        ------
        (m,) log densities in nats and (m,) components of each piece, in order.
        """
        rows, params = self._rows(X)
        if isinstance(rows, PiecedRows):
            yield from rows.scores(params)
        else:
            yield rows.score(params)

    def score(self, X: Any, y: Any = None) -> float:
        """Mean log density of the rows, in nats."""
        far = self._far_stats(X)
        if far is not None:
            return far.log_likelihood / far.total
        return float(np.mean(self.score_samples(X), dtype=np.float64))

    def sample(self, n_samples: int = 1) -> tuple[Array, Array]:
        """Draw rows from the fitted mixture.

        Returns
        -------
        X : (n_samples, d) rows, grouped by component.
        y : (n_samples,) the component each row came from, -1 for noise.
        """
        check_is_fitted(self)
        if n_samples < 1:
            raise DataError(
                f"Invalid value for 'n_samples': {n_samples} . The sampling requires at least one sample."
            )
        rng = check_random_state(self.random_state)
        params = self._params()
        weights = np.asarray(params.weights, np.float64)
        shares = np.append(weights, params.noise)
        y = np.repeat([*range(len(weights)), -1], rng.multinomial(n_samples, shares / shares.sum()))
        rows = rng.standard_normal((n_samples, params.means.shape[1]))
        for j in range(len(weights)):
            factor = np.diag(params.factors[j]) if params.diagonal else params.factors[j]
            rows[y == j] = params.means[j] + rows[y == j] @ factor.T
        if self.noise_box_ is not None:
            rows[y == -1] = rng.uniform(*self.noise_box_, size=((y == -1).sum(), rows.shape[1]))
        return rows, y

    def parameters(self) -> Params:
        """Weights (k,), means (k, d) and lower Cholesky factors as one value, in the data's units.

        Factors are (k, d, d), or standard deviations (k, d) where covariances are diagonal.
        """
        check_is_fitted(self)
        return self._params()

    def _tell(self, iteration: int, bound: float) -> None:
        if self.verbose and iteration % self.verbose_interval == 0:
            print(f"  Iteration {iteration}\t bound {bound:.5f}")

    def _params(self) -> Params:
        k, d = self.means_.shape
        factors = shapes.factors_from(self.precisions_cholesky_, self.covariance_type, k, d)
        weights, means = np.asarray(self.weights_, np.float64), np.asarray(self.means_, np.float64)
        if self.noise_weight_ == 0 or self.noise_box_ is None:
            return Params(weights, means, factors)
        log_density = -float(log_widths(self.noise_box_).sum())
        return Params(weights, means, factors, self.noise_weight_, log_density)

    def _set_params(self, params: Params) -> None:
        kind = self.covariance_type
        self.weights_, self.means_, self.noise_weight_ = params.weights, params.means, float(params.noise)
        self.covariances_ = shapes.covariances(params.factors, kind)
        self.precisions_cholesky_ = shapes.precisions_cholesky(params.factors, kind)
        self.precisions_ = shapes.precisions(self.precisions_cholesky_, kind)

    def _far_stats(self, X: Any) -> Stats | None:
        """Statistics of rows that are elsewhere, log-likelihood in the user's units; None for memory."""
        if not is_far(X):
            return None
        rows, params = self._rows(X)
        stats = rows.estep(params)
        return replace(stats, log_likelihood=stats.log_likelihood + stats.total * rows.log_volume)

    def _rows(self, X: Any) -> tuple[MemoryRows | SplitRows | PiecedRows, Params]:
        """Checked rows and the fitted parameters, both in a frame that depends on the model only."""
        check_is_fitted(self)
        if is_far(X):
            source, params = afar.opened(self, X), self._params()
            frame = model_frame(params, np.dtype(source.dtype))
            return PiecedRows(source, frame, log_widths=self._log_widths(frame)), frame.enter(params)
        gaps = getattr(self, "missing", "error") == "em"
        checked = validate.rows(self, X, reset=False, missing=gaps)
        params = self._params()
        frame = model_frame(params, checked.dtype)
        if not gaps or not np.isnan(checked).any():
            return MemoryRows(checked, frame=frame), frame.enter(params)
        return SplitRows(checked, frame=frame, log_widths=self._log_widths(frame)), frame.enter(params)

    def _log_widths(self, frame: Frame) -> Array | None:
        return None if self.noise_box_ is None else log_widths(self.noise_box_) + np.log(frame.scale)

    def _scores(self, X: Any) -> tuple[Array, Array]:
        rows, params = self._rows(X)
        return rows.score(params)


def model_frame(params: Params, dtype: Any) -> Frame:
    """Coordinates centred on the mixture's mean, with its largest deviation near one."""
    centre = params.weights @ params.means / params.weights.sum()
    largest = float(np.max(np.abs(params.factors)))
    scale = 2.0 ** -np.round(np.log2(largest)) if np.isfinite(largest) and largest > 0 else 1.0
    return Frame(np.asarray(centre, dtype).astype(np.float64), float(scale))
