"""BIC selection: how many components, of which shape, and how sure one can be."""

import streamlit as st

from pages._ui import describe, exports, jobs, layout
from pages._ui.bic_selection import sweep_views, sweeps

ABOUT = layout.About(
    idea="""
More components always raise the likelihood, so the likelihood cannot choose. The Bayesian
information criterion charges for every parameter what it would gain by chance, and the cheapest
model wins. A family says what the components have in common: its three letters stand for
**volume, shape and orientation**, each *E*qual for all, *V*arying, or *I*dentity (round, or along
the axes). A difference in BIC below 2 is hardly worth mentioning, above 10 it is very strong
(Kass and Raftery 1995). mclust reports BIC and ICL with the opposite sign.
""",
    formula=r"\mathrm{BIC} = p \log n - 2 \sum_{i=1}^{n} \log \sum_{j=1}^{k} "
    r"w_j\,\mathcal{N}(x_i \mid \mu_j, \Sigma_j)",
    python="""from gmm_engine import select_model
from gmm_engine.data.examples import EXAMPLES

found = select_model(EXAMPLES["Geyser"].load().matrix(), range(1, 10))
print(found.table.head(10))
print(found.best_model.means_)""",
)

with layout.page("bic_selection", about=ABOUT) as screen:
    with screen.controls:
        source, spec, label = sweeps.choose_spec(screen)

    with screen.results:
        cost = spec.seconds(len(source.dataset.values))
        shown = jobs.result(
            screen, source, spec, lambda: spec.steps(source),
            seconds=0 if cost < sweeps.LIVE_SECONDS else cost, draw=sweep_views.so_far(screen, label),
        )  # fmt: skip
        found = shown.value
        st.markdown(sweeps.verdict(found, label))
        cell = sweep_views.pick(screen, shown, label)
        fit, picture = sweep_views.model(screen, shown, cell)
        curves = sweep_views.compared(screen, shown, label)
        merging = sweep_views.merged(screen, shown, cell, fit)
        sweep_views.bootstrap(screen, shown, cell)
        exports.offer(
            screen, shown.source,
            rows=lambda: fit.labelled(shown.source.dataset.values),
            model=fit.model.to_dict,
            figures={"model": picture, "curves": curves, **merging},
            tables={"Profiles (CSV)": lambda: describe.told(fit)},
            recipe=exports.Recipe(shown.spec.code(sweeps.CRITERIA[label]), sweeps.IMPORTS),
        )  # fmt: skip
