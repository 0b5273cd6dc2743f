"""Fits for pages: from a source and a spec to a fitted mixture with all that figures need.

shown = fits.mixture(screen, source, spec)      # jobs.Shown[Fit]: progress, Stop, store
fit = shown.value                               # fit.model, fit.X, fit.proba, fit.parts
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import DataError, GaussianMixture
from gmm_engine.figures import model as models
from gmm_engine.types import Array, Outcome
from gmm_engine.wording import counted
from pages._ui import appetite, jobs, report
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.server import workers
from pages._ui.specs import AutoSpec, MixtureSpec

FEW_VALUES = 8


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted mixture and the rows it was fitted to.

    Attributes
    ----------
    model : the estimator.
    names : the d columns used.
    X : (n, d) the rows used; `used` (all rows,) says which those are. NaN where a cell is missing,
        which EM counts by its conditional distribution.
    proba : (n, k) responsibilities, float32.
    parts : weights, means and full covariances.
    score, bic : mean log density (nats) and Bayesian information criterion on X.
    groups : names of the first components, where known classes guided the fit.
    parameters : free parameters of what was fitted, if `model` is in other units.
    """

    model: GaussianMixture
    names: tuple[str, ...]
    X: Array
    used: Array
    proba: Array
    parts: models.Parts
    score: float
    bic: float
    groups: tuple[str, ...] = ()
    parameters: int | None = None

    @property
    def free_parameters(self) -> int:
        """Of what was fitted."""
        return self.model.n_parameters() if self.parameters is None else self.parameters

    @property
    def called(self) -> tuple[str, ...]:
        """What the k components are called."""
        return (*self.groups, *(f"component {j + 1}" for j in range(len(self.groups), self.k)))

    def labels(self) -> Array:
        """Likeliest component (n,) of the rows used, -1 for noise."""
        return self.model.predict(self.X)

    @property
    def k(self) -> int:
        """Number of components."""
        return len(self.parts.weights)

    def labelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The table's rows with their component (0: noise) and its probabilities; empty where unused."""
        component = np.full(len(frame), np.nan)
        own = self.labels()
        component[self.used] = np.where(own < 0, 0, own + 1)
        columns = {"component": pd.array(component).astype("Int64")}
        for j in range(self.k):
            chance = np.full(len(frame), np.nan)
            chance[self.used] = self.proba[:, j]
            columns[f"probability {j + 1}"] = chance.round(6)
        if self.groups:
            names = pd.Series(["noise", *self.called])
            columns["group"] = names.reindex(component).to_numpy()
        return frame.assign(**columns)


def mixture(
    screen: Screen, source: Source, spec: MixtureSpec | AutoSpec, names: tuple[str, ...] | None = None
) -> jobs.Shown[Fit]:
    """Fit `spec` to the source's columns `names` (default: all numeric ones), or find it fitted."""
    columns = names or source.dataset.numeric
    if _has_holes(source, columns):
        spec = replace(spec, missing="em")
    cost = spec.seconds(len(source.dataset.values), len(columns))

    def work() -> Generator[jobs.Progress, None, Fit]:
        return _steps(source, spec, columns)

    most = getattr(spec, "n_components", appetite.USUAL_COMPONENTS)
    memory = appetite.mixture(len(source.dataset.values), len(columns), most)
    return jobs.result(screen, source, (spec, columns), work, seconds=cost, memory=memory)


def _has_holes(source: Source, names: tuple[str, ...]) -> bool:
    values = source.dataset.values
    return any(np.isnan(values[name].to_numpy(np.float64)).any() for name in names)


def _steps(
    source: Source, spec: MixtureSpec | AutoSpec, names: tuple[str, ...]
) -> Generator[jobs.Progress, None, Fit]:
    everything = source.dataset.matrix(names)
    known = np.isfinite(everything)
    used = known.any(axis=1) if spec.missing == "em" else known.all(axis=1)
    need_rows(used, 2, "a chosen column")
    X = everything if used.all() else everything[used]
    model = yield from workers.fit(spec, X, spec.seconds(*X.shape))
    return of(model, names, X, used)


def need_rows(used: Array, least: int, where: str = "every chosen column") -> None:
    """Say so if fewer than `least` rows can be `used` (all rows,), those with a number in `where`."""
    found, rows = int(used.sum()), counted(len(used), "row")
    if found < least:
        advice = " Leave out the columns with the most empty cells." if len(used) >= least else ""
        raise DataError(f"{found:,} of {rows} with a number in {where}: at least {least} are needed.{advice}")


def of(model: GaussianMixture, names: tuple[str, ...], X: Array, used: Array) -> Fit:
    """A fitted mixture with what figures need."""
    proba = model.predict_proba(X).astype(np.float32)
    return Fit(model, names, X, used, proba, models.parts(model), model.score(X), model.bic(X))


def told(fit: Fit, spec: Any = None) -> None:
    """Say what a reader of the figures has to know before believing them.

    `spec` is the `AutoSpec` that chose the number of components, if one did.
    """
    left_out = len(fit.used) - len(fit.X)
    if left_out:
        st.caption(f"Left out: {left_out:,} of {len(fit.used):,} rows, without a value in any chosen column.")
    partly = int((~np.isfinite(fit.X).all(axis=1)).sum())
    if partly:
        st.caption(f"Missing values in {counted(partly, 'row')}: what is known of them counts.")
    if not fit.model.converged_:
        st.warning(Outcome.MAX_ITER.value, icon=":material/warning:")
    for sentence in doubts(fit, spec):
        st.caption(sentence)
    workers.told()


def doubts(fit: Fit, spec: Any = None) -> list[str]:
    """Why the mixture may be a poor one for these rows: too few, too few values, too few components."""
    found = []
    if fit.free_parameters >= len(fit.X):
        found.append(
            f"The mixture has {fit.free_parameters:,} free parameters for {len(fit.X):,} rows: "
            "it describes these rows and hardly any others."
        )
    for name, values in zip(fit.names, fit.X.T, strict=True):
        few = len(np.unique(values[np.isfinite(values)]))
        if few <= FEW_VALUES < len(fit.X):
            found.append(
                f"{literal(name)} takes {few} values only: components may settle on single ones of them."
            )
    if isinstance(spec, AutoSpec) and fit.k == spec.most > 1:
        found.append(f"{fit.k} components are the most that were tried; more may fit better.")
    return found


def metrics(rows: Sequence[tuple[str, str, str]]) -> None:
    """A line of numbers to read: (label, value, help) each."""
    report.numbers().update({label: (value, text) for label, value, text in rows})
    with st.container(horizontal=True, gap="large"):
        for label, value, text in rows:
            st.metric(label, value, help=text, width="content")


def summary(fit: Fit) -> None:
    """How likely the rows are under the fitted mixture, and at what cost in parameters."""
    metrics(
        (
            ("Components", f"{fit.k}", "How many normal distributions are added up."),
            ("Log-likelihood per row", _minus(f"{fit.score:.3f}"), "In nats; larger is better."),
            ("BIC", _minus(f"{fit.bic:,.1f}"), "Balances fit and number of parameters; smaller is better."),
            ("Free parameters", f"{fit.free_parameters}", "Weights, means and covariances."),
        )
    )


def code(spec: MixtureSpec | AutoSpec, names: tuple[str, ...]) -> str:
    """Python that repeats a fit on `data`."""
    kept = "any" if spec.missing == "em" else "all"
    return (
        f"X = data.matrix({names!r})\nX = X[np.isfinite(X).{kept}(axis=1)]\n{spec.code()}\n"
        "print(model.weights_.round(4), model.means_.round(4), sep='\\n')\n"
        "print('log-likelihood per row', round(model.score(X), 4))"
    )


def imports(spec: MixtureSpec | AutoSpec) -> tuple[str, ...]:
    """What `code` needs."""
    return ("import numpy as np", *spec.imports)


def _minus(number: str) -> str:
    """A typographic minus sign."""
    return number.replace("-", "\N{MINUS SIGN}")
