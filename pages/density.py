"""Density: how probable every value is, alone or given others, and what missing cells hold."""

from pages._ui import controls, describe, exports, fits, inputs, layout
from pages._ui.density import conditional_views, density_views, holes

ABOUT = layout.About(
    idea="""
A mixture is a formula for the density of all columns together. Any question about
probabilities has its answer in it: some columns alone (a **marginal**), some columns when others
are known (a **conditional**, again a mixture, whose weights change with what is known), the
probability of an interval or a box, the **highest-density region**, which is the smallest one
that holds a given share, and what a missing cell probably holds.
""",
    formula=r"p(y \mid x) = \sum_{j=1}^{k} \frac{w_j\,\mathcal{N}(x \mid \mu_j^x, \Sigma_j^{xx})}"
    r"{\sum_l w_l\,\mathcal{N}(x \mid \mu_l^x, \Sigma_l^{xx})}\;\mathcal{N}\!\left(y \mid \mu_j^y + "
    r"\Sigma_j^{yx} (\Sigma_j^{xx})^{-1} (x - \mu_j^x),\ \Sigma_j^{y \mid x}\right)",
    python="""from gmm_engine import select_model
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.density import highest_density_intervals, modes

model = select_model(EXAMPLES["Geyser"].load().matrix()).best_model
waiting = model.marginal([1])
print(waiting.quantile([0.05, 0.95]), highest_density_intervals(waiting, 0.9))
print(model.condition({0: 4.5}).means_, modes(model)[0])""",
)
QUESTIONS = ("Density", "Conditional", "Missing cells")

with layout.page("density", about=ABOUT) as screen:
    with screen.controls:
        source = inputs.table(screen, default="Geyser")
        columns = controls.numeric_columns(screen, source.dataset)
        question = controls.choice(screen, "question", "Question", QUESTIONS)
        if question == "Missing cells":
            source = holes.hidden(screen, source, columns)
        spec = controls.mixture(screen, auto=True)

    shown = fits.mixture(screen, source, spec, columns)

    with screen.results:
        fits.told(shown.value, shown.spec[0])
        if question == "Density":
            answer = density_views.density(screen, shown)
        elif question == "Conditional":
            answer = conditional_views.conditional(screen, shown)
        else:
            answer = holes.filled(screen, shown)
        fits.summary(shown.value)
        exports.offer(
            screen, shown.source,
            rows=answer.rows,
            model=shown.value.model.to_dict,
            figures=answer.figures,
            tables={"Profiles (CSV)": lambda: describe.told(shown.value)},
            recipe=exports.Recipe(
                f"{fits.code(*shown.spec)}\n{answer.body}", (*fits.imports(shown.spec[0]), *answer.imports)
            ),
        )  # fmt: skip
