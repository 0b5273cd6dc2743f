"""Everything that can go wrong, and only what a caller can act upon.

    GMMError
      DataError(ValueError)             the data cannot be used
        UploadError                     the file cannot be read, is too large, or is not what it says
      DegenerateFitError(ValueError)    a component collapsed
      BudgetError(MemoryError)          the job would exceed memory or time
      ClusterError(ConnectionError)     the cluster does not answer

A message says what happened, the value seen, and what to try. Wrong parameters
raise scikit-learn's `InvalidParameterError`, unfitted models its `NotFittedError`.
"""


class GMMError(Exception):
    """Base of every error this package raises about data, fits and limits."""


class DataError(GMMError, ValueError):
    """The data cannot be used: which column or row, the value seen, what to do."""


class UploadError(DataError):
    """A file cannot be read, exceeds a limit, or is not what its name says."""


class DegenerateFitError(GMMError, ValueError):
    """A component collapsed onto too few distinct rows: which one, and what to change."""


class BudgetError(GMMError, MemoryError):
    """A job would exceed its memory or time budget; the message holds both numbers."""


class ClusterError(GMMError, ConnectionError):
    """The cluster does not answer, or lost what it was asked to do: its address, and what to do."""
