"""A visitor without a browser."""

from __future__ import annotations

import json
import re

from streamlit.testing.v1 import AppTest

from pages._ui import menu

ENTRY = menu.FOLDER / "_ui" / "main.py"


def visit(name: str, **query: str) -> AppTest:
    """The page of that name as a new visitor sees it; `query` is its link's parameters."""
    page = AppTest.from_file(ENTRY, default_timeout=60)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    return page if name == menu.PAGES[0].name else page.switch_page(f"../{name}.py").run()


def sentences(page: AppTest) -> list[str]:
    """What the page complains about, in words as they are read."""
    return [re.sub(r"\\(?=[^\w\s])", "", problem.value) for problem in page.error]


def answered(page: AppTest) -> str:
    """What the page has read in a drawing: the sentence and the note beside it."""
    parts = [part.proto for part in page.get("bidi_component")]
    found = [json.loads(part.json) for part in parts if part.component_name == "gmm_studio.answer"]
    return " ".join("".join(each["said"]) + " " + each["note"] for each in found)
