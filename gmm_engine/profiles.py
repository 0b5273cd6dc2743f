"""Components described to people: how large, where, and what sets each apart, in the table's units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gmm_engine.types import Array

NOTABLE = 0.5


def profile_table(weights: Array, means: Array, covariances: Array, columns: Sequence[str]) -> pd.DataFrame:
    """One row per component: share of the rows, mean and standard deviation in every column.

    Parameters
    ----------
    weights, means, covariances : (k,), (k, d) and (k, d, d).
    columns : names of the d columns.

    Examples
    --------
    >>> profile_table(np.ones(1), np.array([[2.0]]), np.array([[[9.0]]]), ["height"])
       component  share  height, mean  height, spread
    0          1    1.0           2.0             3.0
    """
    table = {"component": np.arange(1, len(weights) + 1), "share": np.asarray(weights, np.float64)}
    for f, name in enumerate(columns):
        table[f"{name}, mean"] = means[:, f]
        table[f"{name}, spread"] = np.sqrt(covariances[:, f, f])
    return pd.DataFrame(table)


def what_sets_apart(
    weights: Array, means: Array, covariances: Array, columns: Sequence[str], most: int = 3
) -> list[list[tuple[str, float]]]:
    """For each component, the columns in which its mean lies farthest from the whole mixture's.

    Parameters
    ----------
    weights, means, covariances : (k,), (k, d) and (k, d, d) of the mixture.
    columns : names of the d columns.
    most : columns named for each component at the most.

    Returns
    -------
    For each component up to `most` pairs (column, distance), the distance in standard
    deviations of the whole mixture, at least half of one; positive means higher.

    Examples
    --------
    >>> what_sets_apart(np.array([0.5, 0.5]), np.array([[0.0, 1.0], [4.0, 1.0]]),
    ...                 np.tile(np.eye(2), (2, 1, 1)), ["a", "b"])
    [[('a', -0.8944271909999159)], [('a', 0.8944271909999159)]]
    """
    grand = weights @ means
    within = weights @ np.diagonal(covariances, axis1=1, axis2=2)
    between = weights @ np.square(means - grand)
    distance = (means - grand) / np.sqrt(within + between)
    found = []
    for row in distance:
        order = np.argsort(-np.abs(row), kind="stable")[:most]
        found.append([(columns[f], float(row[f])) for f in order if abs(row[f]) >= NOTABLE])
    return found


def telling_columns(weights: Array, means: Array, covariances: Array) -> tuple[int, int]:
    """The two columns in which the components lie farthest apart for their spread.

    Ranks columns by the share of their variance that lies between components.

    Parameters
    ----------
    weights, means, covariances : (k,), (k, d) and (k, d, d) of the mixture, d at least 2.

    Returns
    -------
    Two positions, the smaller first.

    Examples
    --------
    >>> telling_columns(np.array([0.5, 0.5]), np.array([[0.0, 1.0, 5.0], [9.0, 1.0, 7.0]]),
    ...                 np.tile(np.eye(3), (2, 1, 1)))
    (0, 2)
    """
    within = weights @ np.diagonal(covariances, axis1=1, axis2=2)
    between = weights @ np.square(means - weights @ means)
    first, second = np.argsort(-between / within, kind="stable")[:2].tolist()
    return (min(first, second), max(first, second))
