"""A Dirichlet process fitted and recorded for its page: controls and work."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st

from gmm_engine import BayesianGaussianMixture, DataError, GaussianMixture
from gmm_engine.figures import model as models
from gmm_engine.types import Array, Outcome, Step
from pages._ui import controls, inputs, jobs
from pages._ui.bic_selection.sweeps import known_candidates
from pages._ui.fits import Fit
from pages._ui.infinite_mixture import infinite_cases
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.progress import Progress
from pages._ui.specs import AutoSpec, MixtureSpec
from pages._ui.synthetic_data import synthetic

CONCENTRATIONS = ("0.001", "0.01", "0.1", "1", "10", "100", "1,000")
PRIORS = {"Dirichlet process": "dirichlet_process", "Dirichlet distribution": "dirichlet_distribution"}
MOST_COMPONENTS = 20
MAX_ITER = 600
LITTLE = 0.01
FEWEST_ROWS = 2
# Iterations beyond those that the estimate of a mixture's time counts with.
LONGER = 3


@dataclass(frozen=True)
class InfiniteSpec:
    """What a visitor asked of a Dirichlet process."""

    names: tuple[str, ...]
    most: int
    concentration: float
    prior: str
    covariance_type: str
    random_state: int

    def options(self, n: int) -> dict[str, Any]:
        """The estimator's arguments for n rows."""
        return {
            "n_components": min(self.most, n),
            "covariance_type": self.covariance_type,
            "weight_concentration_prior_type": self.prior,
            "weight_concentration_prior": self.concentration,
            "max_iter": MAX_ITER,
            "random_state": self.random_state,
        }

    @property
    def rival(self) -> AutoSpec:
        """What BIC chooses from."""
        return AutoSpec(self.most, (self.covariance_type,), self.random_state)

    def steps(self, source: Source) -> Generator[Progress, None, Inferred]:
        """Fit, recording every state."""
        X, used = self._rows(source)
        model, walk = BayesianGaussianMixture(**self.options(len(X))), []
        yield Progress(None, f"Finding a start among {len(X):,} rows")
        for step in model.iter_fit(X):
            walk.append(step)
            words = f"Iteration {step.iteration}: lower bound {step.bound / len(X):.4f} per row"
            yield Progress(step.iteration / MAX_ITER, words)
        return Inferred(
            self._fit(model, X, used),
            *_recorded(walk, len(X)),
            model.used_components(X),
            model.stick_fractions(),
        )

    def rival_steps(self, source: Source) -> Generator[Progress, None, Fit]:
        """BIC's choice on the same rows, among as many components of the same shape.

        Candidates that were fitted for another `most` are not fitted again.
        """
        X, used = self._rows(source)
        about = (self.names, self.covariance_type, self.random_state)
        known, keep = known_candidates(source, about, len(X), self.rival.counts(len(X)))
        try:
            return self._fit((yield from self.rival.steps(X, known)), X, used)
        finally:
            keep(known)

    def _rows(self, source: Source) -> tuple[Array, Array]:
        """The rows (n, d) with a number in every column, and which of all rows those are."""
        everything = source.dataset.matrix(self.names)
        used = np.isfinite(everything).all(axis=1)
        if used.sum() < FEWEST_ROWS:
            words = "No row has" if not used.any() else f"Only {used.sum()} rows have"
            raise DataError(f"{words} a number in every chosen column: leave the emptiest column out.")
        return everything[used], used

    def _fit(self, model: Any, X: Array, used: Array) -> Fit:
        bic = model.bic(X) if isinstance(model, GaussianMixture) else math.nan
        proba = model.predict_proba(X).astype(np.float32)
        return Fit(model, self.names, X, used, proba, models.parts(model), model.score(X), bic)

    def seconds(self, n: int) -> float:
        """How long the fit will take, roughly."""
        return LONGER * MixtureSpec(self.most).seconds(n, len(self.names))

    def code(self, n: int) -> str:
        """Python that repeats the page on `data`, which has n complete rows."""
        words = ", ".join(f"{name}={value!r}" for name, value in self.options(n).items())
        return (
            f"X = data.matrix({self.names!r})\nX = X[np.isfinite(X).all(axis=1)]\n"
            f"model = BayesianGaussianMixture({words}).fit(X)\n"
            "used = model.used_components(X)\n"
            "print('weights', model.weights_.round(4))\n"
            "print('most probably used:', used.argmax(), f'({used.max():.0%} of the draws)')\n"
            "print('broken off the stick: low, mean, high', model.stick_fractions().round(3), sep='\\n')\n"
            f"found = select_model(X, range(1, {max(1, min(self.most, n // 2))} + 1), "
            f"({self.covariance_type!r},), random_state={self.random_state})\n"
            "print('BIC chooses', found.best.n_components)"
        )


IMPORTS = ("import numpy as np", "from gmm_engine import BayesianGaussianMixture, select_model")


@dataclass(frozen=True, eq=False)
class Inferred:
    """A fitted Dirichlet process.

    Attributes
    ----------
    fit : the mixture of posterior means, and its rows.
    walk : weights (T + 1, k), means and covariances of every state, float32.
    bounds : (T + 1,) lower bound per row.
    chances : (k + 1,) posterior probability of the number of used components.
    fractions : (3, k) low, mean and high of what each component breaks off the stick.
    """

    fit: Fit
    walk: models.Parts
    bounds: Array
    chances: Array
    fractions: Array

    @property
    def used(self) -> int:
        """The most probable number of used components."""
        return int(self.chances.argmax())

    @cached_property
    def kept(self) -> list[int]:
        """The components with more than a hundredth of the weight."""
        return np.flatnonzero(self.fit.parts.weights > LITTLE).tolist()

    @property
    def ended(self) -> str:
        """How the fit ended, in words."""
        return (Outcome.CONVERGED if self.fit.model.converged_ else Outcome.MAX_ITER).value


def _recorded(steps: list[Step], n: int) -> tuple[models.Parts, Array]:
    """Every state, and its bound per row; the last bound stands for the state after it too."""
    states = [steps[0].before, *(step.params for step in steps)]
    bounds = np.array([*(step.bound for step in steps), steps[-1].bound]) / n
    walk = models.Parts(
        np.stack([state.weights for state in states]),
        np.stack([state.means for state in states]).astype(np.float32),
        np.stack([state.covariances() for state in states]).astype(np.float32),
    )
    return walk, bounds


def choose(screen: Screen) -> tuple[Source, InfiniteSpec]:
    """The page's controls: data, concentration, most components, shape."""
    examples = {name: (lambda n=name: infinite_cases.example(n)) for name in infinite_cases.EXAMPLES}
    source = inputs.pick(screen, "table", examples, "Geyser", synthetic.generated)
    names = controls.numeric_columns(screen, source.dataset)
    text = (
        "How readily a new component opens: small for few, large for many. "
        "The more rows there are, the less it matters."
    )
    level = controls.steps(screen, "concentration", "Concentration", CONCENTRATIONS, "0.1", help=text)
    text = "The stick is broken into this many pieces; those that are not needed empty."
    most = int(controls.slider(screen, "most", "At most", 2, MOST_COMPONENTS, 12, help=text))
    families = list(controls.FAMILIES)
    family = controls.choice(screen, "covariance", "Covariance", families, help=controls.FAMILY_HELP)
    with st.expander("More"):
        text = "The process expects falling weights, the distribution treats all components alike."
        prior = controls.choice(screen, "prior", "Prior of the weights", list(PRIORS), help=text)
        seed = controls.seed(screen)
    number = float(level.replace(",", ""))
    return source, InfiniteSpec(names, most, number, PRIORS[prior], family, seed)


def choose_by_bic(screen: Screen, source: Source, spec: InfiniteSpec) -> jobs.Shown[Fit]:
    """BIC's choice, from the store or made now; the concentration does not matter to it."""
    cost = spec.rival.seconds(len(source.dataset.values), len(spec.names))
    asked = (spec.names, spec.rival)
    return jobs.result(screen, source, asked, lambda: spec.rival_steps(source), name="bic", seconds=cost)


def infer(screen: Screen, source: Source, spec: InfiniteSpec) -> jobs.Shown[Inferred]:
    """The fitted process, from the store or made now."""
    cost = spec.seconds(len(source.dataset.values))
    return jobs.result(screen, source, spec, lambda: spec.steps(source), name="process", seconds=cost)
