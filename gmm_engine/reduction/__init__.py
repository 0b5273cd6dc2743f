"""Few coordinates for many columns, found by a mixture, with their uncertainty."""

from gmm_engine.reduction.quality import EmbeddingQuality, class_separation, embedding_quality
from gmm_engine.reduction.reducer import MixtureReducer

__all__ = ["EmbeddingQuality", "MixtureReducer", "class_separation", "embedding_quality"]
