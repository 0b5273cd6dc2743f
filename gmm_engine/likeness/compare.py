"""Two tables side by side: every column, and every two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp, rankdata

from gmm_engine.types import Array


def column_table(real: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """One row for each column of the made table: mean and spread in both, and how far apart they are.

    "apart" is the largest difference between the two cumulative distributions (Kolmogorov-Smirnov)
    for numbers, and half the summed differences of shares (total variation) for categories: 0 to 1.

    Examples
    --------
    >>> one = pd.DataFrame({"x": [1.0, 2.0, 3.0], "c": list("aab")})
    >>> column_table(one, one)["apart"].tolist()
    [0.0, 0.0]
    """
    return pd.DataFrame([_column(name, real[name].dropna(), made[name]) for name in made])


def _column(name: str, real: pd.Series, made: pd.Series) -> dict[str, Any]:
    if pd.api.types.is_numeric_dtype(real) and not pd.api.types.is_bool_dtype(real):
        apart = float(ks_2samp(real, made, method="asymp").statistic)
        return {
            "column": name, "apart": apart, "mean": float(real.mean()), "mean, made": float(made.mean()),
            "spread": float(real.std()), "spread, made": float(made.std()),
            "least, made": float(made.min()), "largest, made": float(made.max()),
        }  # fmt: skip
    shares = [part.astype(str).value_counts(normalize=True) for part in (real, made)]
    gap = shares[0].subtract(shares[1], fill_value=0).abs().sum() / 2
    return {"column": name, "apart": round(float(gap), 12)}


def pair_differences(real: pd.DataFrame, made: pd.DataFrame) -> tuple[tuple[str, ...], Array, Array]:
    """Rank correlations (d, d) of the numeric columns of both tables (Spearman), with their names.

    Examples
    --------
    >>> one = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [3.0, 2.0, 1.0]})
    >>> names, first, second = pair_differences(one, one)
    >>> float(first[0, 1]), float(abs(first - second).max())
    (-1.0, 0.0)
    """
    names = tuple(
        name
        for name in made
        if pd.api.types.is_numeric_dtype(real[name]) and not pd.api.types.is_bool_dtype(real[name])
    )
    first, second = (_ranked(part[list(names)].dropna().to_numpy(np.float64)) for part in (real, made))
    return names, first, second


def _ranked(X: Array) -> Array:
    if X.shape[1] == 1:
        return np.ones((1, 1))
    return np.asarray(np.round(np.corrcoef(rankdata(X, axis=0), rowvar=False), 12))
