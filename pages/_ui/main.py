"""Entry script: page settings, menu, and the page that was asked for.

`app.py` serves this file through `st.App`; it also runs by itself
(``streamlit run pages/_ui/main.py``) on hosts that do not know `st.App`.
"""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402

from pages._ui import menu  # noqa: E402
from pages._ui.saving import arrival  # noqa: E402
from pages._ui.server import warm  # noqa: E402

warm.start()
st.set_page_config(page_title=menu.TITLE, page_icon=menu.ICON, layout="wide")
st.html(Path(__file__).with_name("studio.css"))
st.logo(menu.ICON, size="large")
page = st.navigation(menu.sections(), expanded=True)
st.set_page_config(page_title=menu.tab(page.url_path))
if not arrival.shown():
    page.run()
