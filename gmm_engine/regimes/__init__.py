"""Time series: regimes with memory, strange rows, forecasts."""

from gmm_engine.regimes.model import RegimeModel

__all__ = ["RegimeModel"]
