"""Where the rows live, and how they are reduced to `Stats`.

Parameters given to and taken from rows are in centred, scaled coordinates; `Frame` maps
them to the user's and back.
"""

from gmm_engine.rows.frame import Frame, sample_of
from gmm_engine.rows.memory import WIDE, MemoryRows, unpack
from gmm_engine.rows.split import SplitRows

__all__ = ["WIDE", "Frame", "MemoryRows", "SplitRows", "sample_of", "unpack"]
