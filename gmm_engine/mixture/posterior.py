"""What one can ask a variational mixture besides: how many components are used, sticks, JSON."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from scipy.stats import beta

from gmm_engine.errors import DataError
from gmm_engine.mixture import serial
from gmm_engine.types import Array

Kind = TypeVar("Kind", bound="PosteriorQuestions")
TYPES = ("full", "tied", "diag", "spherical")
# A component that is empty with a chance below e^-40 is always counted as used.
SURE = 40.0
NEGLIGIBLE = 1e-15


class PosteriorQuestions:
    """Mixed into `BayesianGaussianMixture`."""

    weight_concentration_prior_type: str
    weight_concentration_: Any
    mean_precision_: Array
    degrees_of_freedom_: Any

    def used_components(self, X: Any, n_draws: int = 200, random_state: Any = 0) -> Array:
        """Posterior probability (k + 1,) that exactly 0, 1, ..., k components hold a row of X.

        Each draw assigns every row to a component by its responsibilities and counts those
        that received any.

        Examples
        --------
        >>> import numpy as np
        >>> from gmm_engine import BayesianGaussianMixture
        >>> X = np.random.default_rng(0).normal(size=(200, 2)) + np.repeat([[0], [9]], 100, axis=0)
        >>> model = BayesianGaussianMixture(n_components=6, random_state=0, max_iter=500).fit(X)
        >>> int(model.used_components(X).argmax())
        2
        """
        proba = self.predict_proba(X)  # type: ignore[attr-defined]
        return count_used(proba, n_draws, np.random.default_rng(random_state))

    def stick_fractions(self, level: float = 0.9) -> Array:
        """How much of what is left of the stick each component breaks off: (3, k) low, mean, high.

        Component j's weight is its fraction of what the components before it have left. Under
        both priors the fractions are independent and beta distributed; low and high enclose
        the probability `level`.

        References
        ----------
        Sethuraman (1994). Blei and Jordan (2006), section 2.

        Examples
        --------
        >>> import numpy as np
        >>> from gmm_engine import BayesianGaussianMixture
        >>> X = np.random.default_rng(0).normal(size=(200, 2))
        >>> model = BayesianGaussianMixture(n_components=3, random_state=0, max_iter=500).fit(X)
        >>> model.stick_fractions().shape
        (3, 3)
        """
        a, b = self._sticks()
        edge = (1 - level) / 2
        with np.errstate(invalid="ignore"):
            found = np.stack([beta.ppf(edge, a, b), a / (a + b), beta.ppf(1 - edge, a, b)])
        return np.where(b > 0, found, 1.0)

    def _sticks(self) -> tuple[Array, Array]:
        """Beta parameters (k,), (k,) of the fractions."""
        if self.weight_concentration_prior_type == "dirichlet_process":
            return self.weight_concentration_[0], self.weight_concentration_[1]
        own = np.asarray(self.weight_concentration_)
        return own, np.append(np.cumsum(own[:0:-1])[::-1], 0.0)

    def to_dict(self) -> dict[str, Any]:
        """The fitted model as plain JSON types; `from_dict` restores it.

        The document is a mixture's, with the posterior beside it, so that
        `GaussianMixture.from_dict` reads it too: as the mixture of the posterior means.
        """
        posterior = {
            "prior": self.weight_concentration_prior_type,
            "weight_concentration": np.atleast_2d(self.weight_concentration_).tolist(),
            "mean_precision": self.mean_precision_.tolist(),
            "degrees_of_freedom": np.atleast_1d(self.degrees_of_freedom_).tolist(),
        }
        return serial.to_dict(self) | {"posterior": posterior}

    @classmethod
    def from_dict(cls: type[Kind], document: Any) -> Kind:
        """A fitted model from `to_dict`'s document, every field checked.

        Raises
        ------
        DataError
            A field is missing or does not fit the others; the message names it.
        """
        model: Any = serial.from_dict(cls, document)
        posterior = document.get("posterior")
        if model.covariance_type not in TYPES or not isinstance(posterior, dict):
            raise DataError(f"This model has no posterior, or not one of the types {TYPES}.")
        process = posterior.get("prior") == "dirichlet_process"
        if not process and posterior.get("prior") != "dirichlet_distribution":
            raise DataError(f"Model field 'prior' is {posterior.get('prior')!r}, which is not known.")
        k, tied = model.n_components, model.covariance_type == "tied"
        sticks = _positive(posterior, "weight_concentration", (2 if process else 1, k))
        freedoms = _positive(posterior, "degrees_of_freedom", (1 if tied else k,))
        model.weight_concentration_prior_type = posterior["prior"]
        model.weight_concentration_ = tuple(sticks) if process else sticks[0]
        model.mean_precision_ = _positive(posterior, "mean_precision", (k,))
        model.degrees_of_freedom_ = freedoms[0] if tied else freedoms
        return model  # type: ignore[no-any-return]


def count_used(proba: Array, n_draws: int, rng: np.random.Generator) -> Array:
    """Share (k + 1,) of draws in which 0, 1, ..., k components hold a row; proba (n, k).

    Only components that may be empty are drawn for, with the rows that may be theirs.
    """
    k = proba.shape[1]
    with np.errstate(divide="ignore"):
        sure = -np.log1p(-np.minimum(proba, 1.0)).sum(axis=0) > SURE
    doubtful = proba[:, ~sure]
    borders = np.cumsum(doubtful[doubtful.sum(axis=1) > NEGLIGIBLE], axis=1, dtype=np.float64)
    most = doubtful.shape[1] if sure.any() else k - 1
    counts = np.zeros(k + 1)
    for _ in range(n_draws):
        chosen = (borders < rng.random(len(borders))[:, None]).sum(axis=1).clip(max=most)
        found = np.bincount(chosen, minlength=doubtful.shape[1])[: doubtful.shape[1]]
        counts[sure.sum() + np.count_nonzero(found)] += 1
    return counts / n_draws


def _positive(document: dict[str, Any], name: str, shape: tuple[int, ...]) -> Array:
    found = serial.numbers(document, name, len(shape))
    if found.shape != shape or np.any(found <= 0):
        raise DataError(f"Model field '{name}' must hold positive numbers of shape {shape}.")
    return found
