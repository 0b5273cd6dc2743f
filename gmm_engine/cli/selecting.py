"""``select``: every candidate in turn, the best one written."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from gmm_engine.cli.checkpoints import Checkpoint, model_of
from gmm_engine.cli.output import whole, write_json
from gmm_engine.cli.progress import Bar
from gmm_engine.covariance import FAMILIES
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.rows import open_rows
from gmm_engine.selection import Candidate, choose, sweep

SHOWN = [
    "n_components",
    "covariance_type",
    "bic",
    "aic",
    "icl",
    "log_likelihood",
    "n_parameters",
    "degenerate",
]


def run(asked: Namespace) -> int:
    """Fit the candidates, write the best and print the table; returns the exit code."""
    bar = Bar(asked.quiet)
    source = open_rows(asked.source, asked.columns, dtype=asked.dtype, scheduler=asked.scheduler)
    kinds: Any = asked.covariance if asked.covariance == "all" else tuple(asked.covariance.split(","))
    job = {
        name: getattr(asked, name) for name in ("source", "criterion", "reg_covar", "missing", "seed", "tol")
    }
    job |= {"columns": list(source.columns), "dtype": source.dtype, "most": max(asked.components)}
    checkpoint = Checkpoint(asked.out, job)
    found = _known(checkpoint.load() if asked.resume else None)
    bar.words = "looking at the rows"
    bar.show()
    bar.expected = len(asked.components) * len(kinds if kinds != "all" else FAMILIES)
    bar.passes = len(found)
    options: dict[str, Any] = {
        "reg_covar": asked.reg_covar, "tol": asked.tol, "max_iter": asked.max_iter,
        "missing": asked.missing, "random_state": asked.seed,
    }  # fmt: skip
    known = {(candidate.n_components, candidate.covariance_type) for candidate in found}
    for candidate in sweep(source, asked.components, kinds, asked.criterion, skip=known, **options):
        found.append(candidate)
        bar.passes += 1
        value = getattr(candidate, asked.criterion)
        bar.words = (
            f"{candidate.n_components} x {candidate.covariance_type}: {asked.criterion.upper()} {value:,.1f}"
        )
        bar.show()
        if len(found) % max(asked.checkpoint_every, 1) == 0:
            checkpoint.save({"candidates": [_document(one, source.columns) for one in found]})
    selection = choose(source, found, asked.criterion, **options)
    write_json(asked.out, selection.best_model.to_dict())
    if asked.table:
        with whole(asked.table) as partial:
            selection.table.to_csv(partial, index=False)
    checkpoint.drop()
    print(selection.table[SHOWN].to_string(index=False))
    best = selection.best
    bar.say(f"{asked.out}: {best.n_components} components, {best.covariance_type}")
    return 0


def _document(candidate: Candidate, columns: tuple[str, ...]) -> dict[str, Any]:
    """A candidate as plain JSON types."""
    numbers = {name: value for name, value in vars(candidate).items() if name != "params"}
    model = None
    if candidate.params is not None:
        model = model_of(candidate.params, candidate.covariance_type, columns=columns).to_dict()
    return numbers | {"model": model}


def _known(state: dict[str, Any] | None) -> list[Candidate]:
    """The candidates of a checkpoint."""
    found = []
    for document in (state or {}).get("candidates", []):
        numbers = {name: value for name, value in document.items() if name != "model"}
        candidate = Candidate(**numbers, params=None)
        if document["model"] is not None:
            try:
                params = GaussianMixture.from_dict(document["model"]).parameters()
            except DegenerateFitError:  # too narrow to be read back: it is fitted again
                continue
            candidate = replace(candidate, params=params)
        found.append(candidate)
    return found
