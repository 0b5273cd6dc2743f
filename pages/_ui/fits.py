"""Fits for pages: the work that reports each iteration, and the words about how it ended.

shown = fits.mixture(screen, source, spec)          # all numeric columns
shown.value                                          # the fitted GaussianMixture
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import pandas as pd
import streamlit as st

from gmm_engine import GaussianMixture
from gmm_engine.types import Array, Outcome
from pages._ui import jobs
from pages._ui.controls import MixtureSpec
from pages._ui.inputs import Source
from pages._ui.layout import Screen

SECONDS_PER_NUMBER = 4e-9
USUAL_ITERATIONS = 60


def mixture(
    screen: Screen, source: Source, spec: MixtureSpec, columns: tuple[str, ...] | None = None
) -> jobs.Shown[GaussianMixture]:
    """Fit `spec` to the source's `columns` (default: all numeric ones), or find it fitted."""
    names = columns or source.dataset.numeric
    cost = seconds(spec, len(source.dataset.values), len(names))

    def work() -> Generator[jobs.Progress, None, GaussianMixture]:
        return steps(spec, source.dataset.matrix(names))

    return jobs.result(screen, source, (spec, names), work, seconds=cost)


def steps(spec: MixtureSpec, X: Array) -> Generator[jobs.Progress, None, GaussianMixture]:
    """Fit the specified mixture to rows X (n, d), reporting each iteration; returns it fitted."""
    model = spec.model()
    yield jobs.Progress(None, f"Finding a start among {len(X):,} rows")
    for step in model.iter_fit(X):
        words = f"Iteration {step.iteration}: log-likelihood {step.bound:.4f} per row"
        yield jobs.Progress(step.iteration / spec.max_iter, words)
    return model


def seconds(spec: MixtureSpec, n: int, d: int) -> float:
    """How long a fit will take, roughly."""
    return SECONDS_PER_NUMBER * n * spec.n_components * (d + d * d / 2) * USUAL_ITERATIONS * spec.n_init


def metrics(pairs: Sequence[tuple[str, str, str]]) -> None:
    """A row of figures to read: (label, value, help) each."""
    with st.container(horizontal=True, gap="large"):
        for label, value, text in pairs:
            st.metric(label, value, help=text, width="content")


def ended(model: GaussianMixture) -> None:
    """Say so when a fit stopped before it converged."""
    if not model.converged_:
        st.warning(Outcome.MAX_ITER.value, icon=":material/warning:")


IMPORTS = ("from gmm_engine import GaussianMixture",)


def code(spec: MixtureSpec, columns: tuple[str, ...] | None = None) -> str:
    """Python that repeats a fit on `data`."""
    chosen = "" if columns is None else repr(columns)
    return f"X = data.matrix({chosen})\nmodel = {spec.code()}.fit(X)\nprint(model.weights_, model.means_)"


def summary(shown: jobs.Shown[GaussianMixture], X: Array) -> None:
    """How likely the rows are under the fitted mixture, and at what cost in parameters."""
    model = shown.value
    score, bic = shown.derive("summary", lambda: (model.score(X), model.bic(X)))
    metrics(
        (
            ("Log-likelihood per row", f"{score:.3f}", "In nats; larger is better."),
            ("BIC", f"{bic:,.1f}", "Balances fit and number of parameters; smaller is better."),
            ("Free parameters", f"{model.n_parameters()}", "Weights, means and covariances."),
            ("Iterations", f"{model.n_iter_}", "EM steps of the best start."),
        )
    )


def labelled(frame: pd.DataFrame, model: GaussianMixture, X: Array) -> pd.DataFrame:
    """The rows with their component, and the probability of each component."""
    proba = model.predict_proba(X)
    chances = {f"probability {j + 1}": proba[:, j].round(6) for j in range(proba.shape[1])}
    return frame.assign(component=proba.argmax(axis=1) + 1, **chances)
