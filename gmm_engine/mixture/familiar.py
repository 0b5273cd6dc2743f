"""Private names of scikit-learn's mixture that subclasses and scripts in the wild rely on."""

from __future__ import annotations

from typing import Any

from gmm_engine.mixture import shapes
from gmm_engine.mixture.task import given_params, mstep
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params


class Familiar:
    """`_n_parameters`, `_get_parameters`, `_set_parameters` and `_initialize`, as in scikit-learn."""

    covariance_type: str
    weights_: Array
    means_: Array
    covariances_: Array
    precisions_: Array
    precisions_cholesky_: Array

    def _n_parameters(self) -> int:
        return int(self.n_parameters())  # type: ignore[attr-defined]

    def _get_parameters(self) -> tuple[Array, Array, Array, Array]:
        return self.weights_, self.means_, self.covariances_, self.precisions_cholesky_

    def _set_parameters(self, params: tuple[Array, Array, Array, Array]) -> None:
        self.weights_, self.means_, self.covariances_, self.precisions_cholesky_ = params
        self.precisions_ = shapes.precisions(self.precisions_cholesky_, self.covariance_type)

    def _initialize(self, X: Array, resp: Array) -> None:
        """Parameters of the first E-step from responsibilities (n, k), those given at their values."""
        rows: Any = MemoryRows(X)
        maximise = mstep(self, rows.frame)
        first = maximise(rows.weigh(resp, diagonal=maximise.family.diagonal), None)
        weights, means, factors = given_params(self, rows.frame, resp.shape[1])
        merged = Params(
            first.weights if weights is None else weights,
            first.means if means is None else means,
            first.factors if factors is None else factors,
        )
        self._set_params(rows.frame.leave(merged))  # type: ignore[attr-defined]
