"""Sweeps for the page that selects a model: controls, the work, and what was found so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import Candidate, DataError, DegenerateFitError, choose
from gmm_engine.covariance import FAMILIES
from gmm_engine.figures import model as models
from gmm_engine.selection.words import describe, evidence
from gmm_engine.types import Array
from pages._ui import cache, controls, fits, inputs, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.progress import Progress
from pages._ui.server import workers
from pages._ui.specs import COMMON_FAMILIES, MixtureSpec
from pages._ui.synthetic_data import synthetic

CRITERIA = {"BIC": "bic", "AIC": "aic", "ICL": "icl", "CV": "cv"}
CRITERIA_HELP = (
    "**BIC**: likelihood against number of parameters (Schwarz 1978) · **AIC**: the same with a smaller "
    "price (Akaike 1974) · **ICL**: BIC, and components must not overlap (Biernacki et al. 2000) · "
    "**CV**: minus twice the log-likelihood of held-out rows, five folds. Smaller is better."
)
SETS = {
    "all fourteen": tuple(FAMILIES),
    "five common": COMMON_FAMILIES,
    "round": ("EII", "VII"),
    "along the axes": ("EEI", "VEI", "EVI", "VVI"),
    "turned": ("EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV"),
}
IN_ONE_COLUMN = ("EII", "VII")
MOST_COMPONENTS = 20
# Sweeps are drawn while they run, so they may start by themselves for longer than other work.
LIVE_SECONDS = 6.0
# Starts are looked for on all rows up to here, so a candidate does not depend on what else is tried.
SAME_STARTS = 4000
IMPORTS = ("import numpy as np", "from gmm_engine import select_model")

Cell = tuple[int, str]


@dataclass(frozen=True, eq=False)
class Sweep:
    """Candidates found on rows X (n, d), by (number of components, family); maybe not all yet."""

    X: Array
    used: Array
    names: tuple[str, ...]
    counts: tuple[int, ...]
    families: tuple[str, ...]
    found: dict[Cell, Candidate] = field(default_factory=dict)

    def values(self, criterion: str) -> Array:
        """(F, K) criterion of the sound candidates, NaN elsewhere."""
        cells = [[self.found.get((k, name)) for k in self.counts] for name in self.families]
        return np.array([[self._value(cell, criterion) for cell in row] for row in cells])

    def reasons(self) -> list[list[str]]:
        """(F, K) why candidates were discarded; empty where they were not."""
        cells = [[self.found.get((k, name)) for k in self.counts] for name in self.families]
        return [["" if cell is None else cell.degenerate for cell in row] for row in cells]

    def ranked(self, criterion: str) -> list[Candidate]:
        """Sound candidates, best first."""
        sound = [cell for cell in self.found.values() if math.isfinite(self._value(cell, criterion))]
        return sorted(sound, key=lambda cell: float(getattr(cell, criterion)))

    def place(self, cell: Cell) -> tuple[int, int]:
        """Row and column of a cell in the grid."""
        return self.families.index(cell[1]), self.counts.index(cell[0])

    @staticmethod
    def _value(cell: Candidate | None, criterion: str) -> float:
        return math.nan if cell is None or cell.degenerate else float(getattr(cell, criterion))


@dataclass(frozen=True)
class SweepSpec:
    """What a visitor asked of a sweep."""

    names: tuple[str, ...]
    most: int
    families: tuple[str, ...]
    held_out: bool
    random_state: int

    def steps(self, source: Source) -> Generator[Progress, None, Sweep]:
        """Fit what is missing, remembering every candidate; yields the sweep so far."""
        everything = source.dataset.matrix(self.names)
        used = np.isfinite(everything).all(axis=1)
        X = everything[used]
        fits.need_rows(used, 4)
        families = self.families if len(self.names) > 1 else IN_ONE_COLUMN
        counts = tuple(range(1, max(2, min(self.most, len(X) // 2) + 1)))
        known, keep = known_candidates(source, (self.names, self.held_out, self.random_state), len(X), counts)
        wanted = [(k, name) for k in counts for name in families]
        result = Sweep(X, used, self.names, counts, families, {c: known[c] for c in wanted if c in known})
        yield Progress(0.0, f"Finding starts among {len(X):,} rows")
        try:
            for missing, group in _missing(counts, families, known):
                for candidate in workers.candidates(X, group, missing, **self._options):
                    if isinstance(candidate, Progress):
                        yield candidate
                        continue
                    cell = (candidate.n_components, candidate.covariance_type)
                    known[cell] = candidate
                    result = replace(result, found={**result.found, cell: candidate})
                    words = f"{len(result.found)} of {len(wanted)} models: {cell[1]}, {cell[0]} components"
                    yield Progress(len(result.found) / len(wanted), words, result)
        finally:
            keep(known)
        return result

    @property
    def _options(self) -> dict[str, Any]:
        criterion = "cv" if self.held_out else "bic"
        return {"criterion": criterion, "random_state": self.random_state}

    def seconds(self, n: int) -> float:
        """How long all of it will take, roughly."""
        each = MixtureSpec(n_components=(self.most + 1) // 2).seconds(n, len(self.names))
        return each * self.most * len(self.families) * (6 if self.held_out else 1)

    def code(self, criterion: str) -> str:
        """Python that repeats the sweep on `data`."""
        families = "'all'" if self.families == tuple(FAMILIES) else repr(self.families)
        return (
            f"X = data.matrix({self.names!r})\nX = X[np.isfinite(X).all(axis=1)]\n"
            f"found = select_model(X, range(1, {self.most + 1}), {families}, {criterion!r}, "
            f"random_state={self.random_state})\n"
            "print(found.table.head(10))\nmodel = found.best_model\n"
            "print(model.weights_.round(4), model.means_.round(4), sep='\\n')"
        )


def known_candidates(
    source: Source, about: Hashable, n: int, counts: tuple[int, ...]
) -> tuple[dict[Cell, Candidate], Callable[[dict[Cell, Candidate]], object]]:
    """Candidates for n rows of a source that were fitted before, and how to keep more.

    Parameters
    ----------
    about : everything a candidate depends on besides: columns, seed.
    counts : which numbers of components are tried; of many rows they decide on the sample for starts.
    """
    key = ("candidates", source.key, about, None if n <= SAME_STARTS else counts)
    store = cache.store(source.public)
    return dict(store.get(key) or {}), lambda known: store.put(key, known)


def _missing(
    counts: tuple[int, ...], families: tuple[str, ...], known: dict[Cell, Candidate]
) -> list[tuple[tuple[str, ...], list[int]]]:
    """Families still to be fitted, with the numbers of components that lack exactly these."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for k in counts:
        lacking = tuple(name for name in families if (k, name) not in known)
        if lacking:
            groups.setdefault(lacking, []).append(k)
    return list(groups.items())


def choose_spec(screen: Screen) -> tuple[Source, SweepSpec, str]:
    """The page's controls: data, candidates, and the criterion by its name."""
    source = inputs.table(screen, default="Geyser", generate=synthetic.generated)
    if not source.dataset.numeric:
        raise DataError("This table has no numeric column, and a mixture needs one.")
    names = controls.numeric_columns(screen, source.dataset)
    label = controls.choice(screen, "criterion", "Criterion", list(CRITERIA), help=CRITERIA_HELP)
    text = "Mixtures of one up to so many components are fitted."
    most = int(controls.slider(screen, "most", "Components up to", 1, MOST_COMPONENTS, 9, help=text))
    text = " · ".join(f"**{row.name}** {row.promise}" for row in FAMILIES.values())
    families = SETS[controls.choice(screen, "families", "Covariance families", list(SETS), help=text)]
    return source, SweepSpec(names, most, families, label == "CV", controls.seed(screen)), label


def fitted(shown: jobs.Shown[Sweep], cell: Cell) -> fits.Fit:
    """The model of a sound cell, carried on until EM hardly moves."""

    def make() -> fits.Fit:
        X = shown.value.X
        model = choose(X, [shown.value.found[cell]], random_state=shown.spec.random_state).best_model
        proba = model.predict_proba(X).astype(np.float32)
        parts = models.parts(model)
        return fits.Fit(
            model, shown.value.names, X, shown.value.used, proba, parts, model.score(X), model.bic(X)
        )

    return shown.derive(("model", cell), make)


def verdict(found: Sweep, label: str) -> str:
    """The best candidate in words, with how far the next is behind."""
    ranked = found.ranked(CRITERIA[label])
    if not ranked:
        raise DegenerateFitError(
            f"None of the {len(found.found)} models can be trusted. Try fewer or independent columns."
        )
    best, d = ranked[0], len(found.names)
    words = describe(best.n_components, best.covariance_type, d)
    text = f"Best by {label}: **{words}** ({best.covariance_type})."
    if len(ranked) > 1:
        second = ranked[1]
        gap = getattr(second, CRITERIA[label]) - getattr(best, CRITERIA[label])
        rival = describe(second.n_components, second.covariance_type, d)
        text += f" Next: {rival} ({second.covariance_type}), {gap:,.1f} behind"
        text += f", which is {evidence(gap)}." if label == "BIC" else "."
    return text


def ten_best(found: Sweep, label: str) -> pd.DataFrame:
    """The best candidates with differences and, for criteria that price parameters, weights."""
    criterion, ranked = CRITERIA[label], found.ranked(CRITERIA[label])
    values = np.array([getattr(cell, criterion) for cell in ranked])
    weights = np.exp(-0.5 * (values - values[0]))
    columns = {
        "components": [cell.n_components for cell in ranked],
        "family": [cell.covariance_type for cell in ranked],
        "shape": [describe(c.n_components, c.covariance_type, len(found.names)) for c in ranked],
        label: values.round(2),
        "behind": (values - values[0]).round(2),
        "weight": (weights / weights.sum()).round(4),
        "log-likelihood": np.round([cell.log_likelihood for cell in ranked], 2),
        "parameters": [cell.n_parameters for cell in ranked],
    }
    if label == "CV":
        del columns["weight"]
    return pd.DataFrame(columns).head(10)


def discarded(found: Sweep) -> None:
    """Say how many candidates were not to be trusted."""
    reasons = [cell.degenerate for cell in found.found.values() if cell.degenerate]
    if reasons:
        st.caption(
            f"{len(reasons)} of {len(found.found)} models are discarded (×), because their likelihood is an "
            f"artefact; for example, {reasons[0]}."
        )
    workers.told()
