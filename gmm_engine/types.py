"""The plain values that travel between rooms.

Symbols everywhere: n rows, d columns, k components; loops i, f, j in that order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LOG_2PI = float(np.log(2 * np.pi))
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class Dataset:
    """What a reader or generator returns.

    Attributes
    ----------
    values : DataFrame (tables), uint8 array (h, w, 3) (pictures), float32 array (n,)
        (sound, -1 to 1) or uint8 array (frames, h, w, 3) (video).
    columns : names of all columns of a table, unique, in order; empty otherwise.
    notes : what the reader did, one sentence each, to be shown to the visitor.
    kind : "table", "image", "audio" or "video".
    name : file or example name, for display only; never a path.
    numeric : the columns a mixture can use as they are (tables only).
    about : facts such as ``sample_rate`` (Hz), ``fps``, ``truth``.
    """

    values: Any
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kind: str = "table"
    name: str = ""
    numeric: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    def matrix(self, columns: tuple[str, ...] | None = None) -> Array:
        """Rows of the chosen (default: all numeric) columns as float64 (n, d), NaN where missing."""
        chosen = list(self.numeric if columns is None else columns)
        return np.ascontiguousarray(self.values[chosen].to_numpy(dtype=np.float64, na_value=np.nan))

    @property
    def digest(self) -> str:
        """SHA-256 over all cells or samples, the key under which results are stored."""
        return digest_of(self.values)


def digest_of(values: Any) -> str:
    """SHA-256 of every byte of an array, or of every cell and name of a DataFrame."""
    sha = hashlib.sha256()
    if isinstance(values, np.ndarray):
        sha.update(f"{values.dtype.str}{values.shape}".encode())
        sha.update(np.ascontiguousarray(values).data)
        return sha.hexdigest()
    for name, column in values.items():
        cells = column.to_numpy()
        sha.update(f"{name!r}:{cells.dtype.str}:{len(cells)}".encode())
        if cells.dtype == object:
            sha.update("\x1f".join(map(repr, cells)).encode("utf-8", "surrogatepass"))
        else:
            sha.update(np.ascontiguousarray(cells).tobytes())
    return sha.hexdigest()


@dataclass(frozen=True, eq=False)
class Params:
    """A mixture, in the coordinates of the rows it is used with.

    Attributes
    ----------
    weights : (k,) mixing proportions; with `noise` they sum to one.
    means : (k, d).
    factors : (k, d, d) lower Cholesky factors L of the covariances, covariance = L L^T;
        or (k, d) standard deviations when every covariance is diagonal.
    noise : weight of the uniform noise component; 0 means none.
    noise_log_density : its log density (nats), constant over the data's box.
    constants : (k,) additive log constants to use instead of
        ``log w - d/2 log 2 pi - log |L|`` (variational mixtures), or None.
    """

    weights: Array
    means: Array
    factors: Array
    noise: float = 0.0
    noise_log_density: float = -np.inf
    constants: Array | None = None

    @property
    def diagonal(self) -> bool:
        """Whether `factors` holds standard deviations instead of matrices."""
        return self.factors.ndim == 2

    @cached_property
    def inverses(self) -> Array:
        """Inverse factors, shaped as `factors`: made once, since a row alone costs less than they do."""
        return np.asarray(1 / self.factors if self.diagonal else np.linalg.inv(self.factors))

    def log_constants(self) -> Array:
        """The part of each component's weighted log density that does not depend on x, (k,)."""
        if self.constants is not None:
            return self.constants
        scale = self.factors if self.diagonal else np.diagonal(self.factors, axis1=1, axis2=2)
        with np.errstate(divide="ignore"):
            log_weights = np.log(self.weights)
        return np.asarray(log_weights - 0.5 * self.means.shape[1] * LOG_2PI - np.log(scale).sum(axis=1))

    def covariances(self) -> Array:
        """Covariance matrices (k, d, d)."""
        if self.diagonal:
            return np.eye(self.means.shape[1]) * np.square(self.factors)[:, None, :]
        return np.asarray(self.factors @ self.factors.transpose(0, 2, 1))


@dataclass(frozen=True, eq=False)
class Stats:
    """Sufficient statistics of weighted rows: the only thing that travels, and they add.

    Moments are taken of z = L^-1 (x - m), where m and L are the means and factors of
    `reference`, so that no digits are lost to distance or scale.

    Attributes
    ----------
    reference : the parameters (m, L) the moments are about.
    weight : (k,) sum of responsibilities.
    first : (k, d) sum of responsibility times z.
    second : (k, d, d) sum of responsibility times z z^T; (k, d) squares only when
        the reference is diagonal.
    log_likelihood : sum over rows of the row's weight times log p(x), nats.
    total : sum of the rows' weights, noise included.
    log_max : sum of weight times the log of the largest responsibility (for ICL).
    noise : weight taken by the noise component.
    """

    reference: Params
    weight: Array
    first: Array
    second: Array
    log_likelihood: float = 0.0
    total: float = 0.0
    log_max: float = 0.0
    noise: float = 0.0

    def __add__(self, other: Stats) -> Stats:
        if other.reference is not self.reference:
            raise ValueError("Stats about different references must be moved before they add")
        return Stats(
            self.reference,
            self.weight + other.weight,
            self.first + other.first,
            self.second + other.second,
            self.log_likelihood + other.log_likelihood,
            self.total + other.total,
            self.log_max + other.log_max,
            self.noise + other.noise,
        )

    def means(self) -> Array:
        """Weighted means (k, d); a component without weight keeps its reference mean."""
        shift = self.first / _at_least_tiny(self.weight)[:, None]
        factors = self.reference.factors
        moved = factors * shift if self.reference.diagonal else (factors @ shift[:, :, None])[:, :, 0]
        return self.reference.means + moved

    def scatters(self) -> Array:
        """Scatter about the weighted means: (k, d, d), or its diagonal (k, d) if diagonal."""
        factors, weight = self.reference.factors, _at_least_tiny(self.weight)
        if self.reference.diagonal:
            return np.square(factors) * (self.second - np.square(self.first) / weight[:, None])
        outer = self.first[:, :, None] * self.first[:, None, :]
        return factors @ (self.second - outer / weight[:, None, None]) @ factors.transpose(0, 2, 1)


def _at_least_tiny(weight: Array) -> Array:
    return np.maximum(weight, TINY)


class Outcome(Enum):
    """How a fit ended; the value is the sentence shown to people."""

    CONVERGED = "The fit converged."
    MAX_ITER = "The fit did not converge: raise max_iter or tol, or try another start."


@dataclass(frozen=True, eq=False)
class Step:
    """One EM iteration: E-step at `before`, then M-step to `params`.

    `bound` is the mean log-likelihood per unit of row weight at `before` (nats).
    """

    iteration: int
    params: Params
    bound: float
    before: Params
    stats: Stats


@dataclass(frozen=True, eq=False)
class Run:
    """A finished sequence of steps."""

    params: Params
    bound: float
    outcome: Outcome
    bounds: tuple[float, ...]
    stats: Stats | None = None

    @property
    def n_iter(self) -> int:
        return len(self.bounds)
