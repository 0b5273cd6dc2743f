"""Checks at the door: arrays in, clean contiguous rows out, or a sentence that helps."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, validate_data

from gmm_engine.errors import DataError
from gmm_engine.types import Array

# Squares of larger (smaller) spreads leave float64's range.
LARGEST_SPREAD, SMALLEST_SPREAD = 1e150, 1e-150


def rows(estimator: Any, X: Any, *, reset: bool, min_rows: int = 1, missing: bool = False) -> Array:
    """Contiguous float32 or float64 rows (n, d) from any array-like or DataFrame.

    Raises
    ------
    DataError
        Not two-dimensional, not numeric, empty, or a cell that is missing or infinite;
        the message names the cell.
    """
    finite: Any = "allow-nan" if missing else True
    try:
        checked = validate_data(
            estimator,
            X,
            reset=reset,
            dtype=[np.float64, np.float32],
            order="C",
            ensure_min_samples=min_rows,
            ensure_all_finite=finite,
        )
    except ValueError as error:
        first = str(error).partition("\n")[0]
        # After missing cells follows scikit-learn's advice to take one of its other classes.
        gaps = "contains NaN" in first
        said = first if gaps else str(error)
        curable = gaps and hasattr(estimator, "missing")
        cure = ', or fit with missing="em", which counts their rows by the other cells' if curable else ""
        raise DataError(f"{said}{_first_bad_cell(X, missing, cure)}") from error
    return np.asarray(checked)


def _first_bad_cell(X: Any, missing: bool, cure: str) -> str:
    try:
        values = np.asarray(X)
        if values.dtype.kind == "O":
            values = values.astype(np.float64)
    except (TypeError, ValueError):
        return ""
    if values.dtype.kind != "f":
        return ""
    bad = np.isinf(values) if missing else ~np.isfinite(values)
    if values.ndim != 2 or not bad.any():
        return ""
    row, column = np.argwhere(bad)[0]
    names = getattr(X, "columns", None)
    name = column if names is None else repr(str(names[column]))
    return (
        f" First seen in row {row}, column {name}: {values[row, column]}."
        f" {int(bad.sum())} such cells; remove or replace them{cure}."
    )


def spread(X: Array) -> None:
    """Refuse columns whose squared spread would overflow or vanish."""
    with np.errstate(over="ignore", invalid="ignore"):
        width = np.nanmax(X, axis=0) - np.nanmin(X, axis=0)
    for column, value in enumerate(width.astype(np.float64)):
        if not value <= LARGEST_SPREAD or 0 < value < SMALLEST_SPREAD:
            size = "large" if not value <= LARGEST_SPREAD else "small"
            raise DataError(
                f"Column {column} spans {value:.3g}: too {size}, its square would overflow or vanish. "
                "Divide the column by a scale so that it spans about one."
            )


def sample_weight(weight: Any, X: Array) -> Array | None:
    """Row weights (n,) of X's dtype, finite and not negative, or None for ones."""
    if weight is None:
        return None
    try:
        checked = _check_sample_weight(weight, X, dtype=X.dtype, ensure_non_negative=True)
    except ValueError as error:
        raise DataError(f"sample_weight: {error}") from error
    if not np.any(checked > 0):
        raise DataError("sample_weight is zero for every row; at least one must be positive.")
    return np.asarray(checked)


def seed(random_state: Any) -> int:
    """A seed as it is, or one drawn from a generator, or a new one for None."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def labels(labels: Any, n: int, k: int) -> Array:
    """Known components (n,) as integers below k, -1 where unknown."""
    checked = np.asarray(labels)
    if checked.shape != (n,) or checked.dtype.kind not in "iu":
        raise DataError(
            f"labels must be {n} integers, -1 where unknown; got {checked.dtype} {checked.shape}."
        )
    if checked.min() < -1 or checked.max() >= k:
        raise DataError(
            f"labels must lie between -1 (unknown) and {k - 1}; got {checked.min()} to {checked.max()}. "
            "Raise n_components or renumber the labels."
        )
    return checked.astype(np.int64)


def some_observed(X: Array) -> None:
    """Refuse columns in which every cell is missing."""
    empty = np.isnan(X).all(axis=0)
    if empty.any():
        raise DataError(f"Column {int(np.argmax(empty))} has no observed cell; leave it out.")


def enough_rows(n: int, n_components: int) -> None:
    """Refuse more components than rows."""
    if n < n_components:
        raise DataError(
            f"Expected n_samples >= n_components but got n_components = {n_components}, "
            f"n_samples = {n}. Ask for fewer components or bring more rows."
        )


def initial_weights(weights: Any, k: int) -> Array:
    """`weights_init` as float64 (k,), between 0 and 1 and summing to one."""
    checked = _shaped(weights, (k,), "weights")
    if np.any(checked < 0) or np.any(checked > 1):
        raise DataError(
            "The parameter 'weights' should be in the range [0, 1], "
            f"but got max value {checked.max():.5f}, min value {checked.min():.5f}"
        )
    tolerance = 1e-6 if np.asarray(weights).dtype == np.float32 else 1e-8
    if not abs(1 - checked.sum()) <= tolerance:
        raise DataError(
            f"The parameter 'weights' should be normalized, but got sum(weights) = {checked.sum():.5f}"
        )
    return checked


def initial_means(means: Any, k: int, d: int) -> Array:
    """`means_init` as float64 (k, d)."""
    return _shaped(means, (k, d), "means")


def initial_array(value: Any, shape: tuple[int, ...], name: str) -> Array:
    """Any other initial or prior array, as finite float64 of the given shape."""
    return _shaped(value, shape, name)


def responsibilities(resp: Any, n: int, k: int) -> Array:
    """Initial responsibilities as float64 (n, k), not negative, every component wanted by some row."""
    checked = _shaped(resp, (n, k), "responsibilities")
    if np.any(checked < 0) or not np.all(checked.sum(axis=0) > 0):
        raise DataError(
            "Initial responsibilities must not be negative, and every column needs a positive one."
        )
    return checked


def precision_factors(precisions: Any, covariance_type: str, k: int, d: int) -> Array:
    """Lower factors (k, d, d), or deviations (k, d), of covariances given their inverses."""
    shapes = {"tied": (d, d), "diag": (k, d), "spherical": (k,)}
    checked = _shaped(precisions, shapes.get(covariance_type, (k, d, d)), f"{covariance_type} precision")
    if covariance_type in ("diag", "spherical"):
        if np.any(checked <= 0):
            raise DataError(f"'{covariance_type} precision' should be positive")
        deviations = 1 / np.sqrt(checked)
        return deviations if covariance_type == "diag" else np.repeat(deviations[:, None], d, axis=1)
    matrices = np.broadcast_to(checked, (k, d, d))
    symmetric = np.allclose(matrices, matrices.transpose(0, 2, 1))
    if not symmetric or np.any(np.linalg.eigvalsh(matrices) <= 0):
        raise DataError(f"'{covariance_type} precision' should be symmetric, positive-definite")
    return np.asarray(np.linalg.cholesky(np.linalg.inv(matrices)))


def _shaped(value: Any, shape: tuple[int, ...], name: str) -> Array:
    checked = np.asarray(value, dtype=np.float64)
    if checked.shape != shape:
        raise DataError(f"The parameter '{name}' should have the shape of {shape}, but got {checked.shape}")
    if not np.all(np.isfinite(checked)):
        raise DataError(f"The parameter '{name}' holds missing or infinite values.")
    return checked
