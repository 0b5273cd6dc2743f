"""Gaussian mixture models: fit, choose, question and show them."""

from gmm_engine.anomaly import MixtureOutlierDetector
from gmm_engine.background import BackgroundModel
from gmm_engine.classify import MixtureClassifier
from gmm_engine.compare import agreement, match_components, parameter_table
from gmm_engine.errors import BudgetError, ClusterError, DataError, DegenerateFitError, GMMError, UploadError
from gmm_engine.likeness import RowMaker
from gmm_engine.merging import Merging, clusters, merge_components
from gmm_engine.mixture import BayesianGaussianMixture, GaussianMixture, fit_table
from gmm_engine.profiles import profile_table, telling_columns, what_sets_apart
from gmm_engine.reduction import EmbeddingQuality, MixtureReducer, class_separation, embedding_quality
from gmm_engine.regimes import RegimeModel
from gmm_engine.rows import open_rows
from gmm_engine.segmentation import Segmentation, cut_out, segment_image
from gmm_engine.selection import (
    Candidate,
    Selection,
    bootstrap_lrt,
    bootstrap_parameters,
    choose,
    select_model,
    sweep,
)
from gmm_engine.sequences import SequenceClassifier

__all__ = [
    "BackgroundModel",
    "BayesianGaussianMixture",
    "BudgetError",
    "Candidate",
    "ClusterError",
    "DataError",
    "DegenerateFitError",
    "EmbeddingQuality",
    "GMMError",
    "GaussianMixture",
    "Merging",
    "MixtureClassifier",
    "MixtureOutlierDetector",
    "MixtureReducer",
    "RegimeModel",
    "RowMaker",
    "Segmentation",
    "Selection",
    "SequenceClassifier",
    "UploadError",
    "agreement",
    "bootstrap_lrt",
    "bootstrap_parameters",
    "choose",
    "class_separation",
    "clusters",
    "cut_out",
    "embedding_quality",
    "fit_table",
    "match_components",
    "merge_components",
    "open_rows",
    "parameter_table",
    "profile_table",
    "segment_image",
    "select_model",
    "sweep",
    "telling_columns",
    "what_sets_apart",
]
