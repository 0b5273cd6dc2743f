"""Rows that are not in memory, made ready for a fit: starts on a sample, EM on all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine import validate
from gmm_engine.errors import DataError
from gmm_engine.mixture import noise, task
from gmm_engine.mixture.task import Task
from gmm_engine.rows import MemoryRows, PiecedRows, Source, Survey, is_far, source_of, survey
from gmm_engine.types import Params


@dataclass(frozen=True, eq=False)
class FarTask(Task):
    """A fit to rows elsewhere; `near` is the same fit to a sample of them."""

    near: Task


def prepare(model: Any, X: Any, sample_weight: Any, labels: Any) -> Task:
    """Check everything the caller gave, and lay the rows out, wherever they are."""
    if not is_far(X):
        return task.prepare(model, X, sample_weight, labels)
    refuse_by_row(sample_weight=sample_weight, labels=labels, resp_init=model.resp_init)
    source, look = looked_at(model, source_of(X))
    validate.enough_rows(look.n, model.n_components)
    near = task.prepare(model, sample_of(look, source), None, None)
    box = np.stack([look.low, look.high]).astype(np.float64) if model.noise else None
    widths = None if box is None else noise.log_widths(box) + np.log(near.rows.frame.scale)
    rows: Any = PiecedRows(source, near.rows.frame, look, widths)
    return FarTask(rows, near.complete, near.maximise, None, box, near)


def first_params(model: Any, ready: Task, rng: np.random.RandomState) -> Params:
    """Where EM starts, in the rows' frame: on the sample, if they are elsewhere."""
    if not isinstance(ready, FarTask):
        return task.first_params(model, ready, rng)
    first = task.first_params(model, ready.near, rng)
    if ready.noise_box is None:
        return first
    log_density = -float(noise.log_widths(ready.noise_box).sum()) - ready.rows.frame.log_volume
    return replace(first, noise_log_density=log_density)


def laid_out(model: Any, X: Any, sample_weight: Any) -> tuple[PiecedRows, MemoryRows]:
    """The rows where EM runs, which are elsewhere, and a sample without missing cells, for starts."""
    refuse_by_row(sample_weight=sample_weight, resp_init=getattr(model, "resp_init", None))
    source, look = looked_at(model, source_of(X))
    if getattr(model, "missing", "error") == "em":
        _, near = task.laid_out(model, sample_of(look, source), None)
    else:
        near = MemoryRows(validate.rows(model, sample_of(look, source), reset=True, min_rows=2))
    return PiecedRows(source, near.frame, look), near


def looked_at(model: Any, source: Source) -> tuple[Source, Survey]:
    """The source as the model wants it, and a first look at every row."""
    gaps = getattr(model, "missing", "error") == "em"
    source = source.with_gaps() if gaps else source
    look = survey(source, validate.seed(model.random_state))
    if look.n < 2:
        raise DataError(f"There are {look.n} rows; a fit needs at least 2.")
    for name, seen in zip(_names(source), look.observed, strict=True):
        if seen == 0:
            raise DataError(f"Column {name} has no observed cell; leave it out.")
    validate.spread(np.stack([look.low, look.high]))
    return source, look


def sample_of(look: Survey, source: Source) -> Any:
    """The sample as a table with the columns' names, so that the model learns them."""
    return pd.DataFrame(look.sample, columns=list(source.columns)) if source.columns else look.sample


def opened(model: Any, X: Any) -> Source:
    """Rows elsewhere that a fitted model is asked about.

    Raises
    ------
    DataError
        The columns are not those of the fit.
    """
    names = getattr(model, "feature_names_in_", None)
    wanted = None if names is None else [str(name) for name in names]
    source = source_of(X, wanted)
    if source.d != model.n_features_in_ or (wanted and source.columns and list(source.columns) != wanted):
        text = f"{model.n_features_in_} columns" if wanted is None else f"the columns {wanted}"
        raise DataError(f"The model was fitted to {text}; these rows have {_names(source)}.")
    return source.with_gaps() if getattr(model, "missing", "error") == "em" else source


def refuse_by_row(**given: Any) -> None:
    """Refuse what has an entry for every row when the rows are not in memory."""
    for name, value in given.items():
        if value is not None:
            raise DataError(
                f"{name} has a value for every row: give rows in memory with it, not files or a cluster."
            )


def _names(source: Source) -> list[str]:
    return list(source.columns) or [str(f) for f in range(source.d)]
