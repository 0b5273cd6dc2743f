"""Clustering: the groups a table falls into, and how sure each row is of its group."""

import streamlit as st

from gmm_engine import telling_columns
from gmm_engine.figures import rows
from pages._ui import controls, describe, exports, fits, inputs, layout

ABOUT = layout.About(
    idea="""
Every component of the mixture is one group with its own centre, size and direction. A row
belongs to each group with some probability: colours are mixed by these probabilities, and
rows that are in doubt are drawn larger. k-means, in contrast, gives every row to exactly one
group and assumes round groups of equal size.
""",
    formula=r"r_{ij} = \frac{w_j\,\mathcal{N}(x_i \mid \mu_j, \Sigma_j)}"
    r"{\sum_{l} w_l\,\mathcal{N}(x_i \mid \mu_l, \Sigma_l)}",
    python="""from gmm_engine import select_model
from gmm_engine.data import read_table

data = read_table("my_table.csv")
model = select_model(data.matrix()).best_model
print(model.predict_proba(data.matrix()))""",
)

with layout.page("clustering", about=ABOUT) as screen:
    with screen.controls:
        source = inputs.table(screen, default="Geyser")
        columns = controls.columns(screen, source.dataset.numeric)
        spec = controls.mixture(screen, auto=True)
        label = describe.classes(screen, source.dataset)

    shown = fits.mixture(screen, source, spec, columns)
    data, fit = shown.source.dataset, shown.value

    with screen.results:
        fits.told(fit)
        best = telling_columns(*fit.parts) if len(fit.names) > 1 else (0, 0)
        view = controls.view(screen, fit.names, best)
        fig = shown.derive(
            ("clusters", view),
            lambda: rows.picture(fit.X, fit.names, fit.parts, columns=view, responsibilities=fit.proba),
        )
        exports.chart(screen, "clusters", fig, rows.alt(len(fit.X), fit.names, fit.k, view))
        fits.summary(fit)
        st.subheader("What sets each group apart", anchor=False)
        describe.groups(fit)
        if label in data.columns:
            st.subheader("Beside the known classes", anchor=False)
            describe.compared(fit, data.values[label], label)
        exports.offer(
            screen, shown.source,
            rows=lambda: fit.labelled(data.values),
            model=fit.model.to_dict,
            figures={"clusters": fig},
            recipe=exports.Recipe(fits.code(*shown.spec), fits.imports(shown.spec[0])),
        )  # fmt: skip
