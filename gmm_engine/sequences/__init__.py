"""Recognise recordings: one mixture, or chain of mixtures, per word or speaker."""

from gmm_engine.sequences.classifier import SequenceClassifier

__all__ = ["SequenceClassifier"]
