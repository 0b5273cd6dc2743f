"""Mixture estimators with scikit-learn's interface."""

from gmm_engine.mixture.gaussian import GaussianMixture

__all__ = ["GaussianMixture"]
