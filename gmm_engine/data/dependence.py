"""Columns that say nothing new: sums and multiples of others, which leave covariances flat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gmm_engine.types import Array

# Of a column's standard deviation: what the columns before it must leave unsaid, and the least
# term that is named.
NEW_SHARE = 1e-3
MOST_ROWS = 5_000
MOST_COLUMNS = 200
ROWS_A_COLUMN = 3
MOST_TERMS = 3


def derived_columns(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, str]:
    """Which of the named columns follow from those before them, and how, in words.

    A column counts if all columns kept before it leave less than a thousandth of its standard
    deviation unexplained. Only rows without a missing cell are looked at, some 5,000 of them;
    tables with fewer than three such rows a column, or more than 200 columns, are not judged.

    Returns
    -------
    Words such as "food + rent" by the column's name.

    Examples
    --------
    >>> food, rent = np.random.default_rng(0).normal(size=(2, 50))
    >>> frame = pd.DataFrame({"food": food, "rent": rent, "total": food + rent})
    >>> derived_columns(frame, ("food", "rent", "total"))
    {'total': 'food + rent'}
    """
    if not 2 <= len(names) <= MOST_COLUMNS:
        return {}
    some = frame.iloc[:: max(1, len(frame) // MOST_ROWS)][list(names)]
    rows = some.to_numpy(np.float64, na_value=np.nan)
    rows = rows[np.isfinite(rows).all(axis=1)]
    n, d = rows.shape
    if n < ROWS_A_COLUMN * d:
        return {}
    largest = np.abs(rows).max(axis=0)  # of huge numbers no squares are taken
    rows = rows / np.where(largest > 0, largest, 1.0)
    spread = rows.std(axis=0)
    Z = (rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0) / np.sqrt(n)
    units = spread * largest
    basis: list[Array] = []
    kept: list[int] = []
    found: dict[str, str] = {}
    for j in map(int, np.flatnonzero(spread > 0)):
        rest = Z[:, j].copy()
        for axis in basis * 2:  # the second round removes what rounding left of the first
            rest -= axis * (axis @ rest)
        left = float(np.linalg.norm(rest))
        if left < NEW_SHARE:
            weights = np.linalg.lstsq(Z[:, kept], Z[:, j], rcond=None)[0]
            found[names[j]] = _words(weights * units[j] / units[kept], weights, [names[i] for i in kept])
        else:
            basis.append(rest / left)
            kept.append(j)
    return found


def _words(factors: Array, weights: Array, names: Sequence[str]) -> str:
    told = [int(i) for i in np.flatnonzero(np.abs(weights) > NEW_SHARE)]
    if len(told) > MOST_TERMS:
        return f"a sum of {len(told)} other columns"
    terms = " ".join(_term(float(factors[i]), names[i]) for i in told)
    # The first term has no plus, and its minus stands close.
    return terms.removeprefix("+ ") if terms.startswith("+") else terms.replace(" ", "", 1)


def _term(factor: float, name: str) -> str:
    sign, size = ("+" if factor > 0 else "\N{MINUS SIGN}"), abs(factor)
    return (
        f"{sign} {name}" if abs(size - 1) < NEW_SHARE else f"{sign} {size:.4g} \N{MULTIPLICATION SIGN} {name}"
    )
