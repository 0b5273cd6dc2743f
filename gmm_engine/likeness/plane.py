"""Two tables as standardised numbers, so that distances between their rows mean something."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gmm_engine.errors import DataError
from gmm_engine.types import Array


def numbers(real: pd.DataFrame, made: pd.DataFrame) -> tuple[Array, Array]:
    """Both tables as numbers (n, d) and (m, d): columns by the real ones' mean and spread, categories as 0/1.

    Rows of the real table with missing cells are left out.

    Raises
    ------
    DataError
        Fewer than 5 complete rows, or a column of the made table is absent in the real one.

    Examples
    --------
    >>> one = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0], "c": list("aabba")})
    >>> [part.shape for part in numbers(one, one)]
    [(5, 3), (5, 3)]
    """
    absent = [name for name in made if name not in real]
    if absent:
        raise DataError(f"The first table has no column {absent[0]!r}.")
    whole = real[list(made.columns)].dropna()
    if len(whole) < 5:
        raise DataError(f"{len(whole)} rows are complete; at least 5 are needed to compare tables.")
    blocks = [_block(whole[name], made[name]) for name in made]
    first, second = (np.column_stack([block[side] for block in blocks]) for side in (0, 1))
    return first, second


def some(X: Array, most: int, rng: np.random.Generator) -> Array:
    """At most so many random rows, in their order."""
    return X if len(X) <= most else X[np.sort(rng.choice(len(X), most, replace=False))]


def _block(real: pd.Series, made: pd.Series) -> tuple[Array, Array]:
    if pd.api.types.is_numeric_dtype(real) and not pd.api.types.is_bool_dtype(real):
        x, y = (part.to_numpy(dtype=np.float64, na_value=np.nan)[:, None] for part in (real, made))
        spread = float(x.std()) or 1.0
        return (x - x.mean()) / spread, (y - x.mean()) / spread
    names = np.unique(real.astype(str))
    first, second = (part.astype(str).to_numpy()[:, None] == names for part in (real, made))
    return first.astype(np.float64), second.astype(np.float64)
