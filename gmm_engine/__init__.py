"""Gaussian mixture models: fit, choose, question and show them."""

from gmm_engine.compare import match_components, parameter_table
from gmm_engine.errors import BudgetError, DataError, DegenerateFitError, GMMError, UploadError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.regimes import RegimeModel
from gmm_engine.sequences import SequenceClassifier
from gmm_engine.selection import Candidate, Selection, choose, select_model, sweep

__all__ = [
    "BudgetError",
    "Candidate",
    "DataError",
    "DegenerateFitError",
    "GMMError",
    "GaussianMixture",
    "RegimeModel",
    "SequenceClassifier",
    "Selection",
    "UploadError",
    "choose",
    "match_components",
    "parameter_table",
    "select_model",
    "sweep",
]
