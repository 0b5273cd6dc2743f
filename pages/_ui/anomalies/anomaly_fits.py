"""Detectors for the anomalies page: what is asked, what is learned from, and the work.

spec = anomaly_fits.ask(screen, source)         # frozen DetectorSpec
shown = anomaly_fits.fitted(screen, source, spec)   # jobs.Shown[Found]
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import DataError, MixtureOutlierDetector
from gmm_engine.types import Array
from pages._ui import controls, describe, fits, inputs, jobs
from pages._ui.inputs import PRIVACY, Source
from pages._ui.layout import Screen
from pages._ui.plain import literal, tame
from pages._ui.progress import Progress

RECIPES = {
    "Panel of mixtures": "",
    "Single Gaussian": "n_components=1, ridge=0, trim=0",
    "Classic mixture": "n_components={k}, ridge=1e-6, trim=0",
}
RECIPES_HELP = (
    "**Panel of mixtures**: four mixtures from coarse to fine, shaped by rows that are ordinary beyond "
    "doubt; needs no tuning · **Single Gaussian**: distance from the mean, as in any textbook · **Classic "
    "mixture**: a plain mixture of all rows, and the rows below a percentile of its density. Anomalies "
    "pull the last two towards themselves."
)
SOURCES = ("All rows", "Rows labelled ordinary", "Another file")
SOURCES_HELP = "What ordinary looks like is learned from these rows; all rows of the table are judged."
SECONDS_PER_NUMBER = 6e-7
MOST_EXPLAINED = 200


@dataclass(frozen=True)
class DetectorSpec:
    """What a visitor asked for.

    Attributes
    ----------
    names : columns.
    recipe : one of `RECIPES`; `k` components where it is the classic mixture.
    label, ordinary : column of known kinds and its ordinary value; None without one.
    learn : one of `SOURCES`.
    reference : the other file's key and its code, or None.
    """

    names: tuple[str, ...]
    recipe: str
    k: int
    label: str | None
    ordinary: str | None
    learn: str
    reference: tuple[str, str] | None
    seed: int

    @property
    def clean(self) -> bool:
        """Whether only ordinary rows are learned from."""
        return self.learn != SOURCES[0]

    @property
    def settings(self) -> str:
        """The detector's arguments that are not its defaults, as Python."""
        parts = [RECIPES[self.recipe].format(k=self.k), "clean=True" if self.clean else ""]
        return ", ".join([*filter(None, parts), f"random_state={self.seed}"])

    def detector(self) -> MixtureOutlierDetector:
        """Not yet fitted."""
        plain = {} if self.recipe == "Panel of mixtures" else {"trim": 0.0, "ridge": 1e-6}
        if self.recipe == "Single Gaussian":
            plain |= {"n_components": 1, "ridge": 0.0}
        elif self.recipe == "Classic mixture":
            plain |= {"n_components": self.k}
        return MixtureOutlierDetector(clean=self.clean, random_state=self.seed, **plain)


@dataclass(frozen=True, eq=False)
class Found:
    """A fitted detector and the rows it judged.

    Attributes
    ----------
    model : the detector.
    names : the d columns used.
    X : (n, d) judged rows; `used` (all rows,) says which those are.
    surprise : (n,) nats.
    strange : (n,) true for known anomalies, or None without a label.
    learned : number of rows learned from.
    """

    model: MixtureOutlierDetector
    names: tuple[str, ...]
    X: Array
    used: Array
    surprise: Array
    strange: Array | None
    learned: int

    def flagged(self, frame: pd.DataFrame, line: float) -> pd.DataFrame:
        """The table with each row's surprise and whether it lies above the line; empty if incomplete."""
        surprise = np.full(len(frame), np.nan)
        surprise[self.used] = self.surprise
        flag = pd.array(surprise > line, dtype="boolean")
        flag[~self.used] = pd.NA
        return frame.assign(**{"surprise (nats)": surprise.round(4), "flagged": flag})


def ask(screen: Screen, source: Source) -> tuple[DetectorSpec, Source | None]:
    """The controls of the fit, and the reference file if one was chosen."""
    data = source.dataset
    names = controls.numeric_columns(screen, data)
    recipe = controls.choice(screen, "model", "Model", list(RECIPES), help=RECIPES_HELP)
    k = 1
    if recipe == "Classic mixture":
        k = int(controls.slider(screen, "k", "Components", 1, 12, 3, help="Of the one mixture."))
    label = describe.classes(screen, data)
    ordinary = None if label is None else _ordinary(screen, data.values[label], label)
    ways = SOURCES if label is not None else (SOURCES[0], SOURCES[2])
    learn = controls.choice(screen, "learn", "Learn from", ways, help=SOURCES_HELP)
    other = _reference(screen) if learn == SOURCES[2] else None
    if learn == SOURCES[2] and other is None:
        learn = SOURCES[0]
    with st.expander("More"):
        seed = controls.seed(screen)
    named = None if other is None else (str(other.key), other.code)
    return DetectorSpec(names, recipe, k, label, ordinary, learn, named, seed), other


def _ordinary(screen: Screen, column: pd.Series, name: str) -> str:
    counts = column.dropna().astype(str).value_counts()
    words = [str(value) for value in counts.index]
    asked = f"Rows are ordinary where {name if tame(name) else literal(name)} is"
    return controls.choice(screen, "ordinary", asked, words, help="All others are anomalies.")


def _reference(screen: Screen) -> Source | None:
    sent = inputs.second(screen, "Ordinary rows (same columns)", "reference")
    st.caption(PRIVACY)
    if sent is None:
        st.info("Upload a table of ordinary rows. Until then, all rows are learned from.")
        return None
    try:
        found = inputs.of_upload(sent.name, sent.content, "table", aside=True)
        return replace(found, files=(sent.to_save(),))
    except DataError as problem:
        screen.problem(problem, st)
        return None


def fitted(screen: Screen, source: Source, spec: DetectorSpec, other: Source | None) -> jobs.Shown[Found]:
    """Fit, or find it fitted."""
    d = len(spec.names)
    cost = 0.15 + min(len(source.dataset.values), 2000) * d * (d + 20) * SECONDS_PER_NUMBER
    files = () if other is None else other.files
    own = replace(source, public=source.public and not files, files=(*source.files, *files))
    return jobs.result(screen, own, spec, lambda: _work(own, spec, other), seconds=cost)


def _work(source: Source, spec: DetectorSpec, other: Source | None) -> Generator[Progress, None, Found]:
    rows = source.dataset.matrix(spec.names)
    used = np.isfinite(rows).all(axis=1)
    fits.need_rows(used, 2)
    X, strange = rows[used], None
    if spec.label is not None:
        strange = (source.dataset.values[spec.label].astype(str) != spec.ordinary).to_numpy()[used]
    learned = X
    if spec.learn == SOURCES[1] and strange is not None:
        learned = X[~strange]
    elif other is not None:
        learned = matching(other.dataset.values, spec.names)
    yield Progress(None, f"Learning from {len(learned):,} rows")
    model = spec.detector().fit(learned)
    return Found(model, spec.names, X, used, -model.score_samples(X), strange, len(learned))


def matching(frame: pd.DataFrame, names: tuple[str, ...]) -> Array:
    """The complete rows (n, d) of these columns of another table.

    Raises
    ------
    DataError : a column is absent or holds no numbers, or no row is complete.
    """
    for name in names:
        if name not in frame:
            raise DataError(f"The other table has no column {name!r}; these are needed: {', '.join(names)}.")
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise DataError(f"Column {name!r} of the other table holds no numbers.")
    X = frame[list(names)].to_numpy(dtype=np.float64, na_value=np.nan)
    X = X[np.isfinite(X).all(axis=1)]
    if len(X) < 2:
        raise DataError(f"The other table has {len(X)} complete rows; at least 2 are needed.")
    return X
