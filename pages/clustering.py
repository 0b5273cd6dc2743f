"""Clustering: the groups a table falls into, and how sure each row is of its group."""

import streamlit as st

from pages._ui import describe, exports, fits, inputs, layout, scoring
from pages._ui.clustering import cluster_code, cluster_fits, cluster_views

ABOUT = layout.About(
    idea="""
Every component of the mixture is one group with its own centre, size and direction. A row
belongs to each group with some probability: colours are mixed by these probabilities, and
rows that are in doubt are drawn larger. k-means, in contrast, gives every row to exactly one
group and assumes round groups of equal size. Rows with missing cells count by what is known of
them; a **noise** component takes rows that belong nowhere; a partly filled column of **labels**
can guide the fit, so that each label has a group of its own.
""",
    formula=r"r_{ij} = \frac{w_j\,\mathcal{N}(x_i \mid \mu_j, \Sigma_j)}"
    r"{\sum_{l} w_l\,\mathcal{N}(x_i \mid \mu_l, \Sigma_l)}",
    python="""from gmm_engine import select_model
from gmm_engine.data import read_table

data = read_table("my_table.csv")
model = select_model(data.matrix(), missing="em").best_model
print(model.predict_proba(data.matrix()))""",
)

with layout.page("clustering", about=ABOUT) as screen:
    with screen.controls:
        source = inputs.table(screen, default="Geyser")
        spec, label = cluster_fits.ask(screen, source)

    shown = cluster_fits.fitted(screen, source, spec)
    data, fit = shown.source.dataset, shown.value

    with screen.results:
        fits.told(fit, shown.spec.mixture)
        fig = cluster_views.picture(screen, shown)
        fits.summary(fit)
        cluster_views.doubt(screen, shown)
        st.header("What sets each group apart", anchor=False)
        describe.groups(fit)
        if label in data.columns:
            cluster_views.known(shown, label)
        scoring.panel(screen, shown)
        gaps = bool(data.values[list(fit.names)].isna().to_numpy().any())
        exports.offer(
            screen, shown.source,
            rows=lambda: fit.labelled(data.values),
            model=lambda: fit.model.to_dict() | {"columns": list(fit.names)},
            figures={"clusters": fig},
            tables={"Profiles (CSV)": lambda: describe.told(fit)},
            recipe=cluster_code.recipe(shown.spec, gaps),
        )  # fmt: skip
