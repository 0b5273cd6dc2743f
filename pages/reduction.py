"""Dimension reduction: few coordinates for many columns, by four methods, with their uncertainty."""

from pages._ui import exports, layout
from pages._ui.reduction import reduction_views, reductions

ABOUT = layout.About(
    idea="""
A mixture can reduce a table in more than one way. **Responsibilities**: the probabilities of its
components are coordinates. **GMMDR**: the directions along which the components differ most for
the rows' own spread (Scrucca 2010). **Mixture of PCA**: every component is a plane of its own in
noise; a row is put where it lies on the planes, and seen along their common principal directions
(Tipping and Bishop 1999). **PCA** has one plane for all rows. An ellipse says how unsure the model
is: of the row's component (responsibilities, GMMDR), of the row without its noise (the others). The
way back is the mixture's expectation given the coordinates, so it may be curved; that of PCA is flat.
""",
    formula=r"M = \sum_j w_j (\mu_j-\mu)(\mu_j-\mu)^{\!\top}\Sigma^{-1}(\cdot), \quad"
    r" M\beta_i = l_i \Sigma \beta_i, \qquad"
    r" x = \mu_j + W_j z + \varepsilon,\; z \sim \mathcal{N}(0, I),"
    r"\; \varepsilon \sim \mathcal{N}(0, \sigma_j^2 I)",
    python="""from gmm_engine import MixtureReducer
from gmm_engine.data import read_table

X = read_table("my_table.csv").matrix()
model = MixtureReducer("gmmdr", scale="auto").fit(X)
places, deviations = model.transform(X, return_std=True)
print(places[:5], deviations[:5], model.explained_variance_ratio_)""",
)

with layout.page("reduction", about=ABOUT) as screen:
    with screen.controls:
        source = reductions.source(screen)
        spec = reductions.asked(screen, source)
        look = reduction_views.asked(screen, source)

    shown = reductions.reduced(screen, source, spec)
    found = shown.value

    with screen.results:
        reduction_views.notes(found)
        row = reduction_views.pick(screen, found)
        figures = reduction_views.side_by_side(screen, shown, look, row)
        reduction_views.quality(shown, look)
        figures |= reduction_views.variance(screen, shown)
        figures |= reduction_views.one_row(screen, shown, row)
        exports.offer(
            screen, shown.source,
            rows=lambda: found.placed(shown.source.dataset.values),
            model=found.to_dict,
            figures=figures,
            recipe=exports.Recipe(shown.spec.code(), reductions.IMPORTS),
        )  # fmt: skip
