"""From what a caller names to rows that can be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.rows.cluster import ClusterRows, is_collection
from gmm_engine.rows.files import FileRows, Source

ADDRESS = "GMM_SCHEDULER"


def open_rows(
    source: Any, columns: Sequence[str] | None = None, *, dtype: Any = None, scheduler: str | None = None
) -> Source:
    """Rows that are too many for memory, for `fit`, `select_model`, `score` and the like.

    Parameters
    ----------
    source : path, glob, folder or URL (``s3://bucket/part-*.parquet``) of Parquet or delimited
        files, or a sequence of them; or a Dask array or dataframe.
    columns : names of the columns to use; default: every one that holds numbers.
    dtype : "float32" or "float64"; default: single precision if that holds every value.
    scheduler : address of a Dask scheduler, ``tcp://host:8786``; default: the environment's
        GMM_SCHEDULER. Empty: files are read by this process.

    Raises
    ------
    DataError
        A file cannot be read, or lacks a column; the message names it.
    ClusterError
        The scheduler does not answer.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from gmm_engine import GaussianMixture, open_rows
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = pd.DataFrame({"name": ["a", "b", "c"], "x": [1.0, 2.0, 4.0]})
    ...     table.to_csv(f"{folder}/part-1.csv", index=False)
    ...     rows = open_rows(f"{folder}/part-*.csv")
    ...     mean = GaussianMixture().fit(rows).means_
    >>> rows.columns, mean.round(4)
    (('x',), array([[2.3333]]))
    """
    if dtype is not None and np.dtype(dtype).name not in ("float32", "float64"):
        raise DataError(f"dtype must be 'float32' or 'float64', got {dtype!r}.")
    address = os.environ.get(ADDRESS, "") if scheduler is None else scheduler
    if is_collection(source) or address:
        return ClusterRows(source, columns, dtype, address)
    return FileRows(source, columns, dtype)


def is_far(X: Any) -> bool:
    """Whether X is, or names, rows that are not in memory."""
    return isinstance(X, Source | str | os.PathLike) or _are_paths(X) or is_collection(X)


def source_of(X: Any, columns: Sequence[str] | None = None) -> Source:
    """The source that X is or names; `columns` are wanted of what has names."""
    if isinstance(X, Source):
        return X
    return open_rows(X, None if hasattr(X, "chunks") else columns)


def _are_paths(X: Any) -> bool:
    return isinstance(X, list | tuple) and bool(X) and all(isinstance(part, str | os.PathLike) for part in X)
