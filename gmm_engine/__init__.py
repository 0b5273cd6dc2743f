"""Gaussian mixture models: fit, choose, question and show them."""

from gmm_engine.compare import match_components, parameter_table
from gmm_engine.errors import BudgetError, DataError, DegenerateFitError, GMMError, UploadError
from gmm_engine.mixture import GaussianMixture

__all__ = [
    "BudgetError",
    "DataError",
    "DegenerateFitError",
    "GMMError",
    "GaussianMixture",
    "UploadError",
    "match_components",
    "parameter_table",
]
