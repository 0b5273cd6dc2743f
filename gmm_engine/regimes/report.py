"""A fitted state in the user's units: what the estimator shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.regimes.chain import stationary
from gmm_engine.regimes.choose import Fitted
from gmm_engine.regimes.emissions import Emissions
from gmm_engine.regimes.learn import State
from gmm_engine.rows import Frame
from gmm_engine.types import Array

# Regimes whose means differ by less than this many standard deviations are told apart by spread.
SAME_MEAN = 0.5


def in_order(state: State) -> State:
    """Regimes by the mean of the first column, or by its spread where the means agree."""
    means, covariances = levels(state.emissions)
    level, spread = means[:, 0], np.sqrt(covariances[:, 0, 0])
    if np.ptp(level) > SAME_MEAN * spread.min():
        return state.reordered(np.argsort(level, kind="stable"))
    return state.reordered(np.argsort(spread, kind="stable"))


def levels(emissions: Emissions) -> tuple[Array, Array]:
    """Mean (K, d) and covariance (K, d, d) of each regime, its components taken together.

    With lags: where a regime would settle if it lasted, and the innovations' covariance.
    """
    k, size = emissions.weights.shape
    settled = _settled(emissions).reshape(k, size, -1)
    inside = emissions.covariances.reshape(k, size, *emissions.covariances.shape[1:])
    means = np.einsum("kj,kjd->kd", emissions.weights, settled)
    apart = settled - means[:, None, :]
    between = np.einsum("kj,kjd,kje->kde", emissions.weights, apart, apart)
    return means, np.einsum("kj,kjde->kde", emissions.weights, inside) + between


def _settled(emissions: Emissions) -> Array:
    if emissions.order == 0:
        return emissions.intercepts
    j, d = emissions.intercepts.shape
    total = emissions.coefficients.reshape(j, d, -1, d).sum(axis=2)
    systems = np.eye(d) - total
    return np.stack([np.linalg.lstsq(systems[i], emissions.intercepts[i], rcond=None)[0] for i in range(j)])


def attributes(state: State, frame: Frame, window: int) -> dict[str, Any]:
    """The fitted attributes of `RegimeModel`, in the user's units."""
    emissions, transition = state.emissions, state.chain.transition
    means, covariances = levels(emissions)
    centre = np.tile(frame.centre, window)
    _, d, q = emissions.coefficients.shape
    drift = (emissions.coefficients @ np.tile(centre, q // d)) if q else 0.0
    stay = np.minimum(np.diagonal(transition), 1 - 1e-12)
    return {
        "n_regimes_": state.k,
        "transition_": transition,
        "initial_": state.chain.initial,
        "weights_": stationary(transition),
        "durations_": 1 / (1 - stay),
        "means_": means / frame.scale + centre,
        "covariances_": covariances / frame.scale**2,
        "intercepts_": emissions.intercepts / frame.scale + centre - drift,
        "coefficients_": emissions.coefficients,
        "component_weights_": emissions.weights,
        "component_covariances_": emissions.covariances / frame.scale**2,
    }


def table(found: list[Fitted], shift: float) -> pd.DataFrame:
    """One row for each candidate: regimes, covariance family, criteria."""
    return pd.DataFrame(
        {
            "n_regimes": [fitted.k for fitted in found],
            "covariance": [fitted.family for fitted in found],
            "log_likelihood": [fitted.log_likelihood + shift for fitted in found],
            "n_parameters": [fitted.n_parameters for fitted in found],
            "bic": [fitted.bic - 2 * shift for fitted in found],
            "aic": [fitted.aic - 2 * shift for fitted in found],
            "held_out": [fitted.held_out for fitted in found],
            "degenerate": [fitted.degenerate for fitted in found],
        }
    )
