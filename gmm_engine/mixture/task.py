"""One fit, made ready: checked rows, the M-step, and where to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gmm_engine import covariance, em, start, validate
from gmm_engine.mixture import fill, known, noise
from gmm_engine.mixture.mstep import VARIANCE_FLOOR, MStep
from gmm_engine.rows import Frame, MemoryRows, SplitRows, sample_of
from gmm_engine.start.draw import draw
from gmm_engine.types import Array, Params

NOISE_SAMPLE = 3000
ROWS_PER_COMPONENT = 5
STARTS_PER_VIEW = 2
SHORT_STEPS = 25


@dataclass(frozen=True, eq=False)
class Task:
    """What a fit needs.

    Attributes
    ----------
    rows : where EM runs; split when cells are missing or labels known.
    complete : the same rows without missing cells, for starts.
    maximise : the M-step.
    labels : known components (n,), -1 unknown, or None.
    noise_box : (2, d) box of the noise in the user's units, or None.
    """

    rows: MemoryRows | SplitRows
    complete: MemoryRows
    maximise: MStep
    labels: Array | None
    noise_box: Array | None


def prepare(model: Any, X: Any, sample_weight: Any, labels: Any) -> Task:
    """Check everything the caller gave, and lay the rows out."""
    checked, weight = _checked(model, X, sample_weight)
    component = None if labels is None else validate.labels(labels, len(checked), model.n_components)
    positive = len(checked) if weight is None else int((weight > 0).sum())
    validate.enough_rows(positive, model.n_components)
    validate.spread(sample_of(checked, weight))
    bounds = noise.box(checked) if model.noise else None
    frame, complete = _completed(checked, weight)
    split = complete.X is not checked or component is not None
    widths = None if bounds is None else noise.log_widths(bounds) + np.log(frame.scale)
    rows: MemoryRows | SplitRows = complete
    if split:
        rows = SplitRows(checked, weight, frame=frame, labels=component, log_widths=widths)
    return Task(rows, complete, mstep(model, frame), component, bounds)


def laid_out(model: Any, X: Any, sample_weight: Any) -> tuple[MemoryRows | SplitRows, MemoryRows]:
    """Checked rows where EM runs, and the same without missing cells, for starts."""
    checked, weight = _checked(model, X, sample_weight)
    frame, complete = _completed(checked, weight)
    return complete if complete.X is checked else SplitRows(checked, weight, frame=frame), complete


def _checked(model: Any, X: Any, sample_weight: Any) -> tuple[Array, Array | None]:
    gaps = model.missing == "em"
    checked = validate.rows(model, X, reset=True, min_rows=2, missing=gaps)
    if gaps:
        validate.some_observed(checked)
    return checked, validate.sample_weight(sample_weight, checked)


def _completed(X: Array, weight: Array | None) -> tuple[Frame, MemoryRows]:
    """The rows without missing cells, and their frame."""
    if np.isnan(X).any():
        return fill.roughly(X, weight, MStep(covariance.family("VVV"), np.full(X.shape[1], 1e-6)))
    complete = MemoryRows(X, weight)
    return complete.frame, complete


def mstep(model: Any, frame: Frame) -> MStep:
    """The model's M-step, its ridge in the frame's coordinates."""
    ridge = np.full(len(frame.centre), model.reg_covar * frame.scale**2)
    if model.reg_covar > 0 and frame.variances is not None:
        ridge += VARIANCE_FLOOR * frame.variances
    return MStep(covariance.family(model.covariance_type), ridge, tuple(model.fixed))


def first_params(model: Any, task: Task, rng: np.random.RandomState) -> Params:
    """Where EM starts, in the rows' frame: what the caller gave, the rest estimated."""
    weights, means, factors = given_params(model, task.rows.frame, model.n_components)
    first = None
    if weights is None or means is None or factors is None:
        first = _estimated(model, task, rng)
        weights = first.weights if weights is None else weights
        means = first.means if means is None else means
        factors = first.factors if factors is None else factors
    if task.noise_box is None:
        return Params(weights, means, factors)
    share = first.noise if first is not None and first.noise > 0 else noise.SHARES[0]
    weights = weights * ((1 - share) / weights.sum())
    return Params(weights, means, factors, share, _noise_log_density(task))


def given_params(model: Any, frame: Frame, k: int) -> tuple[Array | None, Array | None, Array | None]:
    """Initial weights, means and factors that the caller gave, in the frame; None where not."""
    d, kind = len(frame.centre), model.covariance_type
    weights = means = factors = None
    if model.weights_init is not None:
        weights = validate.initial_weights(model.weights_init, k)
    if model.means_init is not None:
        means = (validate.initial_means(model.means_init, k, d) - frame.centre) * frame.scale
    if model.precisions_init is not None:
        factors = validate.precision_factors(model.precisions_init, kind, k, d) * frame.scale
        if covariance.family(kind).diagonal and factors.ndim == 3:
            factors = np.diagonal(factors, axis1=1, axis2=2)
    return weights, means, factors


def _estimated(model: Any, task: Task, rng: np.random.RandomState) -> Params:
    k, complete, maximise = model.n_components, task.complete, task.maximise
    diagonal = maximise.family.diagonal
    automatic = is_automatic(model)
    if automatic and task.labels is not None:
        return known.start(complete, task.labels, k, diagonal=diagonal)
    if automatic and task.noise_box is not None:
        sample = draw(complete, NOISE_SAMPLE, rng)
        return noise.start(
            sample,
            _noise_log_density(task),
            maximise,
            lambda rows: start.auto(rows, k, maximise, rng, diagonal=diagonal),
        )
    if automatic and isinstance(task.rows, SplitRows):
        return _best_on_observed(task, k, rng)
    if automatic:
        return start.auto(complete, k, maximise, rng, diagonal=diagonal)
    resp = _with_known(responsibilities(model, complete, rng), task.labels)
    return maximise(complete.weigh(resp, diagonal=diagonal), None)


def is_automatic(model: Any) -> bool:
    """Whether the caller left the start to us."""
    named = isinstance(model.init_params, str)
    return model.resp_init is None and named and bool(model.init_params == "auto")


def _best_on_observed(task: Task, k: int, rng: np.random.RandomState) -> Params:
    """Likeliest, on the observed cells, of short runs from rows filled in and from complete rows."""
    X, maximise = task.complete.X, task.maximise
    assert isinstance(task.rows, SplitRows)
    views = [task.complete]
    whole = np.zeros(len(X), bool)
    for part in task.rows.parts:
        whole[part.index] = len(part.columns) == task.rows.d
    if whole.sum() >= ROWS_PER_COMPONENT * k * (X.shape[1] + 1):
        views.append(MemoryRows(X[whole], frame=task.rows.frame))
    runs = []
    for view in views * STARTS_PER_VIEW:
        first = start.auto(view, k, maximise, rng, diagonal=maximise.family.diagonal)
        steps = em.run(task.rows, first, maximise, tol=1e-4, max_iter=SHORT_STEPS)
        runs.append(em.drain(steps, first, tol=1e-4))
    return max(runs, key=lambda run: run.bound).params


def _noise_log_density(task: Task) -> float:
    assert task.noise_box is not None
    return -float(noise.log_widths(task.noise_box).sum()) - task.complete.frame.log_volume


def responsibilities(model: Any, rows: MemoryRows, rng: np.random.RandomState) -> Array:
    """Responsibilities (n, k) to start from: those given, a function's, or of a method by name."""
    k = model.n_components
    if model.resp_init is not None:
        return validate.responsibilities(model.resp_init, rows.n, k)
    if callable(model.init_params):
        return validate.responsibilities(model.init_params(rows.X, k, rng), rows.n, k)
    weight = rows.row_weights if rows.row_weights.size else None
    return start.responsibilities(rows.X, weight, k, model.init_params, rng)


def _with_known(resp: Array, labels: Array | None) -> Array:
    """Rows of known components belong to them alone."""
    if labels is None:
        return resp
    given = np.flatnonzero(labels >= 0)
    resp = resp.copy()  # the caller's own may have been given
    resp[given] = 0
    resp[given, labels[given]] = 1
    return resp
