"""Another table, scored with the model on screen or with one from a file."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from gmm_engine import DataError, GaussianMixture
from gmm_engine.data.documents import read_json
from gmm_engine.figures import model as models
from gmm_engine.figures import rows
from gmm_engine.types import Array
from pages._ui import charts, controls, exports, fits, inputs
from pages._ui.fits import Fit
from pages._ui.inputs import PRIVACY
from pages._ui.jobs import Shown
from pages._ui.layout import Screen

WAYS = ("The one above", "A file")
RARE = 0.01


@dataclass(frozen=True, eq=False)
class Judge:
    """A model with the columns it asks for.

    Attributes
    ----------
    model : fitted mixture.
    names : its d columns.
    limit : log density (nats) below which a row is stranger than 99 in 100; None where unknown.
    """

    model: GaussianMixture
    names: tuple[str, ...]
    limit: float | None


def panel(screen: Screen, shown: Shown[Fit]) -> None:
    """Upload a second table, choose the model, and take the scored rows away."""
    with st.expander("Score another table", icon=":material/rule:"):
        st.markdown(
            "Rows of another file get their group, its probabilities and their log density from a model "
            "that has never seen them."
        )
        way = controls.choice(screen, "judge", "Model that scores", WAYS)
        try:
            judge = of_fit(shown) if way == WAYS[0] else _uploaded(screen)
            sent = inputs.second(screen, "The other table", "second")
            st.caption(PRIVACY)
            if judge is not None and sent is not None:
                source = inputs.of_upload(sent.name, sent.content, "table", aside=True)
                _results(screen, judge, source.dataset.values)
        except DataError as problem:
            screen.problem(problem, st)


def of_fit(shown: Shown[Fit]) -> Judge:
    """The model on screen."""
    fit = shown.value
    limit = shown.derive("limit", lambda: float(np.quantile(fit.model.score_samples(fit.X), RARE)))
    return Judge(fit.model, fit.names, limit)


def read_model(content: bytes) -> Judge:
    """A model from the bytes of a *Model (JSON)* file.

    Raises
    ------
    UploadError : the file is too large or no JSON.
    DataError : it is no model; the message names the field.
    """
    model = GaussianMixture.from_dict(read_json(content))
    names = tuple(str(name) for name in getattr(model, "feature_names_in_", ()))
    if not names:
        raise DataError("The model file names no columns: add the field 'columns', one name for each column.")
    del model.feature_names_in_
    return Judge(model, names, None)


def score(judge: Judge, frame: pd.DataFrame) -> tuple[Array, pd.DataFrame]:
    """The rows (n, d) the model asks for, and the table with groups, probabilities and log density.

    Raises
    ------
    DataError : a column is absent or holds no numbers.
    """
    absent = [name for name in judge.names if name not in frame]
    if absent:
        raise DataError(
            f"The table has no column {absent[0]!r}; the model asks for {', '.join(judge.names)}."
        )
    wrong = [name for name in judge.names if not pd.api.types.is_numeric_dtype(frame[name])]
    if wrong:
        raise DataError(f"Column {wrong[0]!r} holds no numbers, and the model asks for them.")
    X = frame[list(judge.names)].to_numpy(dtype=np.float64, na_value=np.nan)
    used = np.isfinite(X).any(axis=1)
    if not used.any():
        raise DataError("No row has a number in the columns the model asks for.")
    model = copy(judge.model)  # the one on screen may be shared
    model.missing = "em"
    height, found = model.score_samples(X[used]), fits.of(model, judge.names, X[used], used)
    density = np.full(len(frame), np.nan)
    density[used] = height
    out = found.labelled(frame).assign(**{"log density": density.round(6)})
    if judge.limit is not None:
        out["unlike the first table"] = density < judge.limit
    return X, out


def _uploaded(screen: Screen) -> Judge | None:
    sent = inputs.second(screen, "Model file (JSON)", "model_file", "model")
    return None if sent is None else read_model(sent.content)


def _results(screen: Screen, judge: Judge, frame: pd.DataFrame) -> None:
    X, scored = score(judge, frame)
    numbers = [
        ("Rows", f"{len(scored):,}", "Of the other table."),
        ("Log density per row", f"{scored['log density'].mean():.3f}", "In nats; larger is more ordinary."),
    ]
    if judge.limit is not None:
        text = "Share of rows less probable than 99 in 100 of the first table; 1% would be ordinary."
        numbers.append(("Unlike the first table", f"{scored['unlike the first table'].mean():.1%}", text))
    fits.metrics(numbers)
    known = np.isfinite(X).all(axis=1)
    if known.any():
        parts = models.parts(judge.model)
        proba = judge.model.predict_proba(X[known])
        fig = rows.picture(X[known], judge.names, parts, responsibilities=proba)
        charts.show(screen, "second", fig, rows.alt(int(known.sum()), judge.names, parts))
    st.dataframe(scored.head(200))
    st.download_button(
        "Scored rows (CSV)", lambda: exports.csv(scored), file_name="scored.csv", mime="text/csv",
        key=screen.key("take_scored"), on_click="ignore", icon=":material/download:",
    )  # fmt: skip
