"""The hidden chain: which regime, when, and how one follows another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_engine.kernels import hmm
from gmm_engine.types import Array

# No transition is impossible: see the kernels' note on underflow.
SMALLEST = 1e-12


@dataclass(frozen=True, eq=False)
class Chain:
    """Transition probabilities (K, K), from row to column, and the start's distribution (K,)."""

    transition: Array
    initial: Array

    @property
    def memory(self) -> bool:
        """Whether tomorrow's regime depends on today's."""
        return not np.array_equal(self.transition, self.transition[:1].repeat(len(self.initial), axis=0))


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Probabilities (n, K) of each regime at each row, expected transitions (K, K), nats."""

    probabilities: Array
    pairs: Array
    log_likelihood: float


def stationary(transition: Array) -> Array:
    """The distribution (K,) that a step of the chain leaves as it is."""
    k = len(transition)
    # Adding one to every entry makes the system regular for any chain without separate parts.
    system = np.eye(k) - np.maximum(transition, SMALLEST) + 1
    solution = np.maximum(np.linalg.solve(system.T, np.ones(k)), SMALLEST)
    return np.asarray(solution / solution.sum())


def filtered(log_density: Array, chain: Chain) -> Smoothed:
    """Probability (n, K) of each regime given the rows so far, and the log-likelihood."""
    _, transition, alpha, log_likelihood = _forward(log_density, chain)
    alpha /= alpha.sum(axis=1, keepdims=True)
    return Smoothed(alpha, np.zeros_like(transition), log_likelihood)


def smooth(log_density: Array, chain: Chain) -> Smoothed:
    """Forward-backward (Baum and others, 1970) from log densities (n, K), nats."""
    density, transition, alpha, log_likelihood = _forward(log_density, chain)
    pairs = np.empty_like(transition)
    hmm.backward(density, transition, alpha, pairs)
    return Smoothed(alpha, pairs, log_likelihood)


def _forward(log_density: Array, chain: Chain) -> tuple[Array, Array, Array, float]:
    """Relative densities (n, K), transitions, the filter (n, K) up to factors, and the log-likelihood."""
    density = np.array(log_density, dtype=np.float64, order="C")
    offset = hmm.relative_densities(density)
    alpha = np.empty_like(density)
    transition = np.maximum(chain.transition, SMALLEST)
    log_likelihood = hmm.forward(density, transition, np.maximum(chain.initial, SMALLEST), alpha)
    return density, transition, alpha, float(log_likelihood + offset)


def decode(log_density: Array, chain: Chain) -> Array:
    """The single most probable path of regimes (n,) (Viterbi, 1967)."""
    log_transition = np.log(np.maximum(chain.transition, SMALLEST))
    log_initial = np.log(np.maximum(chain.initial, SMALLEST))
    density = np.ascontiguousarray(log_density, dtype=np.float64)
    return np.asarray(hmm.viterbi(density, log_transition, log_initial)[0])


@dataclass(frozen=True)
class ChainRule:
    """How a chain is learned.

    Attributes
    ----------
    memory : False makes every row of the transition matrix the same: an independent mixture.
    stickiness : prior transitions from each regime to itself, added to the counted ones.
    start : "stationary" ties the first regime's distribution to the chain's; "free" fits it.
    """

    memory: bool = True
    stickiness: float = 1.0
    start: str = "stationary"

    def log_prior(self, chain: Chain) -> float:
        """The sticky prior's log density up to a constant; 0 without memory."""
        if not self.memory:
            return 0.0
        stay = np.maximum(np.diagonal(chain.transition), SMALLEST)
        return float(self.stickiness * np.log(stay).sum())

    def n_parameters(self, k: int) -> int:
        """Free numbers in a chain of k regimes."""
        return k * (k - 1) if self.memory else k - 1

    def learn(self, smoothed: Smoothed, previous: Chain) -> Chain:
        """The M-step: never lowers the expected log joint density plus the prior."""
        first = smoothed.probabilities[0]
        if not self.memory:
            share = _normalised(smoothed.probabilities.sum(axis=0))
            return Chain(np.repeat(share[None, :], len(share), axis=0), share)
        counts = smoothed.pairs + self.stickiness * np.eye(len(first))
        transition = _normalised(counts)
        if self.start == "free":
            return Chain(transition, _normalised(first))
        return self._stationary_step(counts, first, transition, previous.transition)

    def _stationary_step(self, counts: Array, first: Array, wanted: Array, previous: Array) -> Chain:
        # The start depends on the transitions, so the plain update is halved until it helps.
        floor = _expected(counts, first, previous)
        step = 1.0
        while step > 1e-3:
            transition = previous + step * (wanted - previous)
            if _expected(counts, first, transition) >= floor:
                return Chain(transition, stationary(transition))
            step /= 2
        return Chain(previous, stationary(previous))


def _expected(counts: Array, first: Array, transition: Array) -> float:
    moves = counts * np.log(np.maximum(transition, SMALLEST))
    return float(moves.sum() + first @ np.log(stationary(transition)))


def _normalised(counts: Array) -> Array:
    counts = np.maximum(counts, SMALLEST)
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))
