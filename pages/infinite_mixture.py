"""Infinite mixture: a Dirichlet process empties the components that the rows do not need."""

import streamlit as st

from pages._ui import describe, exports, layout
from pages._ui.infinite_mixture import infinite, infinite_views

ABOUT = layout.About(
    idea="""
Instead of trying one number of components after the other, take more than anyone could need and
let a prior on the weights empty the rest. A **Dirichlet process** breaks a stick of length one:
each component takes a fraction of what is left, so that weights fall, and no end is needed. Its
**concentration** says how small the fractions are to be. The posterior is approximated by
independent parts (variational inference), whose lower bound rises at every step; with it comes a
probability for every number of used components. That approximation is overconfident, and
on rows that are not normal the number grows with the rows, as BIC's does (Rasmussen 2000; Blei and
Jordan 2006; Miller and Harrison 2014).
""",
    formula=r"w_j = v_j \prod_{l<j} (1 - v_l), \quad v_j \sim \mathrm{Beta}(1, \alpha), \qquad "
    r"p(x) = \sum_{j=1}^{\infty} w_j\,\mathcal{N}(x \mid \mu_j, \Sigma_j)",
    python="""from gmm_engine import BayesianGaussianMixture
from gmm_engine.data.examples import EXAMPLES

X = EXAMPLES["Geyser"].load().matrix()
model = BayesianGaussianMixture(n_components=12, weight_concentration_prior=0.1, max_iter=600).fit(X)
print(model.weights_.round(3))
print(model.used_components(X))  # probability of 0, 1, 2, ... used components""",
)

with layout.page("infinite_mixture", about=ABOUT) as screen:
    with screen.controls:
        source, spec = infinite.choose(screen)

    shown = infinite.infer(screen, source, spec)
    found = shown.value

    with screen.results:
        infinite_views.told(found)
        numbers = st.container(key="infinite_mixture_numbers")
        numbers.empty()  # without anything in it a container has no room on the page
        view = infinite_views.view_of(screen, shown)
        infinite_views.play(screen, shown, view)
        other = infinite_views.rival(screen, shown)
        with numbers:
            infinite_views.verdict(shown, other)
        drawn = infinite_views.counts(screen, shown, other, view)
        drawn |= infinite_views.sticks(screen, shown)
        exports.offer(
            screen, shown.source,
            rows=lambda: found.fit.labelled(shown.source.dataset.values),
            model=found.fit.model.to_dict,
            figures=drawn,
            tables={"Profiles (CSV)": lambda: describe.told(found.fit)},
            recipe=exports.Recipe(shown.spec.code(len(found.fit.X)), infinite.IMPORTS),
        )  # fmt: skip
