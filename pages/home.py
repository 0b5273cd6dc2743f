"""Where visitors arrive: one sentence, one drop zone, one card per page."""

import streamlit as st

from pages._ui import inputs, layout

with layout.page("home", split=False) as screen:
    drop_zone, tour = st.columns([1.3, 1], gap="large")
    with drop_zone:
        inputs.drop_zone(screen)
    with tour:
        st.markdown(
            "**In two minutes:** make rows from a known mixture under *Synthetic data* and watch the fit "
            "find it again; then drop a table of your own here. Every page starts with an example, "
            "answers each control at once, and ends with a file, a link or a few lines of Python to keep."
        )
    layout.gallery()
