"""Handwritten digits: draw one, and see what a mixture per class thinks of it."""

import streamlit as st

from pages._ui import controls, exports, layout
from pages._ui.digits import digit_models, digit_teach, digit_views

ABOUT = layout.About(
    idea="""
Each digit has a mixture of its own, whose components are ways to write it. A picture belongs to the
digit whose mixture makes it likeliest. Three full covariances per digit have more numbers than
there are pictures to learn them from: the classic recipe learns its examples by heart. So every
covariance is shrunk towards that of all digits and towards a sphere in each M-step, on 40
principal directions, from pictures that are also turned, shifted and slanted a little. Every picture is read
twice, by its pixels and by the directions of its edges, which differ less from writer to writer. A
temperature found on pictures held out makes the probabilities true. A drawing is first centred,
brought to full height, straightened, and given the ink that the training digits have. *Your
characters* learns any signs from a few drawings of each.
""",
    formula=r"p(c \mid x) \propto \Bigl(\pi_c \sum_j w_{cj}\,"
    r"\mathcal{N}(x \mid \mu_{cj}, (1-a-b)\hat\Sigma_{cj} + aW + b\,\tfrac{\operatorname{tr} W}{p} I)"
    r"\Bigr)^{1/T}",
    python="""from sklearn.datasets import load_digits
from gmm_engine import MixtureClassifier

X, y = load_digits(return_X_y=True)
model = MixtureClassifier().fit(X, y)
print(model.predict_proba(X[:1]).round(3))""",
)
HELP = "The classic recipe fits three full components per digit, without any shrinkage."

DIGITS, OWN = "Digits", "Your characters"


def digits(screen: layout.Screen) -> None:
    """The readers of digits, and what they make of one."""
    with screen.controls:
        way = controls.choice(screen, "way", "Digit from", digit_views.WAYS)
        name = controls.choice(screen, "model", "Model", list(digit_models.MODELS), help=HELP)
    shown = digit_models.trained(screen, name)
    with screen.results:
        digit_views.asked(screen, shown.value, way)
        digit_views.held_out(screen, shown)
        digit_views.inside(screen, shown.value)
        if name == digit_models.CLASSIC:
            st.info("Why it reads so badly: 64 × 65 / 2 numbers per covariance, from about 60 pictures.")
        exports.offer(
            screen, shown.source,
            rows=lambda: digit_views.rows(shown.value),
            model=shown.value.model.to_dict,
            figures={key: fig for key, (fig, _) in screen.showing.charts.items()},
            recipe=digit_models.recipe(shown.spec),
        )  # fmt: skip


with layout.page("digits", about=ABOUT) as screen:
    with screen.controls:
        part = controls.choice(screen, "part", "Read", (DIGITS, OWN))
    (digits if part == DIGITS else digit_teach.show)(screen)
