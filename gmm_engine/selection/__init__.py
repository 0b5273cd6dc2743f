"""Which mixture: how many components, of which family, and how sure one can be."""

from gmm_engine.selection.candidate import Candidate, Selection
from gmm_engine.selection.lrt import BootstrapTest, LikelihoodRatio, bootstrap_lrt, lrt_steps
from gmm_engine.selection.sweep import choose, select_model, sweep
from gmm_engine.selection.uncertainty import ParameterBootstrap, bootstrap_parameters

__all__ = [
    "BootstrapTest",
    "Candidate",
    "LikelihoodRatio",
    "ParameterBootstrap",
    "Selection",
    "bootstrap_lrt",
    "bootstrap_parameters",
    "choose",
    "lrt_steps",
    "select_model",
    "sweep",
]
