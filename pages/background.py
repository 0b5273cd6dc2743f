"""What moves in a film: an adaptive mixture for every pixel."""

from pages._ui import exports, layout
from pages._ui.background import film, film_views

ABOUT = layout.About(
    idea="""
Every pixel keeps a small Gaussian mixture of the colours it has shown. Modes that were there
most of the time are the **background**: a leaf that sways has two or three, a wall has one. A
colour far from all of them is **foreground**; one that is a background colour, only darker, is
a **shadow**. Each frame moves the mixture a little (the learning rate), and modes that are
seldom met lose their weight and go, so the number of modes adapts to each pixel. Around that
core neighbours vote on the mask, holes are filled, a shaking camera is held still, and what
stands still is kept as an object, unless its outline shows it to be a *ghost*: the place that
an object left.
""",
    formula=r"p(x) = \sum_{m=1}^{M} w_m\,\mathcal{N}(x \mid \mu_m, \sigma_m^2 I),\qquad "
    r"w_m \leftarrow w_m + \alpha\,(o_m - w_m) - \alpha c_T",
    python="""import numpy as np
from gmm_engine import BackgroundModel
from gmm_engine.data import read_video

film = read_video("my_film.mp4")
model = BackgroundModel()
masks = np.stack([model.apply(frame) for frame in film.values])
print((masks == 255).mean(), model.background.shape, model.n_modes.max())""",
)

with layout.page("background", about=ABOUT) as screen:
    with screen.controls:
        source = film.source(screen)
        spec = film.asked(screen)

    shown = film.found(screen, source, spec)

    with screen.results:
        film_views.play(screen, shown)
        film_views.told(shown)
        figure = film_views.activity(screen, shown)
        dataset = shown.source.dataset
        exports.offer(
            screen, shown.source,
            rows=lambda: film.table(dataset, shown.value),
            model=lambda: shown.value.parameters,
            figures={"activity": figure},
            files=film_views.files(shown),
            recipe=exports.Recipe(film.code(dataset, shown.spec), film.IMPORTS),
        )  # fmt: skip
