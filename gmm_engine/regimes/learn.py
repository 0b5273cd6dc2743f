"""Learning regimes: the chain and the emissions in one EM loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from gmm_engine import em
from gmm_engine.regimes.chain import Chain, ChainRule, Smoothed, filtered, smooth
from gmm_engine.regimes.emissions import EmissionRule, Emissions, regime_log_densities
from gmm_engine.regimes.observed import Observed
from gmm_engine.types import Array, Run, Stats


@dataclass(frozen=True, eq=False)
class State:
    """Everything a fitted model knows: how regimes follow each other, what each emits."""

    chain: Chain
    emissions: Emissions

    @property
    def k(self) -> int:
        return len(self.chain.initial)

    def reordered(self, order: Array) -> State:
        """The same model with its regimes in another order."""
        chain = Chain(self.chain.transition[np.ix_(order, order)], self.chain.initial[order])
        return State(chain, self.emissions.reordered(order))


@dataclass(frozen=True, eq=False)
class HiddenStats:
    """Expected counts of one pass: transitions and starts, and the emissions' statistics."""

    smoothed: Smoothed
    emissions: Stats
    log_likelihood: float
    total: float


@dataclass(frozen=True, eq=False)
class Learner:
    """Rows, rules and the prior covariance (d, d): what the loop needs besides a state."""

    observed: Observed
    chain_rule: ChainRule
    emission_rule: EmissionRule
    prior: Array

    def log_densities(self, state: State) -> tuple[Array, Array]:
        """Log densities of components (n, J) and of regimes (n, K), nats."""
        components = self.observed.log_densities(state.emissions)
        return components, regime_log_densities(components, state.emissions.weights)

    def estep(self, state: State) -> HiddenStats:
        """Forward-backward, then the statistics of the rows under its probabilities."""
        components, regimes = self.log_densities(state)
        inside = _inside(components, regimes, state.emissions.weights)
        smoothed = smooth(regimes, state.chain)
        resp = smoothed.probabilities
        if inside is not None:
            resp = (inside * resp[:, :, None]).reshape(len(resp), -1)
        stats = self.observed.weigh(resp, state.emissions)
        return HiddenStats(smoothed, stats, smoothed.log_likelihood, self.observed.n_known)

    def mstep(self, stats: HiddenStats, previous: State) -> State:
        """Chain and emissions that are likelier given the expected counts."""
        chain = self.chain_rule.learn(stats.smoothed, previous.chain)
        emissions = self.emission_rule.learn(stats.emissions, previous.k, previous.emissions, self.prior)
        return State(chain, emissions)

    def bound(self, stats: HiddenStats, state: State) -> float:
        """What EM raises: log-likelihood plus log priors, per known row."""
        prior = self.chain_rule.log_prior(state.chain)
        prior += self.emission_rule.log_prior(state.emissions, self.prior)
        return (stats.log_likelihood + prior) / stats.total

    def begin(self, resp: Array, components: int = 1) -> State:
        """The state whose M-step follows from responsibilities (n, K components)."""
        k = resp.shape[1] // components
        probabilities = resp.reshape(len(resp), k, components).sum(axis=2)
        pairs = probabilities[:-1].T @ probabilities[1:]
        even = np.full((k, k), 1 / k)
        smoothed = Smoothed(probabilities, pairs, 0.0)
        chain = self.chain_rule.learn(smoothed, Chain(even, even[0]))
        stats = self.observed.weigh(resp, None)
        return State(chain, self.emission_rule.learn(stats, k, None, self.prior))

    def follow(self, start: State, *, tol: float, max_iter: int) -> em.Follower:
        """The loop from a start: iterate it, then ask for its `run`."""
        loop: Any = em.run
        steps = loop(self, start, self.mstep, tol=tol, max_iter=max_iter, bound=self.bound)
        return em.Follower(steps, cast(Any, start), tol=tol)

    def fit(self, start: State, *, tol: float, max_iter: int) -> Run:
        """The loop from a start, to its end."""
        follower = self.follow(start, tol=tol, max_iter=max_iter)
        for _ in follower:
            pass
        return follower.run

    def smooth(self, state: State) -> Smoothed:
        """Probabilities of the regimes given all rows."""
        return smooth(self.log_densities(state)[1], state.chain)

    def filter(self, state: State) -> Smoothed:
        """Probabilities of the regimes given the rows so far."""
        return filtered(self.log_densities(state)[1], state.chain)


def _inside(components: Array, regimes: Array, weights: Array) -> Array | None:
    """Responsibilities (n, K, J / K) of components inside their regime; None if one each."""
    if weights.shape[1] == 1:
        return None
    grouped = components.reshape(len(components), *weights.shape)
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(grouped + np.log(weights) - regimes[:, :, None]))
