"""Gaussian mixture models: fit, choose, question and show them."""

from gmm_engine.compare import agreement, match_components, parameter_table
from gmm_engine.errors import BudgetError, DataError, DegenerateFitError, GMMError, UploadError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.profiles import profile_table, telling_columns, what_sets_apart
from gmm_engine.regimes import RegimeModel
from gmm_engine.selection import Candidate, Selection, choose, select_model, sweep
from gmm_engine.sequences import SequenceClassifier

__all__ = [
    "BudgetError",
    "Candidate",
    "DataError",
    "DegenerateFitError",
    "GMMError",
    "GaussianMixture",
    "RegimeModel",
    "Selection",
    "SequenceClassifier",
    "UploadError",
    "agreement",
    "choose",
    "match_components",
    "parameter_table",
    "profile_table",
    "select_model",
    "sweep",
    "telling_columns",
    "what_sets_apart",
]
