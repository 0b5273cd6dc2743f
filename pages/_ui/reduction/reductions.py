"""The work of the reduction page: what is asked, four reducers of one table, and what they keep."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import DataError, MixtureReducer
from gmm_engine.reduction.quality import Neighbourhoods, sampled
from gmm_engine.types import Array
from pages._ui import controls, fits, inputs, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.synthetic_data import synthetic

EXAMPLES = (
    "Wine", "Moons", "Handwritten digits", "Iris", "Breast cancer", "Penguins", "Anisotropic blobs",
)  # fmt: skip
METHODS = {
    "Responsibilities": "responsibilities",
    "GMMDR": "gmmdr",
    "Mixture of PCA": "mppca",
    "PCA": "pca",
}
RECIPE, AUTO, CHOOSE = "Five tied", "Automatic", "Choose"
SCALES = {"Automatic": "auto", "Scaled": True, "As they are": False}
MOST_COLUMNS, LEAST_ROWS = 100, 4
JUDGED = 500  # rows that trustworthiness looks at
LIVE_SECONDS = 4  # shorter work follows every change, with progress and Stop
IMPORTS = ("import numpy as np", "from gmm_engine import MixtureReducer, embedding_quality")
BODY = """X = data.matrix({names!r})
X = X[np.isfinite(X).all(axis=1)]
gmmdr = {gmmdr}.fit(X)
reducers = {{
    "Responsibilities": {responsibilities}.fit(X, mixture=gmmdr),
    "GMMDR": gmmdr,
    "Mixture of PCA": {mppca}.fit(X),
    "PCA": {pca}.fit(X),
}}
trust = {{}}
for name, model in reducers.items():
    places, deviations = model.transform(X, return_std=True)
    quality = embedding_quality((X - model.mean_) / model.scale_, places, n_rows={judged})
    trust[name] = quality.trustworthiness
    print(name, model.explained_variance_ratio_.round(3), "trustworthiness", round(trust[name], 3))"""
# What a method makes no use of is left out of its Python.
NEEDLESS = {
    "pca": ("n_mixture", "covariance_type", "means_share"),
    "mppca": ("covariance_type", "means_share"),
    "responsibilities": ("n_mixture", "covariance_type", "means_share"),
    "gmmdr": (),
}


@dataclass(frozen=True)
class ReductionSpec:
    """What a visitor asked for.

    Attributes
    ----------
    names : columns.
    k, family : of the mixture; None for the choice by BIC.
    n_components : coordinates.
    means_share : of GMMDR.
    scale : "auto", True or False.
    random_state : seed.
    """

    names: tuple[str, ...]
    k: int | None
    family: str | None
    n_components: int
    means_share: float
    scale: bool | str
    random_state: int

    def reducer(self, method: str) -> MixtureReducer:
        """An unfitted reducer."""
        return MixtureReducer(
            method,
            self.n_components,
            n_mixture=self.k or "auto",
            covariance_type=self.family or "auto",
            means_share=self.means_share,
            scale=self.scale,
            random_state=self.random_state,
        )

    def seconds(self, n: int) -> float:
        """How long it will take, roughly."""
        d = min(len(self.names), 20)
        search = 0.2 if self.k and self.family else min(0.6 + 7e-5 * n * d * d, 3.0)
        return search + 2e-6 * n * len(self.names)

    def code(self) -> str:
        """Python that repeats it on `data`."""
        calls = {method: _call(self.reducer(method)) for method in METHODS.values()}
        return BODY.format(names=self.names, judged=JUDGED, **calls)


def _call(model: MixtureReducer) -> str:
    """The constructor's call, without defaults and what the method makes no use of."""
    values, plain = model.get_params(), MixtureReducer().get_params()
    changed = {
        name: value
        for name, value in values.items()
        if name != "method" and name not in NEEDLESS[model.method] and value != plain[name]
    }
    words = [repr(model.method), *(f"{name}={value!r}" for name, value in changed.items())]
    return f"MixtureReducer({', '.join(words)})"


class Merits(NamedTuple):
    """Trustworthiness, and the share of the variance that the way back loses."""

    trust: float
    lost: float


@dataclass(frozen=True, eq=False)
class Found:
    """Four reductions of one table.

    Attributes
    ----------
    reducers : fitted, by the name shown.
    places, covariances : (n, q) and (n, q, q) of each.
    X, used : rows (n, d), and which of all rows they are.
    proba : (n, k) memberships of the mixture.
    """

    spec: ReductionSpec
    reducers: dict[str, MixtureReducer]
    places: dict[str, Array]
    covariances: dict[str, Array]
    X: Array
    used: Array
    proba: Array
    _merits: dict[str, Merits] = field(default_factory=dict)

    def merits(self, name: str) -> Merits:
        """How much a method keeps: found for the first method asked for alone, then for all others.

        So the first chart, whose description says it, does not wait for the others.
        """
        if name not in self._merits:
            wanted = (
                [name] if not self._merits else [each for each in self.places if each not in self._merits]
            )
            judged = sampled(len(self.X), JUDGED)
            # All four scale the columns alike, so that rows have the same neighbours before.
            judge = Neighbourhoods(standardised(self.reducers["PCA"], self.X)[judged])
            for each in wanted:
                trust = judge.trustworthiness(self.places[each][judged])
                self._merits[each] = Merits(trust, self._lost(each))
        return self._merits[name]

    def _lost(self, name: str) -> float:
        model = self.reducers[name]
        rows = standardised(model, self.X)
        rest = rows - standardised(model, model.inverse_transform(self.places[name]))
        return float(np.square(rest).sum() / np.square(rows).sum())

    def placed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The table with every method's coordinates and their deviations; empty for incomplete rows."""
        columns: dict[str, Array] = {}
        for name, Z in self.places.items():
            variances = np.diagonal(self.covariances[name], axis1=1, axis2=2)
            for c in range(Z.shape[1]):
                for kind, values in (("", Z[:, c]), (" sd", np.sqrt(np.maximum(variances[:, c], 0)))):
                    column = np.full(len(frame), np.nan)
                    column[self.used] = values
                    columns[f"{name} {c + 1}{kind}"] = column.round(6)
        return frame.assign(**columns)

    def to_dict(self) -> dict[str, Any]:
        """All four as plain JSON types; `MixtureReducer.from_dict` reads each."""
        return {name: model.to_dict() for name, model in self.reducers.items()}


def standardised(model: MixtureReducer, X: Array) -> Array:
    """Rows (n, d) as a reducer sees them: centred, and scaled if it does so."""
    return np.asarray((X - model.mean_) / model.scale_)


def source(screen: Screen) -> Source:
    """The picker."""
    return inputs.table(screen, names=EXAMPLES, default="Wine", generate=synthetic.generated)


def asked(screen: Screen, source: Source) -> ReductionSpec:
    """The controls of the work."""
    names = controls.numeric_columns(screen, source.dataset, MOST_COLUMNS)
    recipe = source.key == ("example", "Moons")
    text = f"{RECIPE}: the classic recipe, five components of one shape. Automatic: by BIC, up to nine."
    words = (RECIPE, AUTO, CHOOSE)
    first = RECIPE if recipe else AUTO
    controls.begin_again(screen.key("mixture"), (str(source.key),), first)
    way = controls.choice(screen, "mixture", "Mixture", words, first, help=text)
    k, family = {RECIPE: (5, "tied"), AUTO: (None, None), CHOOSE: (3, "full")}[way]
    if way == CHOOSE:
        k = int(controls.slider(screen, "k", "Components", 1, 20, 3, help="Of the mixture."))
        family = controls.choice(
            screen, "covariance", "Covariance", list(controls.FAMILIES), help=controls.FAMILY_HELP
        )
    with st.expander("More"):
        text = "The charts show the first two; variance, way back and exports have all of them."
        q = int(controls.slider(screen, "q", "Coordinates", 2, 10, 2, help=text))
        text = "Automatic: scaled to unit variance where the columns' ranges are unlike."
        scale = SCALES[controls.choice(screen, "scale", "Columns", list(SCALES), help=text)]
        text = "What differences of means count in GMMDR, against those of covariances."
        share = float(controls.slider(screen, "share", "Share of the means", 0.0, 1.0, 1.0, help=text))
        return ReductionSpec(names, k, family, q, share, scale, controls.seed(screen))


def reduced(screen: Screen, source: Source, spec: ReductionSpec) -> jobs.Shown[Found]:
    """The four reductions, or the previous ones."""
    cost = spec.seconds(len(source.dataset.values))
    wait = 0 if cost < LIVE_SECONDS else cost
    return jobs.result(screen, source, spec, lambda: steps(source, spec), seconds=wait)


def steps(source: Source, spec: ReductionSpec) -> Generator[jobs.Progress, None, Found]:
    """Fit all four; those with the same mixture share it."""
    if len(spec.names) < 2:
        raise DataError(
            f"Two numeric columns or more are needed to reduce them; {source.dataset.name or 'the table'} "
            f"offers {len(source.dataset.numeric)}, chosen: {len(spec.names)}."
        )
    everything = source.dataset.matrix(spec.names)
    used = np.isfinite(everything).all(axis=1)
    fits.need_rows(used, LEAST_ROWS)
    X = everything[used]
    reducers: dict[str, MixtureReducer] = {}
    for turn, name in enumerate(("GMMDR", "Mixture of PCA", "PCA", "Responsibilities")):
        model = reducers[name] = spec.reducer(METHODS[name])
        shared = reducers["GMMDR"] if name == "Responsibilities" else None
        for share in model.iter_fit(X, mixture=shared):
            yield jobs.Progress((turn + share) / 5, f"{name}: fitting {len(X):,} rows")
    yield jobs.Progress(0.9, "Placing the rows")
    places = {name: reducers[name].transform(X) for name in METHODS}
    covariances = {name: reducers[name].posterior_covariances(X).astype(np.float32) for name in METHODS}
    proba = reducers["GMMDR"].memberships(X).astype(np.float32)
    return Found(spec, {name: reducers[name] for name in METHODS}, places, covariances, X, used, proba)
