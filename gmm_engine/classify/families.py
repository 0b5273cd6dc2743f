"""One mixture per class of a covariance family, by maximum likelihood: MclustDA and EDDA."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp

from gmm_engine.classify.learn import ClassMixtures
from gmm_engine.covariance import FAMILIES
from gmm_engine.covariance import family as family_of
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.selection import select_model
from gmm_engine.types import Array, Params

ALL = "all"
MOST_COMPONENTS = 5  # tried per class where BIC chooses
WIDE = 16  # columns from which one start by k-means has to do, since short runs cost too much


def of_family(
    Z: Array, index: Array, k: int | None, family: str, shares: Array, seed: int, reg_covar: float
) -> ClassMixtures:
    """Mixtures of a covariance family, fitted to each class alone; k None chooses by BIC.

    The family "all" chooses among the fourteen too (MclustDA; Fraley and Raftery 2002).
    """
    parts = [_alone(Z[index == c], k, family, seed, reg_covar) for c in range(len(shares))]
    return ClassMixtures.joined(parts, shares)


def _alone(Z: Array, k: int | None, family: str, seed: int, reg_covar: float) -> Params:
    if k is None or family == ALL:
        counts = range(1, min(MOST_COMPONENTS, len(Z) - 1) + 1) if k is None else [k]
        kinds = "all" if family == ALL else [family]
        chosen = select_model(Z, counts, kinds, reg_covar=reg_covar, random_state=seed).best_model
        return Params(chosen.weights_, chosen.means_, chosen.parameters().factors)
    model = GaussianMixture(
        min(k, len(Z)), covariance_type=family, reg_covar=reg_covar, random_state=seed,
        init_params="auto" if Z.shape[1] < WIDE else "kmeans",
    )  # fmt: skip
    model.fit(Z)
    return model.parameters()


def shared_family(
    Z: Array, index: Array, family: str, shares: Array, reg_covar: float
) -> tuple[str, ClassMixtures]:
    """One Gaussian per class; the family's promise holds across classes (EDDA; Bensmail and Celeux 1996).

    The family "all" chooses among the fourteen by BIC, which counts no shares of the classes
    (Scrucca et al. 2016). Returns the family's name besides.
    """
    if family != ALL:
        return family, _gaussians(Z, index, family, shares, reg_covar)
    found, best = None, math.inf
    for name in FAMILIES:
        try:
            fitted = _gaussians(Z, index, name, shares, reg_covar)
        except DegenerateFitError:
            continue
        criterion = shared_bic(fitted, Z, name)
        if found is None or criterion < best:
            found, best = (name, fitted), criterion
    if found is None:
        raise DegenerateFitError(
            "None of the fourteen families has a sound covariance across these classes. Try a larger "
            "reg_covar, or covariance_type='shrunk'."
        )
    return found


def shared_bic(fitted: ClassMixtures, Z: Array, family: str) -> float:
    """BIC of one Gaussian per class, smaller is better: all rows' mixture likelihood, shares not counted."""
    c, p = fitted.params.means.shape
    count = family_of(family).count(c, p) + c * p
    likelihood = float(logsumexp(fitted(Z), axis=1).sum())
    return float(count * math.log(len(Z)) - 2 * likelihood)


def _gaussians(Z: Array, index: Array, family: str, shares: Array, reg_covar: float) -> ClassMixtures:
    c = len(shares)
    model = GaussianMixture(c, covariance_type=family, reg_covar=reg_covar)
    model.fit(Z, labels=index)
    params = model.parameters()
    parts = [Params(np.ones(1), params.means[j : j + 1], params.factors[j : j + 1]) for j in range(c)]
    return ClassMixtures.joined(parts, shares)
