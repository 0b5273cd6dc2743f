"""Mixture estimators with scikit-learn's interface."""

from gmm_engine.mixture.bayesian import BayesianGaussianMixture
from gmm_engine.mixture.gaussian import GaussianMixture
from gmm_engine.mixture.table import fit_table

__all__ = ["BayesianGaussianMixture", "GaussianMixture", "fit_table"]
