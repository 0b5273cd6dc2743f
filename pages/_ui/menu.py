"""The one table of pages: names, titles and the question each page answers.

A page's name is its file name and its address. The menu, the home page's gallery, the
header of each page and the tests all read this table, so a new page is one new row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parents[1]
ICON = str(Path(__file__).parent / "static" / "icon.png")


@dataclass(frozen=True)
class Entry:
    """One page: `name` of its file, `title`, the `question` it answers, menu `section`, `icon`."""

    name: str
    title: str
    question: str
    section: str = ""
    icon: str = ":material/scatter_plot:"

    @property
    def path(self) -> Path:
        """The page's script."""
        return FOLDER / f"{self.name}.py"


PAGES: tuple[Entry, ...] = (
    Entry(
        "home",
        "GMM Studio",
        "Fit Gaussian mixtures to your own data, see what they learned, and take the result away.",
        icon=":material/home:",
    ),
    Entry(
        "synthetic_data",
        "Synthetic data",
        "Make data from a known mixture, and see how well a fit finds it again.",
        "Learn",
        ":material/casino:",
    ),
    Entry(
        "clustering",
        "Clustering",
        "Which groups does this table fall into, and how sure is each row of its group?",
        "Tables",
        ":material/workspaces:",
    ),
)


@cache
def entry(name: str) -> Entry:
    """The row of that name; KeyError if there is none."""
    return {row.name: row for row in PAGES}[name]


def page(row: Entry) -> st.Page:
    """Streamlit's page object, for the menu, links and `st.switch_page`."""
    default = row is PAGES[0]
    title = "Home" if default else row.title
    address = None if default else row.name
    return st.Page(row.path, title=title, icon=row.icon, url_path=address, default=default)


def sections() -> dict[str, list[st.Page]]:
    """The menu: pages by section, in the table's order."""
    menu: dict[str, list[st.Page]] = {}
    for row in PAGES:
        menu.setdefault(row.section, []).append(page(row))
    return menu
