"""Classification by one mixture per class."""

from gmm_engine.classify.classifier import MixtureClassifier

__all__ = ["MixtureClassifier"]
