"""``fit``: one mixture, with checkpoints."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import numpy as np

from gmm_engine.cli.checkpoints import Checkpoint, model_of
from gmm_engine.cli.output import read_model, write_json
from gmm_engine.cli.progress import Bar, iterations_left
from gmm_engine.errors import DataError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import Source, open_rows, survey
from gmm_engine.selection.sweep import initial_values
from gmm_engine.types import Array, Step

DONE, NOT_CONVERGED = 0, 3
# Passes over the rows before the first iteration.
FIRST_LOOK = 1


def run(asked: Namespace) -> int:
    """Fit and write the model; returns the exit code."""
    bar = Bar(asked.quiet)
    source = open_rows(asked.source, asked.columns, dtype=asked.dtype, scheduler=asked.scheduler)
    source.watch = bar.pieces
    model, checkpoint = _model(asked), Checkpoint(asked.out, _job(asked, source))
    before = _resume(model, checkpoint, asked) if asked.resume else 0
    bar.words = "looking at the rows"
    bar.expected = FIRST_LOOK + asked.max_iter - before
    bar.rows = _first_look(source, asked).n
    if before < asked.max_iter:
        for _ in _watched(model, source, bar, checkpoint, asked, before):
            pass
        model.n_iter_ += before
    write_json(asked.out, model.to_dict())
    words = f"{asked.out}: {model.n_iter_} iterations, log-likelihood {model.lower_bound_:.6f} per row"
    bar.say(f"{words}, {bar.rows:,} rows" + ("" if model.converged_ else ", not converged"))
    if model.converged_:
        checkpoint.drop()
        return DONE
    bar.say("Raise --max-iter and add --resume to go on, or raise --tol.")
    checkpoint.save(_state(model, model.n_iter_))
    return NOT_CONVERGED


def _watched(
    model: GaussianMixture, source: Source, bar: Bar, checkpoint: Checkpoint, asked: Namespace, before: int
) -> Iterator[Step]:
    """The fit's steps, shown and kept."""
    bounds: list[float] = []
    step = None
    box = _box(source, asked) if model.noise else None

    def keep(last: Step) -> None:
        settings: dict[str, Any] = {"columns": source.columns, "box": box, "bound": last.bound}
        checkpoint.save(
            _state(model_of(last.params, model.covariance_type, **settings), before + last.iteration)
        )

    try:
        for step in model.iter_fit(source):
            bounds.append(step.bound)
            left = iterations_left(bounds, model.tol, model.max_iter - step.iteration)
            bar.expected = bar.passes + left
            bar.words = f"iteration {before + step.iteration}: {step.bound:.5f} per row"
            bar.show()
            if (before + step.iteration) % max(asked.checkpoint_every, 1) == 0:
                keep(step)
            yield step
    except KeyboardInterrupt:
        if step is not None:
            keep(step)
            bar.say(f"Kept {checkpoint.path}; add --resume to go on.")
        raise


def _model(asked: Namespace) -> GaussianMixture:
    """The estimator, at the parameters of --start if given."""
    settings: dict[str, Any] = {
        "tol": asked.tol,
        "max_iter": asked.max_iter,
        "reg_covar": asked.reg_covar,
        "missing": asked.missing,
        "noise": asked.noise,
        "init_params": asked.init,
        "random_state": asked.seed,
    }
    if asked.start is None:
        if asked.components is None:
            raise DataError("Say how many --components, or give a model to --start from.")
        return GaussianMixture(asked.components, covariance_type=asked.covariance or "full", **settings)
    first = read_model(asked.start)
    k, kind = first.n_components, asked.covariance or first.covariance_type
    if asked.components not in (None, k):
        raise DataError(f"{asked.start} has {k} components; leave out --components {asked.components}.")
    start = initial_values(first.parameters(), kind)
    start["weights_init"] = start["weights_init"] / start["weights_init"].sum()
    return GaussianMixture(k, covariance_type=kind, **settings, **start)


def _resume(model: GaussianMixture, checkpoint: Checkpoint, asked: Namespace) -> int:
    """Put the model where the checkpoint left it; returns the iterations made before."""
    state = checkpoint.load()
    if state is None:
        return 0
    known = GaussianMixture.from_dict(state["model"])
    model.noise_box_ = known.noise_box_
    model._set_params(known.parameters())
    model.n_features_in_, model.converged_ = known.n_features_in_, known.converged_
    model.lower_bound_, model.n_iter_ = known.lower_bound_, int(state["iteration"])
    before = int(state["iteration"])
    model.set_params(warm_start=True, max_iter=max(asked.max_iter - before, 0))
    return before


def _state(model: GaussianMixture, iteration: int) -> dict[str, Any]:
    return {"iteration": iteration, "model": model.to_dict()}


def _job(asked: Namespace, source: Source) -> dict[str, Any]:
    names = ("source", "components", "covariance", "reg_covar", "missing", "noise", "init", "start", "seed")
    return {name: getattr(asked, name) for name in names} | {
        "columns": list(source.columns), "dtype": source.dtype
    }  # fmt: skip


def _first_look(source: Source, asked: Namespace) -> Any:
    return survey(source.with_gaps() if asked.missing == "em" else source, asked.seed)


def _box(source: Source, asked: Namespace) -> Array:
    look = _first_look(source, asked)
    return np.stack([look.low, look.high]).astype(np.float64)
