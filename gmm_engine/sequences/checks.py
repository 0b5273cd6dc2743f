"""Checks of what comes in: recordings, labels, groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.types import Array


def recordings(frames: Sequence[Array], columns: int | None = None) -> list[Array]:
    """Recordings as float64 (t, d), all of one width, finite and not empty."""
    checked = [np.asarray(one, np.float64) for one in frames]
    if not checked:
        raise DataError("There is no recording; give at least one array of frames (t, d).")
    for i, one in enumerate(checked):
        width = columns or checked[0].shape[-1]
        if one.ndim != 2 or one.shape[1] != width:
            raise DataError(f"Recording {i} has shape {one.shape}; expected frames of shape (t, {width}).")
        if len(one) == 0:
            raise DataError(f"Recording {i} has no frames; it is too short or silent.")
        if not np.all(np.isfinite(one)):
            raise DataError(f"Recording {i} holds values that are missing or infinite.")
    return checked


def labels(values: Any, groups: Any, n: int) -> tuple[Array, Array | None]:
    """Labels and groups as arrays (n,)."""
    values = np.asarray(values)
    if values.shape != (n,):
        raise DataError(f"There are {n} recordings but labels of shape {values.shape}; one each is needed.")
    if groups is None:
        return values, None
    groups = np.asarray(groups)
    if groups.shape != (n,):
        raise DataError(f"There are {n} recordings but groups of shape {groups.shape}; one each is needed.")
    return values, np.unique(groups, return_inverse=True)[1]
