"""Mixtures of the rows that are ordinary beyond doubt: trimmed, so that no anomaly shapes them.

Rows are concentrated: fit, keep the likeliest share, fit again (Rousseeuw and Van Driessen
1999 for one Gaussian; Garcia-Escudero et al. 2008 for several). A ridge on every covariance
keeps a clump of anomalies, or a direction of almost no spread, from counting without bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine import covariance, em, start
from gmm_engine.mixture.mstep import MStep
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Array, Params

CORE_STEPS = 10  # concentration steps of the single Gaussian that finds the core
ROUNDS = 3  # times that the rows kept are chosen again
ITERATIONS = 12  # of EM before and after each choice
REVISIONS = 5  # iterations of EM that forget rows held out
MOST_EXCLUDED = 0.5
ROWS_PER_COMPONENT = 4
LARGEST = 150_000  # numbers in the covariances of one view; wider tables have fewer components


@dataclass(frozen=True)
class View:
    """One way to look at the rows.

    Attributes
    ----------
    k : components.
    ridge : added to every variance; the columns' own is one.
    keep : share of the rows that shape it.
    gated : take the rows that the panel's first view finds likeliest, rather than its own.
    """

    k: int
    ridge: float
    keep: float
    gated: bool = False


def rows_of(Z: Array) -> MemoryRows:
    """Scaled rows as they are: their columns are centred and of unit spread already."""
    return MemoryRows(Z, frame=Frame(np.zeros(Z.shape[1])))


def log_density(Z: Array, params: Params) -> Array:
    """Log density (n,) of scaled rows, nats."""
    return rows_of(Z).score(params)[0]


@dataclass(frozen=True, eq=False)
class Core:
    """A view's mixture and the positions of the rows that shaped it, ascending."""

    params: Params
    rows: Array


def fit(Z: Array, view: View, rng: np.random.RandomState, gate: Params | None = None) -> Core:
    """The view's mixture of scaled rows Z (n, d); `gate` chooses the rows of a gated view."""
    maximise = m_step(Z.shape[1], view.ridge)
    own = gate is None or not view.gated
    core = gaussian_core(Z, view) if own else likeliest(Z, gate, view.keep)  # type: ignore[arg-type]
    k = max(1, min(view.k, len(core) // ROWS_PER_COMPONENT, LARGEST // Z.shape[1] ** 2))
    if k == 1:
        return Core(maximise(rows_of(Z[core]).pooled(), None), core)
    first = start.responsibilities(Z[core], None, k, "kmeans", rng)
    params = climb(Z[core], maximise(rows_of(Z[core]).weigh(first), None), maximise, ITERATIONS)
    for _ in range(ROUNDS if own and view.keep < 1 else 0):
        core = likeliest(Z, params, view.keep)
        params = climb(Z[core], params, maximise, ITERATIONS)
    return Core(params, core)


def without(Z: Array, core: Core, view: View, held: Array) -> Params:
    """The view's mixture had it not seen the rows at the positions `held`."""
    rest = Z[np.setdiff1d(core.rows, held)]
    if len(rest) < MOST_EXCLUDED * len(core.rows):
        return core.params
    maximise = m_step(Z.shape[1], view.ridge)
    if len(core.params.weights) == 1:
        return maximise(rows_of(rest).pooled(), None)
    return climb(rest, core.params, maximise, REVISIONS)


def gaussian_core(Z: Array, view: View) -> Array:
    """Rows that one Gaussian finds likeliest after concentration, ascending.

    A single component can hardly lock onto a clump of anomalies, which several would do.
    """
    core, maximise = np.arange(len(Z)), m_step(Z.shape[1], view.ridge)
    for _ in range(CORE_STEPS if view.keep < 1 else 0):
        kept = likeliest(Z, maximise(rows_of(Z[core]).pooled(), None), view.keep)
        if np.array_equal(kept, core):
            break
        core = kept
    return core


def likeliest(Z: Array, params: Params, keep: float) -> Array:
    """The share `keep` of the rows with the largest density, as ascending positions."""
    count = int(np.ceil(keep * len(Z)))
    return np.sort(np.argsort(-log_density(Z, params), kind="stable")[:count])


def climb(Z: Array, params: Params, maximise: MStep, iterations: int) -> Params:
    """A few iterations of EM from `params`."""
    steps = em.run(rows_of(Z), params, maximise, tol=1e-3, max_iter=iterations)
    return em.drain(steps, params, tol=1e-3).params


def m_step(d: int, ridge: float) -> MStep:
    """Full covariances with `ridge` added to every variance."""
    return MStep(covariance.family("full"), np.full(d, ridge))
