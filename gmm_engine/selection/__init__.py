"""Which mixture: how many components, of which family, and how sure one can be."""

from gmm_engine.selection.sweep import Candidate, Selection, choose, select_model, sweep

__all__ = ["Candidate", "Selection", "choose", "select_model", "sweep"]
