"""Synthetic data: rows of a known mixture and what a fit makes of them, or rows like one's own."""

from pages._ui import controls, layout
from pages._ui.synthetic_data import like_views, made

ABOUT = layout.About(
    idea="""
A Gaussian mixture makes a row in two steps: it picks component $j$ with probability $w_j$,
then draws the row from that component's normal distribution. Fitting goes the other way:
from the rows alone it estimates weights, means and covariances. Rows **of known truth** are
generated, so true and estimated parameters can be compared. Rows **like mine** are drawn from
mixtures fitted to your table, one for each category; integers stay integers, columns without
negative values get none, and three tests say whether the new rows can be told from yours.
""",
    formula=r"p(x) = \sum_{j=1}^{k} w_j \, \mathcal{N}(x \mid \mu_j, \Sigma_j)",
    python="""from gmm_engine import GaussianMixture, RowMaker
from gmm_engine.data import generate
from gmm_engine.data.examples import EXAMPLES

data = generate.anisotropic_blobs(1000, random_state=0)
model = GaussianMixture(3, random_state=0).fit(data.matrix())
print(model.weights_, model.means_)
print(RowMaker().fit(EXAMPLES["Penguins"].load().values).draw(5))""",
)
WAYS = ("Known truth", "Like mine")

with layout.page("synthetic_data", about=ABOUT) as screen:
    with screen.controls:
        way = controls.choice(screen, "way", "Rows", WAYS)
    if way == WAYS[0]:
        made.show(screen)
    else:
        like_views.show(screen)
