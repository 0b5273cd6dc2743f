"""Where the rows live, and how they are reduced to `Stats`.

Parameters given to and taken from rows are in centred, scaled coordinates; `Frame` maps
them to the user's and back.
"""

from gmm_engine.rows.files import Piece, Source
from gmm_engine.rows.frame import Frame, sample_of
from gmm_engine.rows.memory import WIDE, MemoryRows, unpack
from gmm_engine.rows.open import is_far, open_rows, source_of
from gmm_engine.rows.pieces import PiecedRows, survey
from gmm_engine.rows.split import SplitRows
from gmm_engine.rows.sums import Survey

__all__ = [
    "WIDE",
    "Frame",
    "MemoryRows",
    "Piece",
    "PiecedRows",
    "Source",
    "SplitRows",
    "Survey",
    "is_far",
    "open_rows",
    "sample_of",
    "source_of",
    "survey",
    "unpack",
]
