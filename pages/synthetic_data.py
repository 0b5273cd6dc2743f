"""Synthetic data: a known mixture, its rows, and what a fit makes of them."""

import streamlit as st

from gmm_engine import match_components, parameter_table
from gmm_engine.figures import model as models
from gmm_engine.figures import parameters, rows
from pages._ui import controls, describe, exports, fits, layout, synthetic

ABOUT = layout.About(
    idea="""
A Gaussian mixture makes a row in two steps: it picks component $j$ with probability $w_j$,
then draws the row from that component's normal distribution. Fitting goes the other way:
from the rows alone it estimates weights, means and covariances. These rows are generated,
so the truth is known and the two can be compared.
""",
    formula=r"p(x) = \sum_{j=1}^{k} w_j \, \mathcal{N}(x \mid \mu_j, \Sigma_j)",
    python="""from gmm_engine import GaussianMixture
from gmm_engine.data import generate

data = generate.anisotropic_blobs(1000, random_state=0)
model = GaussianMixture(3, random_state=0).fit(data.matrix())
print(model.weights_, model.means_)""",
)

with layout.page("synthetic_data", about=ABOUT) as screen:
    with screen.controls:
        source = synthetic.generated(screen)
        st.subheader("Fit", anchor=False)
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
            st.subheader("As made", anchor=False)
            known = 0 if truth is None else len(truth.weights)
            fig = shown.derive("made", lambda: rows.picture(fit.X, names, truth, labels=made["labels"]))
            exports.chart(screen, "made", fig, rows.alt(len(fit.X), names, known))
        with right:
            st.subheader("As fitted", anchor=False)
            fig = shown.derive("fitted", fitted_figure)
            exports.chart(screen, "fitted", fig, rows.alt(len(fit.X), names, fit.k))
        fits.summary(fit)
        if truth:
            st.subheader("True and estimated", anchor=False)
            matched = [(i, None if j is None else order.index(j)) for i, j in pairs]
            both = (truth, found, matched, names)
            fig = shown.derive("parameters", lambda: parameters.true_and_estimated(*both))
            exports.chart(screen, "parameters", fig, parameters.alt(len(matched)))
            describe.side_by_side(parameter_table(*both))
        exports.offer(
            screen, shown.source,
            rows=lambda: fit.labelled(data.values),
            model=fit.model.to_dict,
            recipe=exports.Recipe(fits.code(*shown.spec), fits.imports(shown.spec[0])),
        )  # fmt: skip
