"""What moves in a film: a mixture per pixel that adapts to the scene."""

from gmm_engine.background.model import BackgroundModel
from gmm_engine.background.score import Score, score

__all__ = ["BackgroundModel", "Score", "score"]
