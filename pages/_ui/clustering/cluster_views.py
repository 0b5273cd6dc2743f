"""What the clustering page shows: several views of the groups, doubt, and k-means beside them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from gmm_engine import telling_columns
from gmm_engine.compare import renumbered
from gmm_engine.figures import pairs, rows, words
from gmm_engine.types import Array
from pages._ui import charts, controls, describe, fits, layout
from pages._ui.clustering import cluster_fits
from pages._ui.clustering.cluster_fits import TableSpec
from pages._ui.fits import Fit
from pages._ui.jobs import Shown
from pages._ui.layout import Screen
from pages._ui.plain import literal

VIEWS = ("Scatter", "Pairs", "Parallel", "k-means")
IN_DOUBT = 0.8
MOST_DOUBTFUL = 100


def picture(screen: Screen, shown: Shown[Fit]) -> go.Figure:
    """The groups in one of four views."""
    fit = shown.value
    view = VIEWS[0] if len(fit.names) == 1 else controls.choice(screen, "look", "View", VIEWS)
    labels = shown.derive("labels", lambda: fit.labels())
    if view == "Pairs":
        fig = shown.derive("pairs", lambda: pairs.matrix(fit.X, fit.names, labels, fit.called))
        telling = telling_columns(*fit.parts)
        charts.show(screen, "pairs", fig, pairs.matrix_alt(fit.names, labels, telling, fit.called))
        if len(fit.names) > pairs.MOST_COLUMNS:
            st.caption(f"The first {pairs.MOST_COLUMNS} of {len(fit.names)} columns.")
        return fig
    if view == "Parallel":
        means = fit.parts.means
        fig = shown.derive("parallel", lambda: pairs.parallel(fit.X, fit.names, labels, means, fit.called))
        charts.show(screen, "parallel", fig, pairs.parallel_alt(fit.X, fit.names, means, fit.called))
        return fig
    best = telling_columns(*fit.parts) if len(fit.names) > 1 else (0, 0)
    columns = controls.view(screen, fit.names, best)
    if view == "k-means":
        return _beside(screen, shown, columns)
    fig = shown.derive(("clusters", columns), lambda: _scatter(fit, columns))
    charts.show(screen, "clusters", fig, _told(fit, columns))
    return fig


def doubt(screen: Screen, shown: Shown[Fit]) -> None:
    """How many rows are in doubt, and which most."""
    fit = shown.value
    if fit.k == 1:
        return
    sure = fit.proba.max(axis=1)
    outside = int((fit.labels() < 0).sum())
    numbers = [
        ("Rows in doubt", f"{(sure < IN_DOUBT).mean():.1%}", f"Less than {IN_DOUBT:.0%} sure of any group."),
        ("Mean certainty", f"{sure.mean():.1%}", "Mean probability of each row's likeliest group."),
    ]
    if fit.model.noise_weight_ > 0:
        numbers.append(("Rows that are noise", f"{outside:,}", "Likelier noise than of any group."))
    fits.metrics(numbers)
    rows_in_doubt = partial(shown.derive, "doubtful", lambda: _doubtful(shown, sure))
    layout.folded(screen.key("doubtful"), "The rows most in doubt", lambda: st.dataframe(rows_in_doubt()))


def _doubtful(shown: Shown[Fit], sure: Array) -> pd.DataFrame:
    worst = np.argsort(sure, kind="stable")[:MOST_DOUBTFUL]
    return shown.value.labelled(shown.source.dataset.values)[shown.value.used].iloc[worst]


def known(shown: Shown[Fit], label: str) -> None:
    """The groups beside known classes; where labels guided the fit, the hidden ones alone count."""
    fit, column = shown.value, shown.source.dataset.values[label]
    spec: TableSpec = shown.spec
    st.header("Beside the known classes", anchor=False)
    if spec.label != label:
        describe.compared(fit, column, label)
        return
    groups, labels = cluster_fits.seen_labels(column[fit.used], spec.seen)
    hidden = (labels < 0) & column[fit.used].notna().to_numpy()
    st.markdown(f"The fit saw **{int((labels >= 0).sum()):,}** labels of {literal(label)}.")
    if hidden.any():
        names = np.array([*groups, *fit.called[len(groups) :], "noise"], dtype=object)
        right = names[fit.labels()[hidden]] == column[fit.used][hidden].astype(str).to_numpy()
        text = "Share of the rows with a hidden label that fell into the group of that label."
        fits.metrics([("Hidden labels found", f"{right.mean():.1%}", text)])
        describe.compared(fit, column.where(pd.Series(_spread(hidden, fit.used), column.index)), label)
    else:
        st.caption("No label is left to check the groups with: show the fit fewer of them.")


def _spread(chosen: Array, used: Array) -> Array:
    out = np.zeros(len(used), bool)
    out[used] = chosen
    return out


def _scatter(fit: Fit, columns: tuple[int, int]) -> go.Figure:
    return rows.picture(
        fit.X, fit.names, fit.parts, columns=columns, responsibilities=fit.proba, called=fit.groups or None
    )


def _told(fit: Fit, columns: tuple[int, int]) -> str:
    return rows.alt(len(fit.X), fit.names, fit.parts, columns, fit.groups and fit.called)


def _beside(screen: Screen, shown: Shown[Fit], columns: tuple[int, int]) -> go.Figure:
    """The soft mixture, and k-means with as many groups on the same columns."""
    fit = shown.value
    hard = shown.derive("k-means", lambda: _k_means(shown))
    left, right = st.columns(2)
    with left:
        st.markdown("**Mixture**: soft, any ellipse")
        soft = shown.derive(("clusters", columns), lambda: _scatter(fit, columns))
        charts.show(screen, "clusters", soft, _told(fit, columns))
    with right:
        st.markdown("**k-means**: hard, round groups of like size")
        fig = shown.derive(
            ("hard", columns), lambda: rows.picture(fit.X, fit.names, columns=columns, labels=hard)
        )
        own = fit.labels()
        sizes = words.listed([f"{size:,}" for size in np.bincount(hard, minlength=fit.k)])
        alike = f"{np.mean(own == hard):.1%} of them are placed alike"
        text = f"The same rows in the groups of k-means, of {sizes} rows; {alike}."
        charts.show(screen, "k_means", fig, text)
    text = "Adjusted Rand index between the two: 1 is the same grouping."
    fits.metrics(
        (
            ("Placed alike", f"{np.mean(own == hard):.1%}", "Rows in the group of the same colour."),
            ("Agreement", f"{adjusted_rand_score(own, hard):.3f}", text),
        )
    )
    return soft


def _k_means(shown: Shown[Fit]) -> Array:
    """Groups (n,) of k-means on the columns as the fit saw them, numbered as the mixture's."""
    fit, spec = shown.value, shown.spec
    filled = fit.model.impute(fit.X)[0] if np.isnan(fit.X).any() else fit.X
    centre, scale = cluster_fits.scales(filled, spec.scaling)
    seed = spec.mixture.random_state
    found = KMeans(fit.k, n_init=10, random_state=seed).fit_predict((filled - centre) / scale)
    return renumbered(found, fit.labels())
