"""Resources: what to read, what the words mean, and the Python of every page."""

import streamlit as st

from pages._ui import layout, menu
from pages._ui.glossary import GLOSSARY
from pages._ui.reading import READING

with layout.page("resources", split=False) as screen:
    reading, words, python = st.tabs(["Reading", "Glossary", "Python"])

    with reading:
        for subject, references in READING.items():
            st.header(subject, anchor=False)
            st.markdown("\n".join(f"- {each.markdown()}" for each in references))

    with words:
        halves = st.columns(2, gap="large")
        for number, (word, meaning) in enumerate(GLOSSARY.items()):
            halves[2 * number // len(GLOSSARY)].markdown(f"**{word}**  \n{meaning}")

    with python:
        st.markdown(
            "The shortest Python that does what a page does. Under *Take away* each page also offers a "
            "script and a notebook that repeat exactly what it shows."
        )
        for row in menu.PAGES:
            about = layout.about_of(row)
            if about is not None and about.python:
                st.page_link(menu.page(row), label=f"**{row.title}**", icon=row.icon)
                layout.code(about.python)
