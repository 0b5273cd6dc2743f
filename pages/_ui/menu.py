"""The one table of pages: names, titles and the question each page answers.

A page's name is its file name and its address. The menu, the home page's gallery, the
header of each page and the tests all read this table, so a new page is one new row.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parents[1]
TITLE = "GMM Studio"
ICON = str(Path(__file__).parent / "static" / "icon.png")


@dataclass(frozen=True)
class Entry:
    """One page.

    Attributes
    ----------
    name : of its file, and its address.
    title, question : header of the page and text of its card.
    section, icon : where and how the menu shows it.
    opens : kinds of data that the home page's drop zone brings here.
    card : whether the home page shows it with a picture.
    """

    name: str
    title: str
    question: str
    section: str = ""
    icon: str = ":material/scatter_plot:"
    opens: tuple[str, ...] = ()
    card: bool = True

    @property
    def path(self) -> Path:
        """The page's script."""
        return FOLDER / f"{self.name}.py"


PAGES: tuple[Entry, ...] = (
    Entry(
        "home",
        TITLE,
        "Fit Gaussian mixtures to your own data, see what they learned, and take the result away.",
        icon=":material/home:",
        card=False,
    ),
    Entry(
        "synthetic_data",
        "Synthetic data",
        "Make rows of a known mixture and find it again, or rows like your own: how alike are they?",
        "Learn",
        ":material/casino:",
    ),
    Entry(
        "em_steps",
        "EM, step by step",
        "How does a mixture find its components? Watch every step, beside k-means.",
        "Learn",
        ":material/steps:",
    ),
    Entry(
        "bic_selection",
        "BIC selection",
        "How many components, of which shape, and how sure can one be?",
        "Learn",
        ":material/grid_view:",
    ),
    Entry(
        "infinite_mixture",
        "Infinite mixture",
        "Which components do the rows need, if there may be any number of them?",
        "Learn",
        ":material/all_inclusive:",
    ),
    Entry(
        "clustering",
        "Clustering",
        "Which groups does this table fall into, and how sure is each row of its group?",
        "Tables",
        ":material/workspaces:",
        opens=("table",),
    ),
    Entry(
        "density",
        "Density",
        "How probable is every value, alone or given others, and what do missing cells hold?",
        "Tables",
        ":material/area_chart:",
    ),
    Entry(
        "anomalies",
        "Anomalies",
        "Which rows do not belong, which of their values are to blame, and what would be ordinary?",
        "Tables",
        ":material/troubleshoot:",
    ),
    Entry(
        "reduction",
        "Dimension reduction",
        "Which few coordinates keep what sets the rows apart, and how sure is each row's place?",
        "Tables",
        ":material/compress:",
    ),
    Entry(
        "segmentation",
        "Image segmentation",
        "Which regions does this picture consist of, and can one of them be lifted out?",
        "Pictures and video",
        ":material/image:",
        opens=("image",),
    ),
    Entry(
        "digits",
        "Digits",
        "Draw a digit: how does a mixture per class read it, and how sure can one be?",
        "Pictures and video",
        ":material/draw:",
    ),
    Entry(
        "background",
        "Background",
        "What moves in this film, and what does the scene look like without it?",
        "Pictures and video",
        ":material/motion_photos_on:",
        opens=("video",),
    ),
    Entry(
        "speech",
        "Speech",
        "Which sounds, words and vowels are in a recording? Teach it your own voice.",
        "Series and sound",
        ":material/mic:",
        opens=("audio",),
    ),
    Entry(
        "time_series",
        "Time series",
        "Which regimes does this series go through, which rows are strange, and what comes next?",
        "Series and sound",
        ":material/show_chart:",
    ),
    Entry(
        "resources",
        "Resources",
        "What to read, what the words mean, and every page in a few lines of Python.",
        "More",
        ":material/library_books:",
        card=False,
    ),
)

_made: dict[str, st.Page] = {}


@cache
def entry(name: str) -> Entry:
    """The row of that name; KeyError if there is none."""
    return {row.name: row for row in PAGES}[name]


def tab(name: str) -> str:
    """What the browser calls the page at the address `name`; the app's name for all others.

    Examples
    --------
    >>> tab("density"), tab("")
    ('Density · GMM Studio', 'GMM Studio')
    """
    row = next((row for row in PAGES[1:] if row.name == name), None)
    return TITLE if row is None else f"{row.title} · {TITLE}"


def page(row: Entry) -> st.Page:
    """Streamlit's page object, for the menu, links and `st.switch_page`.

    Every run of a script takes its own, a copy: making one looks for the file on the disk.
    """
    if row.name not in _made:
        _made[row.name] = _new_page(row)
    return copy(_made[row.name])


def _new_page(row: Entry) -> st.Page:
    default = row is PAGES[0]
    title = "Home" if default else row.title
    address = None if default else row.name
    return st.Page(row.path, title=title, icon=row.icon, url_path=address, default=default)


def picture(row: Entry) -> str | None:
    """The picture for the page's card as HTML, in the reader's theme; None while it has none."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    file = f"cards/{row.name}-{theme}.png"
    if not (FOLDER / "_ui" / "static" / file).exists():
        return None
    return (
        f'<img class="card-picture" src="./app/static/{file}" width="560" height="315" '
        f'alt="A figure of the page {row.title}">'
    )


def opener(kind: str) -> Entry | None:
    """The page that opens a dropped file of this kind, if there is one."""
    return next((row for row in PAGES if kind in row.opens), None)


def sections() -> dict[str, list[st.Page]]:
    """The menu: pages by section, in the table's order."""
    menu: dict[str, list[st.Page]] = {}
    for row in PAGES:
        menu.setdefault(row.section, []).append(page(row))
    return menu
