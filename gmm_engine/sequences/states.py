"""A small diagonal mixture for every state of every word, each leaning on the others.

A state is visited by few frames, so its variances are pulled towards the average of all
states: by prior frames that fade as data arrive, then by a fixed share that guards
against speakers who were never heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse
from sklearn.cluster import kmeans_plusplus

from gmm_engine import em
from gmm_engine.rows import Frame, MemoryRows
from gmm_engine.types import Array, Params, Stats

PRIOR_FRAMES = 50.0
FRAMES_PER_COMPONENT = 100
MOST_COMPONENTS = 4
EM_ITERATIONS = 10
FLOOR = 0.01  # of the average variance


@dataclass(frozen=True, eq=False)
class StateMixtures:
    """Parameters of p states with k components each, components of a state adjoining.

    Attributes
    ----------
    params : diagonal, (p k, c); weights sum to one within a state.
    k : components per state.
    """

    params: Params
    k: int

    def log_density(self, rows: Array, states: slice = slice(None)) -> Array:
        """Log density (t, states) of rows (t, c), nats."""
        p = self.params
        chosen = slice(*(None if edge is None else edge * self.k for edge in (states.start, states.stop)))
        part = Params(p.weights[chosen], p.means[chosen], p.factors[chosen])
        logs = MemoryRows(rows, frame=_as_given(rows)).log_densities(part)
        logs = logs.reshape(len(rows), -1, self.k)
        top = logs.max(axis=2)
        if self.k == 1:
            return np.asarray(top)
        return np.asarray(top + np.log(np.exp(logs - top[:, :, None]).sum(axis=2)))


def _as_given(rows: Array) -> Frame:
    """Normalised rows need no other coordinates."""
    return Frame(np.zeros(rows.shape[1]))


def components_for(frames_per_state: float) -> int:
    """As many components as a state's frames can carry."""
    return int(np.clip(frames_per_state // FRAMES_PER_COMPONENT, 1, MOST_COMPONENTS))


def fit_single(rows: Array, labels: Array, n_states: int, share: float) -> StateMixtures:
    """One Gaussian per state. labels (t,): state of each row; share: of the average variance."""
    t = len(rows)
    member = scipy.sparse.csr_matrix((np.ones(t, np.float32), (labels, np.arange(t))), (n_states, t))
    weight = np.bincount(labels, minlength=n_states).astype(np.float64)[:, None]
    # Sums of single precision keep their digits about a mean, not about zero.
    centre = rows.mean(axis=0, dtype=np.float64).astype(rows.dtype)
    gaps = rows - centre
    shifts = (member @ gaps) / np.maximum(weight, 1).astype(rows.dtype)
    scatter = (member @ np.square(gaps - shifts[labels])).astype(np.float64)
    variances = _lean(scatter, weight, scatter.sum(axis=0) / t, share)
    return StateMixtures(Params(np.ones(n_states), centre + shifts.astype(np.float64), np.sqrt(variances)), 1)


def fit_mixtures(
    rows: Array, labels: Array, n_states: int, k: int, share: float, rng: np.random.RandomState
) -> StateMixtures:
    """`k` components per state by EM under the same pull."""
    single = fit_single(rows, labels, n_states, share)
    if k == 1:
        return single
    # What the states have in common is told apart from what `share` has mixed in.
    average = np.square(fit_single(rows, labels, n_states, 0.0).params.factors).mean(axis=0)
    order = np.argsort(labels, kind="stable")
    parts = np.split(rows[order], np.cumsum(np.bincount(labels, minlength=n_states))[:-1])
    fitted = [
        _fit_state(part, _state(single.params, s), k, partial(_mstep, average=average, share=share), rng)
        for s, part in enumerate(parts)
    ]
    weights, means, factors = (np.concatenate(values) for values in zip(*fitted, strict=True))
    return StateMixtures(Params(weights, means, factors), k)


def _state(params: Params, s: int) -> Params:
    return Params(params.weights[s : s + 1], params.means[s : s + 1], params.factors[s : s + 1])


def _fit_state(
    part: Array, single: Params, k: int, mstep: em.MStep, rng: np.random.RandomState
) -> tuple[Array, Array, Array]:
    means = np.repeat(single.means, k, axis=0)
    start = Params(np.full(k, 1 / k), means, np.repeat(single.factors, k, axis=0))
    if len(part) > k:
        centres, _ = kmeans_plusplus(part, k, random_state=rng)
        start = Params(start.weights, centres.astype(np.float64), start.factors)
        steps = em.run(MemoryRows(part, frame=_as_given(part)), start, mstep, max_iter=EM_ITERATIONS)
        start = em.drain(steps, start, tol=1e-3).params
    return start.weights, start.means, start.factors


def _mstep(stats: Stats, previous: Params, *, average: Array, share: float) -> Params:
    weight = stats.weight
    variances = _lean(np.maximum(stats.scatters(), 0), weight[:, None], average, share)
    weights = (weight + 1) / (weight + 1).sum()
    return Params(weights, stats.means(), np.sqrt(variances))


def _lean(scatter: Array, weight: Array, average: Array, share: float) -> Array:
    """Variances from scatter (k, c), pulled towards the average (c,)."""
    own = (scatter + PRIOR_FRAMES * average) / (weight + PRIOR_FRAMES)
    return np.asarray((1 - share) * own + (share + FLOOR) * average)
