"""Synthetic tables with known truth: what made each row, and with which parameters.

Every generator returns a `Dataset` whose `about["truth"]` holds ``labels`` (n,), the
component or shape of each row (-1: outlier or noise), and, where the rows come from a
mixture, its ``weights`` (k,), ``means`` (k, d) and ``covariances`` (k, d, d).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from gmm_engine.data.components import Component, check_rows, mixture, normal_rows, shuffled, standard_normal
from gmm_engine.errors import DataError
from gmm_engine.types import Array, Dataset


def two_normals(n_rows: int = 1000, *, dtype: DTypeLike = np.float64, random_state: Any = 0) -> Dataset:
    """One column: 300 rows in 1,000 from N(0, 1), the other 700 from N(5, 1.5^2).

    Examples
    --------
    >>> np.bincount(two_normals().about["truth"]["labels"]).tolist()
    [300, 700]
    """
    check_rows(n_rows)
    rng = np.random.default_rng(random_state)
    labels = np.repeat([0, 1], [round(0.3 * n_rows), n_rows - round(0.3 * n_rows)])
    means, factors = np.array([[0.0], [5.0]]), np.array([[[1.0]], [[1.5]]])
    X = normal_rows(means, factors, labels, dtype, rng)
    truth = {"weights": np.array([0.3, 0.7]), "means": means, "covariances": factors**2}
    return shuffled("Two normals", X, labels, rng, truth)


def blobs(
    n_rows: int = 1000,
    *,
    n_components: int = 3,
    n_columns: int = 2,
    separation: float = 6.0,
    dtype: DTypeLike = np.float64,
    random_state: Any = 0,
) -> Dataset:
    """Round blobs of unit spread whose centres are at least `separation` standard deviations apart.

    Examples
    --------
    >>> blobs(n_components=4, n_columns=3).columns
    ('x1', 'x2', 'x3')
    """
    rng = np.random.default_rng(random_state)
    centres = _centres(n_components, n_columns, separation, rng)
    parts = [Component(1, tuple(c), (1.0,) * n_columns) for c in centres.tolist()]
    return mixture(parts, n_rows, dtype=dtype, random_state=rng, name="Blobs")


def anisotropic_blobs(n_rows: int = 1000, *, dtype: DTypeLike = np.float64, random_state: Any = 0) -> Dataset:
    """Three slanted ellipses of different direction that k-means cuts across.

    Examples
    --------
    >>> anisotropic_blobs(500).about["truth"]["means"].shape
    (3, 2)
    """
    parts = (
        Component(0.4, (0.0, 0.0), (2.5, 1.5), 0.95),
        Component(0.35, (1.0, 5.0), (2.5, 1.0), 0.85),
        Component(0.25, (8.0, 2.0), (1.0, 2.5), -0.8),
    )
    return mixture(parts, n_rows, dtype=dtype, random_state=random_state, name="Anisotropic blobs")


def squeezed_blobs(
    n_rows: int = 1000,
    *,
    ratio: float = 300.0,
    separation: float = 8.0,
    dtype: DTypeLike = np.float64,
    random_state: Any = 0,
) -> Dataset:
    """Two parallel needles, `ratio` times as long as thick, `separation` thicknesses apart.

    Examples
    --------
    >>> squeezed_blobs().about["truth"]["covariances"][0].diagonal().tolist()
    [90000.0, 1.0]
    """
    parts = [Component(1, (0.0, y), (ratio, 1.0)) for y in (0.0, separation)]
    return mixture(parts, n_rows, dtype=dtype, random_state=random_state, name="Squeezed blobs")


def moons(
    n_rows: int = 1000, *, noise: float = 0.08, dtype: DTypeLike = np.float64, random_state: Any = 0
) -> Dataset:
    """Two interleaved half circles of radius 1, blurred by `noise`.

    Examples
    --------
    >>> moons(200).values.shape
    (200, 2)
    """

    def curve(t: Array, arm: Array) -> tuple[Array, Array]:
        flip = 1 - 2 * arm
        return flip * np.cos(np.pi * t) + arm, flip * np.sin(np.pi * t) + 0.5 * arm

    return _curves("Moons", curve, 2, n_rows, noise, dtype, random_state)


def circles(
    n_rows: int = 1000, *, noise: float = 0.05, dtype: DTypeLike = np.float64, random_state: Any = 0
) -> Dataset:
    """Two circles about the origin, radius 1 and 0.5, blurred by `noise`.

    Examples
    --------
    >>> circles(200).numeric
    ('x1', 'x2')
    """

    def curve(t: Array, arm: Array) -> tuple[Array, Array]:
        radius = 1 - 0.5 * arm
        return radius * np.cos(2 * np.pi * t), radius * np.sin(2 * np.pi * t)

    return _curves("Circles", curve, 2, n_rows, noise, dtype, random_state)


def spirals(
    n_rows: int = 1000,
    *,
    n_arms: int = 3,
    turns: float = 1.0,
    noise: float = 0.03,
    dtype: DTypeLike = np.float64,
    random_state: Any = 0,
) -> Dataset:
    """`n_arms` spiral arms about the origin, blurred by `noise`.

    Examples
    --------
    >>> sorted(set(spirals(n_arms=2).about["truth"]["labels"].tolist()))
    [0, 1]
    """

    def curve(t: Array, arm: Array) -> tuple[Array, Array]:
        radius = 0.15 + t
        angle = 2 * np.pi * (turns * t + arm / n_arms)
        return radius * np.cos(angle), radius * np.sin(angle)

    return _curves("Spirals", curve, n_arms, n_rows, noise, dtype, random_state)


GENERATORS: dict[str, Callable[..., Dataset]] = {
    "Two normals": two_normals,
    "Blobs": blobs,
    "Anisotropic blobs": anisotropic_blobs,
    "Squeezed blobs": squeezed_blobs,
    "Moons": moons,
    "Circles": circles,
    "Spirals": spirals,
    "Mixture": mixture,
}


def _centres(k: int, d: int, separation: float, rng: np.random.Generator) -> Array:
    """k points of a box, kept when far enough from the others; the box grows until all fit."""
    if not (1 <= k <= 50 and 1 <= d <= 50 and 0 <= separation <= 100):
        raise DataError(f"Ask for 1 to 50 blobs and columns, 0 to 100 apart: not {k}, {d}, {separation:g}.")
    kept: list[Array] = []
    side = max(separation, 1.0) * k ** (1 / d)
    while len(kept) < k:
        side *= 1.02
        point = rng.uniform(-side, side, d)
        if all(np.linalg.norm(point - other) >= separation for other in kept):
            kept.append(point)
    return np.array(kept)


def _curves(
    name: str,
    curve: Callable[[Array, Array], tuple[Array, Array]],
    n_arms: int,
    n_rows: int,
    noise: float,
    dtype: DTypeLike,
    random_state: Any,
) -> Dataset:
    """Rows spread evenly along `n_arms` curves of t in [0, 1), with normal blur."""
    check_rows(n_rows)
    if not (1 <= n_arms <= 20 and 0 <= noise <= 10):
        raise DataError(f"Ask for 1 to 20 arms and a blur of 0 to 10, not {n_arms} and {noise:g}.")
    rng = np.random.default_rng(random_state)
    labels = np.arange(n_rows) % n_arms
    X = np.column_stack(curve(rng.random(n_rows), labels)).astype(dtype)
    X += X.dtype.type(noise) * standard_normal(rng, X.shape, X.dtype)
    return shuffled(name, X, labels, rng, {"noise": noise})
