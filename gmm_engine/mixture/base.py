"""What every fitted mixture can do: score, classify, sample."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import logsumexp
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from gmm_engine import validate
from gmm_engine.errors import DataError
from gmm_engine.mixture import shapes
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Array, Params


class BaseMixture(DensityMixin, BaseEstimator):  # type: ignore[misc]
    """Predictions of a fitted mixture; subclasses fit."""

    covariance_type: str
    weights_: Array
    means_: Array
    covariances_: Array
    precisions_: Array
    precisions_cholesky_: Array

    def fit_predict(self, X: Any, y: Any = None, sample_weight: Any = None) -> Array:
        """Fit, then label each row (n,) with its likeliest component."""
        return self.fit(X, y, sample_weight).predict(X)  # type: ignore[no-any-return]

    def predict(self, X: Any) -> Array:
        """Likeliest component (n,) of each row, as integers from 0."""
        return self._scores(X)[1]

    def predict_proba(self, X: Any) -> Array:
        """Responsibilities (n, k): the probability of each component given the row."""
        logs = self._log_densities(X)
        return np.asarray(np.exp(logs - logsumexp(logs, axis=1, keepdims=True)))

    def score_samples(self, X: Any) -> Array:
        """Log density of each row (n,), in nats."""
        return self._scores(X)[0]

    def score(self, X: Any, y: Any = None) -> float:
        """Mean log density of the rows, in nats."""
        return float(np.mean(self.score_samples(X), dtype=np.float64))

    def sample(self, n_samples: int = 1) -> tuple[Array, Array]:
        """Draw rows from the fitted mixture.

        Returns
        -------
        X : (n_samples, d) rows, grouped by component.
        y : (n_samples,) the component each row came from.
        """
        check_is_fitted(self)
        if n_samples < 1:
            raise DataError(
                f"Invalid value for 'n_samples': {n_samples} . The sampling requires at least one sample."
            )
        rng = check_random_state(self.random_state)
        params = self._params()
        weights = np.asarray(params.weights, np.float64)
        y = np.repeat(np.arange(len(weights)), rng.multinomial(n_samples, weights / weights.sum()))
        noise = rng.standard_normal((n_samples, params.means.shape[1]))
        if params.diagonal:
            return params.means[y] + params.factors[y] * noise, y
        moved = np.empty_like(noise)
        for j in range(len(weights)):
            moved[y == j] = noise[y == j] @ params.factors[j].T
        return params.means[y] + moved, y

    def _params(self) -> Params:
        k, d = self.means_.shape
        factors = shapes.factors_from(self.precisions_cholesky_, self.covariance_type, k, d)
        return Params(np.asarray(self.weights_, np.float64), np.asarray(self.means_, np.float64), factors)

    def _set_params(self, params: Params) -> None:
        kind = self.covariance_type
        self.weights_, self.means_ = params.weights, params.means
        self.covariances_ = shapes.covariances(params.factors, kind)
        self.precisions_cholesky_ = shapes.precisions_cholesky(params.factors, kind)
        self.precisions_ = shapes.precisions(self.precisions_cholesky_, kind)

    def _rows(self, X: Any) -> tuple[MemoryRows, Params]:
        """Checked rows and the fitted parameters, both in a frame that depends on the model only."""
        check_is_fitted(self)
        checked = validate.rows(self, X, reset=False)
        params = self._params()
        frame = model_frame(params, checked.dtype)
        return MemoryRows(checked, frame=frame), frame.enter(params)

    def _scores(self, X: Any) -> tuple[Array, Array]:
        rows, params = self._rows(X)
        return rows.score(params)

    def _log_densities(self, X: Any) -> Array:
        rows, params = self._rows(X)
        return rows.log_densities(params)


def model_frame(params: Params, dtype: Any) -> Frame:
    """Coordinates centred on the mixture's mean, with its largest deviation near one."""
    centre = params.weights @ params.means / params.weights.sum()
    largest = float(np.max(np.abs(params.factors)))
    scale = 2.0 ** -np.round(np.log2(largest)) if np.isfinite(largest) and largest > 0 else 1.0
    return Frame(np.asarray(centre, dtype).astype(np.float64), float(scale))
