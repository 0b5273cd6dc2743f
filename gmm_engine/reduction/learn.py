"""The mixture behind a reduction: chosen by BIC where nothing was asked for."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gmm_engine import covariance
from gmm_engine.covariance import FAMILIES, Family
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.mixture.mstep import MStep
from gmm_engine.mixture.shapes import matrices
from gmm_engine.reduction import subspaces
from gmm_engine.rows import MemoryRows
from gmm_engine.selection import Candidate, choose, sweep
from gmm_engine.selection.sweep import IN_ONE_COLUMN
from gmm_engine.types import Array, Params, Run

MOST_COMPONENTS = 9
SAMPLE = 2000
FEW_FAMILIES = ("EEE", "VVI", "VVV")
MANY_CELLS = 5_000  # rows times columns from which few families are tried, less exactly
QUICK: dict[str, Any] = {"tol": 3e-4, "max_iter": 200}
RIDGE = 1e-6
LAST_STEPS = 10

Steps = Generator[float, None, Params]
Counted = Generator[int, None, Run]


@dataclass(frozen=True)
class Wish:
    """What the caller asked for: `k` components or None, a `family` or None, and the seed."""

    k: int | None
    family: str | None
    seed: int

    def counts(self, n: int) -> list[int]:
        """Numbers of components to try."""
        return [self.k] if self.k is not None else list(range(1, min(MOST_COMPONENTS, max(n // 3, 1)) + 1))

    def families(self, V: Array) -> tuple[str, ...]:
        """Covariance families to try."""
        if self.family is not None:
            return (self.family,)
        if V.shape[1] == 1:
            return IN_ONE_COLUMN
        return tuple(FAMILIES) if V.size < MANY_CELLS else FEW_FAMILIES


def mixture(V: Array, wish: Wish) -> Steps:
    """A Gaussian mixture of rows V (n, p); yields the share of the work that is done.

    Of many rows a sample decides on number and family; all rows then take a few steps of EM.
    """
    if wish.k is not None and wish.family is not None:
        return (yield from _fitted(V, GaussianMixture(wish.k, covariance_type=wish.family), wish.seed))
    sample = _sample(V, wish.seed)
    counts, families = wish.counts(len(sample)), wish.families(sample)
    candidates: list[Candidate] = []
    options = {} if sample.size < MANY_CELLS else QUICK
    for candidate in sweep(sample, counts, families, random_state=wish.seed, **options):
        candidates.append(candidate)
        yield 0.8 * len(candidates) / (len(counts) * len(families))
    try:
        model = choose(sample, candidates, random_state=wish.seed, **options).best_model
    except DegenerateFitError:  # no candidate is sound: what was asked for, with a ridge
        spare = GaussianMixture(wish.k or 1, covariance_type=wish.family or "full")
        return (yield from _fitted(V, spare, wish.seed))
    if len(sample) < len(V):
        return (yield from _carried_on(V, model.parameters(), covariance.family(model.covariance_type)))
    return _ordered(model.parameters())


def _carried_on(V: Array, params: Params, family: Family) -> Steps:
    """A few steps of EM on all rows."""
    rows = MemoryRows(V)
    if family.diagonal and not params.diagonal:
        variances = np.diagonal(params.covariances(), axis1=1, axis2=2)
        params = Params(params.weights, params.means, np.sqrt(variances))
    maximise = MStep(family, np.full(rows.d, RIDGE * float(V.var(axis=0).mean()) * rows.frame.scale**2))
    steps = subspaces.finish(rows, rows.frame.enter(params), maximise, LAST_STEPS)
    run = yield from _shares(steps, LAST_STEPS)
    return _ordered(rows.frame.leave(run.params))


def planes(V: Array, wish: Wish, n_latent: int) -> Steps:
    """A mixture of probabilistic principal component analysers of rows V (n, p)."""
    rng = np.random.RandomState(wish.seed)
    sample = _sample(V, wish.seed)
    rows = MemoryRows(sample)
    counts = wish.counts(len(sample))
    search = subspaces.search(rows, counts, n_latent, rng)
    run = yield from _shares(search, 1.2 * len(counts))
    params = rows.frame.leave(run.params)
    if len(sample) < len(V):
        everything = MemoryRows(V)
        maximise = subspaces.mstep(everything, n_latent)
        last = subspaces.finish(everything, everything.frame.enter(params), maximise, LAST_STEPS)
        run = yield from _shares(last, LAST_STEPS)
        params = everything.frame.leave(run.params)
    return _ordered(params)


def _shares(steps: Counted, total: float) -> Generator[float, None, Run]:
    """Shares of the work from counts of steps."""
    while True:
        try:
            yield min(next(steps) / total, 1.0)
        except StopIteration as finished:
            run: Run = finished.value
            return run


def _fitted(V: Array, model: GaussianMixture, seed: int) -> Steps:
    model.set_params(random_state=seed, reg_covar=RIDGE * float(V.var(axis=0).mean()))
    for step in model.iter_fit(V):
        yield step.iteration / model.max_iter
    return _ordered(model.parameters())


def _ordered(params: Params) -> Params:
    """The same mixture with full factors, components of large weight first."""
    order = np.argsort(-params.weights, kind="stable")
    return Params(params.weights[order], params.means[order], matrices(params.factors)[order])


def _sample(V: Array, seed: int) -> Array:
    """At most so many rows as decide quickly, in order."""
    if len(V) <= SAMPLE:
        return V
    return V[np.sort(np.random.RandomState(seed).choice(len(V), SAMPLE, replace=False))]
