"""Mixture estimators with scikit-learn's interface."""

from gmm_engine.mixture.bayesian import BayesianGaussianMixture
from gmm_engine.mixture.gaussian import GaussianMixture

__all__ = ["BayesianGaussianMixture", "GaussianMixture"]
