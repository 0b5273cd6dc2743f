"""What one can ask a fitted mixture: parts of it, conditions, probabilities, its entropy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logsumexp

from gmm_engine.errors import DataError
from gmm_engine.mixture import distribution
from gmm_engine.types import LOG_2PI, Array, Params

if TYPE_CHECKING:
    from gmm_engine.mixture.gaussian import GaussianMixture

ENTROPY_SAMPLES = 50_000
BOX_POINTS = 24_576


class Questions:
    """Mixed into every estimator that has `_params()`; rows of the noise component are left out."""

    def marginal(self, columns: Sequence[Any]) -> GaussianMixture:
        """The mixture of some columns alone.

        Parameters
        ----------
        columns : positions or names, in the order wanted.
        """
        places = [self._place(column) for column in columns]
        if not places or len(set(places)) < len(places):
            raise DataError(f"marginal needs different columns, got {list(columns)!r}.")
        return self._as_mixture(distribution.marginal(self._shape(), np.array(places)), places)

    def condition(self, given: Mapping[Any, float]) -> GaussianMixture:
        """The mixture of the other columns when some are known.

        Parameters
        ----------
        given : value of each known column, by position or name.
        """
        params = self._shape()
        places = [self._place(column) for column in given]
        values = np.array([float(value) for value in given.values()])
        free = [f for f in range(params.means.shape[1]) if f not in places]
        if not places or not free or not np.all(np.isfinite(values)):
            raise DataError("condition needs finite values for some, but not all, columns.")
        weights, means, covariances, _ = distribution.condition(params, np.array(places), values[None])
        inner = Params(weights[0], means[0], np.linalg.cholesky(covariances))
        return self._as_mixture(inner, free)

    def rescaled(self, centre: Any, scale: Any) -> GaussianMixture:
        """The mixture of ``centre + scale * x``: a fit to standardised columns in the table's units.

        Parameters
        ----------
        centre, scale : (d,) each; scales are positive. Noise keeps its share, its box moves too.
        """
        params: Params = self._params()  # type: ignore[attr-defined]
        d = params.means.shape[1]
        shift, factor = (np.asarray(value, dtype=np.float64).reshape(-1) for value in (centre, scale))
        if len(shift) != d or len(factor) != d or not np.all(factor > 0) or not np.all(np.isfinite(shift)):
            raise DataError(f"rescaled needs {d} finite centres and {d} positive scales.")
        factors = params.factors * (factor if params.diagonal else factor[:, None])
        moved = Params(params.weights, shift + factor * params.means, factors, params.noise)
        model = self._as_mixture(moved, None)
        box = getattr(self, "noise_box_", None)
        model.noise, model.noise_box_ = box is not None, None if box is None else shift + factor * box
        model.missing = getattr(self, "missing", "error")
        model.converged_, model.n_iter_ = getattr(self, "converged_", True), getattr(self, "n_iter_", 0)
        return model

    def cdf(self, x: Any) -> Array:
        """Cumulative probability P(X <= x), in every column at once.

        Parameters
        ----------
        x : (n,) or (n, 1) for one column (exact), (n, d) otherwise (see `box_probability`).
        """
        params = self._shape()
        points = np.asarray(x, dtype=np.float64)
        d = params.means.shape[1]
        if d == 1:
            scale = np.sqrt(params.covariances()[:, 0, 0])
            return distribution.cdf(params.weights, params.means[:, 0], scale, points.reshape(-1))
        points = points.reshape(-1, d)
        return np.array([self.box_probability(np.full(d, -np.inf), point)[0] for point in points])

    def quantile(self, q: Any) -> Array:
        """Values (n,) below which a share q (n,) of a one-column mixture lies.

        Raises
        ------
        DataError
            The mixture has several columns (take `marginal` first), or q is outside 0 to 1.
        """
        params = self._shape()
        shares = np.asarray(q, dtype=np.float64)
        if params.means.shape[1] != 1:
            raise DataError("quantile is for one column; choose it by marginal([column]) first.")
        if np.any(~((shares >= 0) & (shares <= 1))):
            raise DataError(f"Quantile levels must lie between 0 and 1, got {q!r}.")
        scale = np.sqrt(params.covariances()[:, 0, 0])
        return distribution.quantile(params.weights, params.means[:, 0], scale, shares)

    def box_probability(self, lower: Any, upper: Any) -> tuple[float, float]:
        """P(lower <= X <= upper) over all columns, and its standard error (0 for one column).

        References
        ----------
        Genz (1992), Numerical computation of multivariate normal probabilities.
        """
        params = self._shape()
        low, high = (np.asarray(bound, dtype=np.float64).reshape(-1) for bound in (lower, upper))
        d = params.means.shape[1]
        if len(low) != d or len(high) != d or np.any(~(low <= high)):
            raise DataError(f"A box needs {d} lower and {d} upper limits, none above its partner.")
        return distribution.box_probability(params, low, high, BOX_POINTS, np.random.default_rng(0))

    def entropy(self) -> tuple[float, float]:
        """Differential entropy in nats, and its standard error (0 for a single component)."""
        params = self._shape()
        if len(params.weights) == 1:
            d = params.means.shape[1]
            half_log = 0.5 * float(np.linalg.slogdet(params.covariances()[0])[1])
            return half_log + d / 2 * (1 + LOG_2PI), 0.0
        plain = self._as_mixture(params, None)
        plain.random_state = 0
        X, _ = plain.sample(ENTROPY_SAMPLES)
        surprise = -plain.score_samples(X)
        return float(surprise.mean()), float(surprise.std() / np.sqrt(len(surprise)))

    def _log_density(self, X: Array) -> Array:
        return np.asarray(logsumexp(distribution.log_densities(self._shape(), X), axis=1))

    def _shape(self) -> Params:
        """The parameters without noise, weights summing to one."""
        params: Params = self._params()  # type: ignore[attr-defined]
        return Params(params.weights / params.weights.sum(), params.means, params.factors)

    def _place(self, column: Any) -> int:
        names = [str(name) for name in getattr(self, "feature_names_in_", [])]
        d = int(self.n_features_in_)  # type: ignore[attr-defined]
        if isinstance(column, str) and column in names:
            return names.index(column)
        if isinstance(column, int | np.integer) and 0 <= column < d:
            return int(column)
        known = f" or one of {names}" if names else ""
        raise DataError(f"No column {column!r}: use a position from 0 to {d - 1}{known}.")

    def _as_mixture(self, params: Params, places: list[int] | None) -> GaussianMixture:
        # Mixtures are built from mixtures: the class is not known while this file is read.
        from gmm_engine.mixture.gaussian import GaussianMixture

        model = GaussianMixture._of(params)
        names = getattr(self, "feature_names_in_", None)
        if names is not None:
            model.feature_names_in_ = names if places is None else np.asarray(names)[places]
        return model
