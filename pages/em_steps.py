"""EM, step by step: every iteration of one run, played in the browser."""

import streamlit as st

from gmm_engine.figures import climb, model, rows
from pages._ui import exports, layout
from pages._ui.em_steps import em_run

ABOUT = layout.About(
    idea="""
Nobody knows which component made a row, nor what the components are; either would be easy if
the other were known. EM takes turns. The **E-step** keeps the components and gives every row a
share in each of them, its responsibilities: rows take the mix of the components' colours. The
**M-step** keeps the shares and moves every component to the weighted mean and covariance of its
rows. Each turn raises the likelihood or leaves it, so EM climbs to the top of a hill: not
always the highest. *k-means* is the same dance with hard shares and round groups of equal size.
""",
    formula=r"\ell = \frac{1}{n} \sum_{i=1}^{n} \log \sum_{j=1}^{k} "
    r"w_j\,\mathcal{N}(x_i \mid \mu_j, \Sigma_j)",
    python="""from gmm_engine.data.examples import EXAMPLES
from gmm_engine.trace import record

X = EXAMPLES["Geyser"].load().matrix()
run = record(X, 2, start=[[2, 90], [5, 45]])
print(run.bounds, run.means[-1])""",
)

with layout.page("em_steps", about=ABOUT) as screen:
    with screen.controls:
        source, spec = em_run.choose(screen)

    shown = em_run.record(screen, source, spec)
    walk, trace = shown.value, shown.value.trace

    with screen.results:
        em_run.play(screen, shown)
        em_run.told(walk)
        st.header("Where it ended", anchor=False)
        st.dataframe(walk.final().round(4), hide_index=True)
        end = model.Parts(trace.weights[-1], trace.means[-1], trace.covariances[-1])
        exports.offer(
            screen, shown.source,
            rows=walk.history,
            tables={"Components (CSV)": walk.final},
            model=walk.model.to_dict if walk.model else None,
            figures={
                "climb": shown.derive("climb", lambda: climb.climb(trace.bounds)),
                "end": shown.derive("end", lambda: rows.picture(walk.X, walk.names, end)),
            },
            recipe=exports.Recipe(shown.spec.code(), em_run.IMPORTS),
        )  # fmt: skip
