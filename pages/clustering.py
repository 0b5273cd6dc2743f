"""Clustering: the groups a table falls into, and how sure each row is of its group."""

from gmm_engine.figures import model as models
from gmm_engine.figures import rows
from pages._ui import controls, exports, fits, inputs, layout

ABOUT = layout.About(
    idea="""
Every component of the mixture is one group with its own centre, size and direction. A row
belongs to each group with some probability: colours are mixed by these probabilities, and
rows that are in doubt are drawn larger. k-means, in contrast, gives every row to exactly one
group and assumes round groups of equal size.
""",
    formula=r"r_{ij} = \frac{w_j\,\mathcal{N}(x_i \mid \mu_j, \Sigma_j)}"
    r"{\sum_{l} w_l\,\mathcal{N}(x_i \mid \mu_l, \Sigma_l)}",
    python="""from gmm_engine import GaussianMixture
from gmm_engine.data import read_table

data = read_table("my_table.csv")
model = GaussianMixture(3, random_state=0).fit(data.matrix())
print(model.predict_proba(data.matrix()))""",
)

with layout.page("clustering", about=ABOUT) as screen:
    with screen.controls:
        source = inputs.table(screen, default="Geyser")
        columns = controls.columns(screen, source.dataset.numeric)
        spec = controls.mixture(screen)

    shown = fits.mixture(screen, source, spec, columns)
    data, model, names = shown.source.dataset, shown.value, shown.spec[1]
    X = data.matrix(names)
    found = models.parts(model)

    with screen.results:
        fits.ended(model)
        fig = shown.derive(
            "clusters", lambda: rows.picture(X, names, found, responsibilities=model.predict_proba(X))
        )
        exports.chart(screen, "clusters", fig, rows.alt(len(X), names, len(found.weights)))
        fits.summary(shown, X)
        exports.offer(
            screen, shown.source,
            rows=lambda: fits.labelled(data.values, model, X),
            model=model.to_dict,
            figures={"clusters": fig},
            recipe=exports.Recipe(fits.code(shown.spec[0], names), fits.IMPORTS),
        )  # fmt: skip
