"""Segments of a picture by mixtures of colours, and objects cut out of it."""

import streamlit as st

from pages._ui import controls, exports, layout
from pages._ui.segmentation import cutting, pictures, segment_views

ABOUT = layout.About(
    idea="""
Every pixel is a point in a space of colours, and every segment is a Gaussian there.
**Connected regions** start from a thousand small patches; the two neighbours whose Gaussian
describes them together most briefly are merged, until a longer description would result.
**Equal colours** fits one mixture to all pixels; a Markov random field makes neighbours agree.
**Cutting out an object** fits one mixture to the object and one to the background, and finds the
border that is cheapest to cut, in turns.
""",
    formula=r"\Delta_{ij} = h(i \cup j) - h(i) - h(j) - \tfrac12 p \log n - \gamma\,\ell_{ij} e^{-c_{ij}},"
    r"\qquad h(R) = \tfrac{n_R}{2} \log |\Sigma_R| - \lambda\, n_R \log \tfrac{n_R}{n}",
    python="""from gmm_engine import cut_out, segment_image
from gmm_engine.data import read_image

picture = read_image("my_photo.jpg")
print(segment_image(picture).palette)
mask = cut_out(picture, box=(100, 50, 400, 300))""",
)

with layout.page("segmentation", about=ABOUT) as screen:
    with screen.controls:
        source = pictures.source(screen)
        task = controls.choice(screen, "task", "What to do", pictures.TASKS)

    if task == pictures.TASKS[0]:
        with screen.controls:
            spec = pictures.asked(screen)
        shown = pictures.found(screen, source, spec)
        with screen.results:
            chosen = segment_views.picture(screen, shown)
            bars = segment_views.palette(screen, shown, chosen)
            segment_views.one(shown, chosen)
            cloud = segment_views.cloud(screen, shown)
            result = shown.value
            exports.offer(
                screen, shown.source,
                rows=lambda: segment_views.table(result),
                model=result.model.to_dict,
                figures={"palette": bars, "cloud": cloud},
                files=segment_views.files(shown.value, chosen),
                recipe=exports.Recipe(shown.spec.code(), ("from gmm_engine import segment_image",)),
            )  # fmt: skip
    else:
        with screen.controls:
            cut = cutting.asked(screen, source)
        with screen.results:
            left, right = st.columns(2)
            with left:
                cutting.pad(screen, source, cut)
        shown_cut = cutting.found(screen, source, cut)
        with right:
            cutting.result(shown_cut)
        with screen.results:
            files, recipe = cutting.files(shown_cut), cutting.recipe(shown_cut)
            exports.offer(screen, shown_cut.source, files=files, recipe=recipe)
