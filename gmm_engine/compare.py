"""Two mixtures side by side: which component of one answers to which of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from gmm_engine.types import Array


def match_components(
    means: Array, covariances: Array, other_means: Array, other_covariances: Array
) -> list[tuple[int | None, int | None]]:
    """Pair the components of two mixtures so that the paired ones overlap most.

    Parameters
    ----------
    means, covariances : (k, d) and (k, d, d) of the first mixture.
    other_means, other_covariances : the same of the second, with any number of components.

    Returns
    -------
    (i, j) for every component of the first in order, then of the second that is left; None
    stands where there is no partner. The sum of Bhattacharyya distances is smallest.

    References
    ----------
    Bhattacharyya (1943); the assignment is Kuhn's (1955), as SciPy solves it.

    Examples
    --------
    >>> one, two = np.array([[0.0], [5.0]]), np.array([[5.1], [0.2], [9.0]])
    >>> match_components(one, np.ones((2, 1, 1)), two, np.ones((3, 1, 1)))
    [(0, 1), (1, 0), (None, 2)]
    """
    cost = bhattacharyya(means, covariances, other_means, other_covariances)
    rows, columns = linear_sum_assignment(cost)
    partner = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    left = sorted(set(range(len(other_means))) - set(partner.values()))
    return [(i, partner.get(i)) for i in range(len(means))] + [(None, j) for j in left]


def bhattacharyya(means: Array, covariances: Array, other_means: Array, other_covariances: Array) -> Array:
    """Bhattacharyya distance (nats) between every two normal components, (k, other k)."""
    middle = (covariances[:, None] + other_covariances[None]) / 2
    apart = means[:, None] - other_means[None]
    square = np.einsum("ijf,ijf->ij", apart, np.linalg.solve(middle, apart[..., None])[..., 0])
    ours, theirs = np.linalg.slogdet(covariances)[1], np.linalg.slogdet(other_covariances)[1]
    spread = np.linalg.slogdet(middle)[1] - (ours[:, None] + theirs[None]) / 2
    return np.asarray(square / 8 + spread / 2)


def renumbered(labels: Array, reference: Array) -> Array:
    """Labels (n,) under other numbers, so that they agree with `reference` (n,) in most rows.

    Examples
    --------
    >>> renumbered(np.array([2, 2, 0, 1]), np.array([0, 0, 1, 2]))
    array([0, 0, 1, 2])
    """
    known, places = np.unique(labels, return_inverse=True)
    size = max(len(known), int(np.max(reference)) + 1)
    shared = np.zeros((size, size))
    inside = np.asarray(reference) >= 0
    np.add.at(shared, (places[inside], np.asarray(reference)[inside]), 1)
    return np.asarray(linear_sum_assignment(-shared)[1][places])


def parameter_table(
    truth: tuple[Array, Array, Array],
    estimate: tuple[Array, Array, Array],
    pairs: list[tuple[int | None, int | None]],
    columns: Sequence[str],
) -> pd.DataFrame:
    """True and estimated weight, means and spreads of matched components, one row per pair.

    Parameters
    ----------
    truth, estimate : weights (k,), means (k, d) and covariances (k, d, d) of each mixture.
    pairs : from `match_components`.
    columns : names of the d columns.

    Examples
    --------
    >>> one = (np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    >>> list(parameter_table(one, one, [(0, 0)], ["x"]).columns)[:4]
    ['component', 'weight, true', 'weight, fitted', 'mean of x, true']
    """
    table: dict[str, list[object]] = {"component": [_pair_name(i, j) for i, j in pairs]}
    for name, true_values, found_values in _quantities(truth, estimate, columns):
        table[f"{name}, true"] = [np.nan if i is None else true_values[i] for i, _ in pairs]
        table[f"{name}, fitted"] = [np.nan if j is None else found_values[j] for _, j in pairs]
    return pd.DataFrame(table)


def _pair_name(i: int | None, j: int | None) -> str:
    if i is None:
        return f"extra: fitted {(j or 0) + 1}"
    return f"{i + 1}" if j is not None else f"{i + 1}, not found"


def _quantities(
    truth: tuple[Array, Array, Array], estimate: tuple[Array, Array, Array], columns: Sequence[str]
) -> Iterator[tuple[str, Array, Array]]:
    yield "weight", truth[0], estimate[0]
    for f, name in enumerate(columns):
        yield f"mean of {name}", truth[1][:, f], estimate[1][:, f]
        spreads = [np.sqrt(mixture[2][:, f, f]) for mixture in (truth, estimate)]
        yield f"spread of {name}", spreads[0], spreads[1]


def agreement(classes: Sequence[object], components: Array) -> tuple[float, pd.DataFrame]:
    """How well components answer to known classes.

    Parameters
    ----------
    classes : (n,) the known class of each row.
    components : (n,) the component of each row, from 0.

    Returns
    -------
    The adjusted Rand index (Hubert and Arabie, 1985; 1 for the same grouping, about 0 for
    chance), and the counts of rows, classes by components.

    Examples
    --------
    >>> score, table = agreement(["a", "a", "b"], np.array([1, 1, 0]))
    >>> score, table.loc["a", "component 2"].item()
    (1.0, 2)
    """
    names = pd.Series(np.asarray(classes, dtype=object)).astype(str)
    shown = pd.Series([f"component {j + 1}" for j in np.asarray(components).tolist()])
    table = pd.crosstab(names, shown)
    table.index.name, table.columns.name = "class", None
    return float(adjusted_rand_score(names, components)), table
