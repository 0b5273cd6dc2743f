"""Where visitors arrive: one sentence, one drop zone, one card per page."""

import streamlit as st

from pages._ui import menu

row = menu.entry("home")
st.title(row.title, anchor=False)
st.markdown(row.question)

with st.grid("auto", min_column_width=240):
    for other in menu.PAGES[1:]:
        with st.container(border=True, height="stretch"):
            st.page_link(menu.page(other), label=f"**{other.title}**", icon=other.icon)
            st.caption(other.question)
