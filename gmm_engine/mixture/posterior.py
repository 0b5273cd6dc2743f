"""What one can ask a variational mixture besides: how many components are used, and its sticks."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import beta

from gmm_engine.types import Array

# A component that is empty with a chance below e^-40 is always counted as used.
SURE = 40.0
NEGLIGIBLE = 1e-15


class PosteriorQuestions:
    """Mixed into `BayesianGaussianMixture`."""

    weight_concentration_prior_type: str
    weight_concentration_: Any

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
