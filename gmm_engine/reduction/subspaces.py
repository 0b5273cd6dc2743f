"""Mixtures of probabilistic principal component analysers (Tipping and Bishop 1999).

Component j's covariance is W_j W_j^T + s_j I with a thin W_j: a plane of few latent
dimensions, and noise of one variance in all other directions.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable

import numpy as np

from gmm_engine import em, start
from gmm_engine.covariance import Family
from gmm_engine.errors import DegenerateFitError
from gmm_engine.mixture.mstep import MStep
from gmm_engine.rows import MemoryRows
from gmm_engine.types import Array, Params, Run

RIDGE = 1e-6  # share of the mean variance that every direction keeps
SEEDINGS, SHORT_STEPS, TOL, MOST_STEPS = 3, 5, 1e-4, 300
WORSE_IN_A_ROW = 2


def planes(n_latent: int) -> Family:
    """The covariance family: the M-step is closed (Tipping and Bishop 1999, equations 3.12 and 3.13)."""

    def solve(scatter: Array, weight: Array, previous: Array | None = None) -> Array:
        lengths, axes = np.linalg.eigh(scatter / weight[:, None, None])
        if n_latent < lengths.shape[1]:
            lengths[:, :-n_latent] = lengths[:, :-n_latent].mean(axis=1, keepdims=True)
        return np.asarray((axes * lengths[:, None, :]) @ axes.transpose(0, 2, 1))

    return Family("PPCA", "flat planes in noise", solve)


def taken_apart(params: Params, n_latent: int) -> tuple[Array, Array]:
    """Loadings W (k, d, q) and noise variances (k,) of such covariances."""
    lengths, axes = np.linalg.eigh(params.covariances())
    noise = lengths[:, :-n_latent].mean(axis=1) if n_latent < lengths.shape[1] else np.zeros(len(lengths))
    extra = np.maximum(lengths[:, -n_latent:] - noise[:, None], 0)
    return axes[:, :, -n_latent:] * np.sqrt(extra)[:, None, :], noise


def n_parameters(k: int, d: int, q: int) -> int:
    """Free parameters of k components in d columns with q latent dimensions."""
    return k * (d * q - q * (q - 1) // 2 + 1 + d) + k - 1


def search(
    rows: MemoryRows, counts: Iterable[int], n_latent: int, rng: np.random.RandomState
) -> Generator[int, None, Run]:
    """The fit of best BIC over the numbers of components, of which each is yielded when done.

    The search ends early once two numbers in a row were worse than the best.
    """
    counts = list(counts)
    partitions = start.Partitions(rows, counts[-1], rng)
    best, least, worse = None, np.inf, 0
    for k in counts:
        try:
            run = _climbed(rows, partitions, k, n_latent, rng)
        except DegenerateFitError:
            if best is None and k == counts[-1]:
                raise
            continue
        bic = n_parameters(k, rows.d, n_latent) * np.log(rows.n) - 2 * run.bound * rows.n
        worse = 0 if bic < least else worse + 1
        if bic < least:
            best, least = run, bic
        yield k
        if worse == WORSE_IN_A_ROW:
            break
    assert best is not None
    return best


def finish(rows: MemoryRows, params: Params, maximise: MStep, most: int) -> Generator[int, None, Run]:
    """At most so many steps of EM from `params`; each is yielded."""
    follower = em.Follower(em.run(rows, params, maximise, tol=TOL, max_iter=most), params, tol=TOL)
    for step in follower:
        yield step.iteration
    return follower.run


def mstep(rows: MemoryRows, n_latent: int) -> MStep:
    """The M-step in the rows' frame."""
    variances = rows.frame.variances
    level = 1.0 if variances is None else float(variances.mean())
    return MStep(planes(n_latent), np.full(rows.d, RIDGE * level))


def _climbed(
    rows: MemoryRows, partitions: start.Partitions, k: int, n_latent: int, rng: np.random.RandomState
) -> Run:
    """EM to the end from the likeliest of several short runs."""
    maximise = mstep(rows, n_latent)
    if k == 1:
        first = maximise(rows.weigh(np.ones((rows.n, 1))), None)
    else:
        labels = partitions.hierarchical(k) + partitions.seeded(k, rng, SEEDINGS)
        runs = start.short_runs(partitions.rows, labels, k, maximise, diagonal=False, n_steps=SHORT_STEPS)
        first = max(runs, key=lambda run: run.bound).params
    return em.drain(em.run(rows, first, maximise, tol=TOL, max_iter=MOST_STEPS), first, tol=TOL)
