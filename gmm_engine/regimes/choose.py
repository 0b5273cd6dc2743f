"""How many regimes, and whether they share their spread."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from gmm_engine.regimes.chain import ChainRule
from gmm_engine.regimes.emissions import EmissionRule
from gmm_engine.regimes.learn import Learner, State
from gmm_engine.regimes.observed import Observed
from gmm_engine.regimes.starts import best_start, state_of
from gmm_engine.types import Array, Outcome, Run

CRITERIA = ("bic", "aic", "held_out")
TRAINING_SHARE = 0.7
# A regime seen in fewer rows than this, per column, is an outlier rather than a regime.
FEWEST_ROWS = 4


@dataclass(frozen=True)
class Plan:
    """What to fit: the shape of the model and the effort spent on it."""

    chain: ChainRule
    emission: EmissionRule
    components: int = 1
    order: int = 0
    tol: float = 1e-6
    max_iter: int = 200
    criterion: str = "bic"


@dataclass(frozen=True, eq=False)
class Fitted:
    """One candidate: its state, how it ended, and what the criteria say (smaller is better)."""

    k: int
    family: str
    run: Run
    log_likelihood: float
    n_parameters: int
    bic: float
    aic: float
    held_out: float
    degenerate: bool

    @property
    def state(self) -> State:
        """The fitted model."""
        return state_of(self.run)

    @property
    def converged(self) -> bool:
        """Whether EM came to rest."""
        return self.run.outcome is Outcome.CONVERGED


def noise_covariance(y: Array) -> Array:
    """Half the covariance of successive differences (d, d): the spread inside lasting regimes."""
    steps = np.diff(y, axis=0)
    steps = steps[np.isfinite(steps).all(axis=1)]
    known = np.nanvar(y, axis=0)
    floor = np.diag(1e-4 * known + np.finfo(float).tiny)
    if len(steps) <= y.shape[1]:
        return np.asarray(np.diag(known) + floor)
    return np.asarray(steps.T @ steps / (2 * len(steps)) + floor)


def climb(
    y: Array, k: int, family: str, plan: Plan, rng: np.random.RandomState
) -> Generator[object, None, Fitted]:
    """Fit k regimes to a standardised series (n, d), step by step; returns the result."""
    rule = replace(plan.emission, family=family)
    learner = Learner(Observed(y, plan.order), plan.chain, rule, noise_covariance(y))
    start = state_of((yield from best_start(learner, y, k, plan.components, rng)))
    steps = learner.follow(start, tol=plan.tol, max_iter=plan.max_iter)
    yield from steps
    return _judged(y, learner, steps.run, plan)


def _judged(y: Array, learner: Learner, run: Run, plan: Plan) -> Fitted:
    state = state_of(run)
    smoothed = learner.smooth(state)
    free = plan.chain.n_parameters(state.k) + learner.emission_rule.n_parameters(state.emissions)
    deviance, n = -2 * smoothed.log_likelihood, max(learner.observed.n_known, 2)
    seen = smoothed.probabilities[learner.observed.known].sum(axis=0)
    few = state.k > 1 and bool(seen.min() < FEWEST_ROWS * y.shape[1])
    held_out = _held_out(y, state, learner, plan) if plan.criterion == "held_out" else np.nan
    return Fitted(
        state.k,
        learner.emission_rule.family,
        run,
        smoothed.log_likelihood,
        free,
        deviance + free * np.log(n),
        deviance + 2 * free,
        held_out,
        few,
    )


def _held_out(y: Array, state: State, learner: Learner, plan: Plan) -> float:
    """Minus the one-step log-likelihood (nats) of the last rows under a fit to the first."""
    cut = int(TRAINING_SHARE * len(y))
    early = Learner(Observed(y[:cut], plan.order), plan.chain, learner.emission_rule, learner.prior)
    run = early.fit(state, tol=plan.tol, max_iter=plan.max_iter)
    fitted = state_of(run)
    whole, part = learner.smooth(fitted), early.smooth(fitted)
    return float(part.log_likelihood - whole.log_likelihood)


def sweep(
    y: Array, counts: tuple[int, ...], families: tuple[str, ...], plan: Plan, rng: np.random.RandomState
) -> Generator[object, None, list[Fitted]]:
    """Every candidate, simplest first; one regime has one spread, so families agree there."""
    found = []
    for k in counts:
        for family in families[:1] if k == 1 and plan.components == 1 else families:
            found.append((yield from climb(y, k, family, plan, rng)))
    return found


def best(candidates: list[Fitted], criterion: str) -> Fitted:
    """The candidate of smallest criterion among those that did not collapse."""
    sound = [fitted for fitted in candidates if not fitted.degenerate] or candidates
    return min(sound, key=lambda fitted: float(getattr(fitted, criterion)))
