"""Rows of known truth, and what a fit makes of them."""

from __future__ import annotations

import streamlit as st

from gmm_engine import match_components, parameter_table
from gmm_engine.figures import model as models
from gmm_engine.figures import parameters, rows
from pages._ui import charts, controls, describe, exports, fits
from pages._ui.layout import Screen
from pages._ui.synthetic_data import synthetic


def show(screen: Screen) -> None:
    """Generate, fit, and set the true and the fitted parameters side by side."""
    with screen.controls:
        source = synthetic.generated(screen)
        st.header("Fit", anchor=False)
        spec = controls.mixture(screen)

    shown = fits.mixture(screen, source, spec)
    data, fit = shown.source.dataset, shown.value
    made = data.about["truth"]
    truth, names = models.truth(made), fit.names
    pairs = match_components(*truth[1:], *fit.parts[1:]) if truth else []
    order = [j for _, j in pairs if j is not None] or list(range(fit.k))
    found = models.reordered(fit.parts, order)

    def fitted_figure():
        return rows.picture(fit.X, names, found, responsibilities=fit.proba[:, order])

    with screen.results:
        fits.told(fit)
        left, right = st.columns(2)
        with left:
            st.header("As made", anchor=False)
            fig = shown.derive("made", lambda: rows.picture(fit.X, names, truth, labels=made["labels"]))
            charts.show(screen, "made", fig, rows.alt(len(fit.X), names, truth))
        with right:
            st.header("As fitted", anchor=False)
            fig = shown.derive("fitted", fitted_figure)
            charts.show(screen, "fitted", fig, rows.alt(len(fit.X), names, found))
        fits.summary(fit)
        if truth:
            st.header("True and estimated", anchor=False)
            matched = [(i, None if j is None else order.index(j)) for i, j in pairs]
            both = (truth, found, matched, names)
            fig = shown.derive("parameters", lambda: parameters.true_and_estimated(*both))
            charts.show(screen, "parameters", fig, parameters.alt(*both))
            describe.side_by_side(shown.derive("table", lambda: parameter_table(*both)))
        exports.offer(
            screen, shown.source,
            rows=lambda: fit.labelled(data.values),
            model=fit.model.to_dict,
            figures={"fitted": fig},
            tables={"Profiles (CSV)": lambda: describe.told(fit)},
            recipe=exports.Recipe(in_order(fits.code(*shown.spec), order), fits.imports(shown.spec[0])),
        )  # fmt: skip


def in_order(code: str, order: list[int]) -> str:
    """A fit's code that prints components as the page numbers them: after the true ones they belong to."""
    if order == sorted(order):
        return code
    work, told = code.split("\nprint(", 1)
    for name in ("weights_", "means_"):
        told = told.replace(f"model.{name}.", f"model.{name}[order].")
    return f"{work}\norder = {order}  # as the page numbers them\nprint({told}"
