"""Rows drawn from a mixture that is given component by component."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike

from gmm_engine.errors import DataError
from gmm_engine.types import Array, Dataset

MIN_ROWS, MAX_ROWS = 10, 1_000_000
OUTLIER = -1


@dataclass(frozen=True)
class Component:
    """One normal component: `mean` and `sd` per column, and how the columns go together.

    `correlation` is one number shared by every pair of columns, or the (d, d) matrix.
    Weights need not sum to one; they are divided by their sum.
    """

    weight: float
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    correlation: float | tuple[tuple[float, ...], ...] = 0.0

    def covariance(self) -> Array:
        """Covariance matrix (d, d)."""
        scale = np.asarray(self.sd, np.float64)
        matrix = np.array(self.correlation, np.float64)
        if matrix.ndim == 0:
            matrix = np.full((scale.size, scale.size), float(matrix))
        np.fill_diagonal(matrix, 1.0)
        return matrix * np.outer(scale, scale)


def mixture(
    components: Sequence[Component],
    n_rows: int = 1000,
    *,
    outliers: float = 0.0,
    noise: float = 0.0,
    dtype: DTypeLike = np.float64,
    random_state: Any = 0,
    name: str = "Mixture",
) -> Dataset:
    """Draw rows from a mixture given component by component.

    Parameters
    ----------
    components : at least one `Component`, all with the same number of columns.
    n_rows : 10 to 1,000,000.
    outliers : share of the rows placed 6 to 12 standard deviations of all rows from their centre.
    noise : share of the rows spread evenly over the box of the data and a tenth beyond.
    dtype : float32 or float64.
    random_state : seed or Generator; the same seed gives the same rows.
    name : display name.

    Returns
    -------
    Dataset with columns x1, x2, ...; rows are in random order.

    Raises
    ------
    DataError : a weight, spread, correlation, share or row count that cannot be.

    Examples
    --------
    >>> pair = (Component(1, (0, 0), (1, 1)), Component(1, (5, 5), (1, 2), 0.5))
    >>> mixture(pair, 500).values.shape
    (500, 2)
    """
    check_rows(n_rows)
    factors = _factors(components)
    if not (outliers >= 0 and noise >= 0 and outliers + noise <= 0.9):
        shares = f"Outliers ({outliers:g}) and noise ({noise:g})"
        raise DataError(f"{shares} are shares of the rows: together 0 to 0.9.")
    rng = np.random.default_rng(random_state)
    weights = np.array([c.weight for c in components], np.float64)
    weights /= weights.sum()
    strays = [round(n_rows * outliers), round(n_rows * noise)]
    counts = rng.multinomial(n_rows - sum(strays), weights)
    labels = np.repeat(np.arange(len(components)), counts)
    means = np.array([c.mean for c in components], np.float64)
    inliers = normal_rows(means, factors, labels, dtype, rng)
    far = _outliers(inliers, strays[0], rng)
    X = np.concatenate([inliers, far, _evenly(inliers, strays[1], rng)])
    truth = {
        "weights": weights,
        "means": means,
        "covariances": factors @ factors.transpose(0, 2, 1),
        "outliers": outliers,
        "noise": noise,
    }
    return shuffled(name, X, np.concatenate([labels, np.full(sum(strays), OUTLIER)]), rng, truth)


def check_rows(n_rows: int) -> None:
    if not MIN_ROWS <= n_rows <= MAX_ROWS:
        raise DataError(f"Ask for {MIN_ROWS} to {MAX_ROWS:,} rows, not {n_rows:,}.")


def _factors(components: Sequence[Component]) -> Array:
    """Lower Cholesky factors (k, d, d), after checking every component."""
    if not components:
        raise DataError("A mixture needs at least one component.")
    return np.stack([_factor(j, c, len(components[0].mean)) for j, c in enumerate(components, 1)])


def _factor(j: int, component: Component, d: int) -> Array:
    numbers = np.array([component.weight, *component.mean, *component.sd], np.float64)
    if not (np.isfinite(numbers).all() and len(component.mean) == len(component.sd) == d >= 1):
        raise DataError(f"Component {j} needs one finite mean and one spread for each of the {d} columns.")
    if component.weight <= 0 or min(component.sd) <= 0:
        seen = f"{component.weight:g} and {component.sd}"
        raise DataError(f"Component {j} needs a weight and spreads above zero, not {seen}.")
    try:
        return np.linalg.cholesky(component.covariance())
    except (np.linalg.LinAlgError, ValueError):
        message = f"Component {j}: correlation {component.correlation} is not possible for {d} columns."
        raise DataError(f"{message} Move it towards 0.") from None


def normal_rows(
    means: Array, factors: Array, labels: Array, dtype: DTypeLike, rng: np.random.Generator
) -> Array:
    """Rows of N(means[label], L L^T); `labels` is sorted, so each component is one slice."""
    X = standard_normal(rng, (labels.size, means.shape[1]), dtype)
    borders = np.searchsorted(labels, np.arange(len(means) + 1))
    for j, (start, stop) in enumerate(itertools.pairwise(borders)):
        X[start:stop] = X[start:stop] @ factors[j].T.astype(X.dtype) + means[j].astype(X.dtype)
    return X


def standard_normal(rng: np.random.Generator, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Standard normal numbers drawn in float32 or float64 directly."""
    if np.dtype(dtype) == np.float32:
        return rng.standard_normal(shape, dtype=np.float32)
    return rng.standard_normal(shape)


def _outliers(X: Array, count: int, rng: np.random.Generator) -> Array:
    """Rows in random directions from the centre of X, 6 to 12 of its spreads away."""
    d = X.shape[1]
    centre, spread = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
    direction = rng.standard_normal((count, d))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    far = centre + direction * rng.uniform(6, 12, (count, 1)) * spread
    return np.asarray(far, X.dtype)


def _evenly(X: Array, count: int, rng: np.random.Generator) -> Array:
    low, high = X.min(axis=0).astype(np.float64), X.max(axis=0).astype(np.float64)
    margin = 0.1 * (high - low)
    return rng.uniform(low - margin, high + margin, (count, X.shape[1])).astype(X.dtype)


def shuffled(name: str, X: Array, labels: Array, rng: np.random.Generator, truth: dict[str, Any]) -> Dataset:
    order = rng.permutation(len(X))
    columns = tuple(f"x{f}" for f in range(1, X.shape[1] + 1))
    values = pd.DataFrame(np.asfortranarray(X[order]), columns=list(columns))
    return Dataset(
        values, columns, name=name, numeric=columns, about={"truth": {"labels": labels[order], **truth}}
    )
