"""Recognise recordings: one mixture, or chain of mixtures, per word or speaker."""

from gmm_engine.sequences.classifier import SequenceClassifier
from gmm_engine.sequences.segments import acoustic_segments

__all__ = ["SequenceClassifier", "acoustic_segments"]
