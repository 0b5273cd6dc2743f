"""Outlier detection: a panel of mixtures, thresholds that mean something, reasons."""

from gmm_engine.anomaly.detector import MixtureOutlierDetector

__all__ = ["MixtureOutlierDetector"]
