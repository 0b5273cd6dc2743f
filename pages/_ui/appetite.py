"""How much memory a job will take, estimated before it starts, in bytes.

The figures per row and per pixel were measured as the peak of all allocations of the job
(tests/pages/test_appetite.py measures again), and rounded up.
"""

from __future__ import annotations

import math

from gmm_engine.errors import BudgetError
from gmm_engine.types import Dataset
from pages._ui.settings import MEGABYTE, SETTINGS

USUAL_COMPONENTS = 9
PATCHES = 60 * MEGABYTE  # the graph of small patches, whatever the picture's size
PER_PIXEL = {"regions": 16, "colours": 36, "cut": 30}
PER_FRAME_PIXEL = 8
PER_SAMPLE = 40


def mixture(rows: int, columns: int, components: int = USUAL_COMPONENTS) -> float:
    """A fit of one mixture or a sweep: rows, their scaled copy, responsibilities."""
    return rows * (250.0 + 24 * columns + 48 * components)


def picture(pixels: int, way: str) -> float:
    """A segmentation by "regions" or "colours", or a "cut"."""
    return PATCHES + float(PER_PIXEL[way]) * pixels


def usual(dataset: Dataset) -> float:
    """A job of the usual kind on these data."""
    if dataset.values is None:
        return 0.0
    shape = dataset.values.shape
    if dataset.kind == "table":
        return mixture(shape[0], max(len(dataset.numeric), 1))
    if dataset.kind == "image":
        return picture(math.prod(shape[:2]), "colours")
    if dataset.kind == "video":
        return float(PER_FRAME_PIXEL * math.prod(shape[:3]))
    return float(PER_SAMPLE * shape[0])


def check(needed: float) -> None:
    """Refuse a job that needs more than one job may take.

    Raises
    ------
    BudgetError
        With both numbers.
    """
    most = SETTINGS.job_megabytes
    if needed > most * MEGABYTE:
        raise BudgetError(
            f"This would take about {needed / MEGABYTE:,.0f} MB of memory; this server has {most:,} MB for "
            "one job. Use fewer rows, columns or components, or a smaller picture or film."
        )
