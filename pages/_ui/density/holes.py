"""Cells that are missing, or hidden to see how well they are found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from gmm_engine.figures import conditional as figures
from gmm_engine.types import Array, Dataset
from pages._ui import cache, charts, controls, describe, fits
from pages._ui.density.density_views import Answer
from pages._ui.fits import Fit
from pages._ui.inputs import Source
from pages._ui.jobs import Shown
from pages._ui.layout import Screen

LIMITS = 1.645
BEFORE = "before cells were hidden"
MOST_ROWS = 200


def hidden(screen: Screen, source: Source, names: tuple[str, ...]) -> Source:
    """The source with some cells hidden, by a slider that starts at none if cells are missing."""
    gaps = bool(source.dataset.values[list(names)].isna().to_numpy().any())
    text = "Cells hidden at random, so that what is filled in can be compared with what was there."
    # Two sliders: what hides cells of a full table must not reach into one with gaps of its own.
    name, first = ("hide_more", 0) if gaps else ("hide", 10)
    share = int(controls.slider(screen, name, "Hide cells", 0, 60, first, format="%d%%", help=text))
    if share == 0:
        return source
    key = (source.key, "hidden", names, share)
    dataset = cache.remembered(source.public, key, lambda: _masked(source.dataset, names, share))
    code = (
        f"{source.code}\nnames = {list(names)!r}\n"
        f"hidden = np.random.default_rng(0).random((len(data.values), len(names))) < {share / 100}\n"
        "data.values[names] = data.values[names].astype(float).mask(hidden)"
    )
    return Source(dataset, key, source.public, code, ("import numpy as np", *source.imports))


def _masked(dataset: Dataset, names: tuple[str, ...], share: int) -> Dataset:
    frame, columns = dataset.values.copy(), list(names)
    away = np.random.default_rng(0).random((len(frame), len(columns))) < share / 100
    frame[columns] = frame[columns].astype(float).mask(away)
    return replace(dataset, values=frame, about={**dataset.about, BEFORE: dataset.matrix(names)})


def filled(screen: Screen, shown: Shown[Fit]) -> Answer:
    """What the mixture puts into missing cells, how sure it is, and how right where that is known."""
    fit, data = shown.value, shown.source.dataset
    X = data.matrix(fit.names)
    gaps = np.isnan(X)
    mean, deviation = shown.derive("filled", lambda: fit.model.impute(X))
    truth = data.about.get(BEFORE, X)
    drawn: dict[str, go.Figure] = {}
    if gaps.any():
        drawn["filled"] = _column(screen, fit, X, mean, deviation, truth)
        st.header("Completed rows", anchor=False)
        rows = _completed(data.values, fit, gaps, mean, deviation)[gaps.any(axis=1)].head(MOST_ROWS)
        st.dataframe(rows, column_config=describe.digits(rows))
    else:
        st.info("No cell is missing in these columns: hide some to see how they are found again.")
    body = (
        "cells = data.matrix(" + repr(fit.names) + ")\nfilled, deviation = model.impute(cells)\n"
        "print(int(np.isnan(cells).sum()), 'cells filled in')\n"
        "print(filled[np.isnan(cells).any(axis=1)][:5].round(4))"
    )
    return Answer(drawn, lambda: _completed(data.values, fit, gaps, mean, deviation), body)


def _column(screen: Screen, fit: Fit, X: Array, mean: Array, deviation: Array, truth: Array) -> go.Figure:
    gaps = np.isnan(X)
    names = [name for f, name in enumerate(fit.names) if gaps[:, f].any()]
    f = fit.names.index(names[controls.column(screen, "filled", "Column", names)])
    rows, known = gaps[:, f], gaps & np.isfinite(truth)
    usual = float(np.nanmean(X[:, f])), float(np.nanstd(X[:, f]))
    was = truth[rows, f] if np.isfinite(truth[rows, f]).any() else None
    drawn = (fit.names[f], mean[rows, f], deviation[rows, f], usual, was)
    fig = figures.filled(*drawn)
    charts.show(screen, "filled", fig, figures.filled_alt(*drawn))
    numbers = [("Cells filled in", f"{gaps.sum():,}", "In all chosen columns.")]
    if known.any():
        spread, centre = np.nanstd(X, axis=0), np.nanmean(X, axis=0)
        error = ((mean - truth) / spread)[known]
        plain = (np.broadcast_to(centre, X.shape) - truth)[known] / np.broadcast_to(spread, X.shape)[known]
        covered = np.abs(mean - truth)[known] <= LIMITS * deviation[known]
        text = "Root mean square, in standard deviations of the column."
        numbers += [
            ("Error", f"{np.sqrt(np.mean(error**2)):.3f}", text),
            ("Error with column means", f"{np.sqrt(np.mean(plain**2)):.3f}", text),
            ("Within 90% limits", f"{covered.mean():.1%}", "Hidden values inside the stated limits."),
        ]
    fits.metrics(numbers)
    return fig


def _completed(frame: pd.DataFrame, fit: Fit, gaps: Array, mean: Array, deviation: Array) -> pd.DataFrame:
    """The table without gaps, and the standard deviation of each cell that was filled in."""
    out = frame.copy()
    for f, name in enumerate(fit.names):
        if gaps[:, f].any():
            out[name] = np.where(gaps[:, f], mean[:, f], out[name].astype(float))
            out[f"{name}, deviation"] = np.where(gaps[:, f], deviation[:, f], np.nan)
    return out
