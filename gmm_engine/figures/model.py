"""What figures need of a fitted mixture, in one shape for every covariance type."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gmm_engine.types import Array


class Parts(NamedTuple):
    """Weights (k,), means (k, d) and covariances (k, d, d)."""

    weights: Array
    means: Array
    covariances: Array


def parts(model: Any) -> Parts:
    """The parameters of a fitted mixture, covariances as full matrices whatever their type.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(weights_=np.ones(1), means_=np.zeros((1, 2)), covariance_type="diag",
    ...                         covariances_=np.array([[4.0, 9.0]]))
    >>> parts(model).covariances.tolist()
    [[[4.0, 0.0], [0.0, 9.0]]]
    """
    k, d = model.means_.shape
    found = np.asarray(model.covariances_, np.float64)
    if model.covariance_type == "tied":
        found = np.broadcast_to(found, (k, d, d))
    elif model.covariance_type == "spherical":
        found = found[:, None, None] * np.eye(d)
    elif model.covariance_type == "diag":
        found = found[:, :, None] * np.eye(d)
    return Parts(np.asarray(model.weights_), np.asarray(model.means_), found)


def truth(known: Any) -> Parts | None:
    """The parameters in a generated table's ``about["truth"]``; None where no mixture made it."""
    if "means" not in known:
        return None
    return Parts(known["weights"], known["means"], known["covariances"])


def plane(mixture: Parts, columns: tuple[int, int]) -> Parts:
    """The marginal mixture over two columns."""
    pick = np.ix_(range(len(mixture.means)), columns, columns)
    return Parts(mixture.weights, mixture.means[:, columns], mixture.covariances[pick])


def reordered(mixture: Parts, order: list[int]) -> Parts:
    """The same mixture with its components in another order."""
    return Parts(mixture.weights[order], mixture.means[order], mixture.covariances[order])
