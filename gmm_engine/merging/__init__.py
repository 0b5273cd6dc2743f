"""From components to clusters."""

from gmm_engine.merging.entropy import Merging, merge_components
from gmm_engine.merging.joined import clusters

__all__ = ["Merging", "clusters", "merge_components"]
