"""The frame of every page: header, folded explanation, controls, results, error boundary.

    with layout.page("clustering", about=ABOUT) as screen:
        with screen.controls:
            ...inputs and controls
        with screen.results:
            ...figures and take-away

Title and question come from the menu's table. `screen` is passed to everything in
`inputs`, `controls`, `jobs` and `exports`: it knows the page's name, so keys and link
parameters get their prefix, and it collects what the link has to carry.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeVar

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_engine.errors import GMMError
from pages._ui import menu, report, share, uploads
from pages._ui.plain import literal
from pages._ui.server import incidents, warm
from pages._ui.uploads import Sent

Value = TypeVar("Value")


@dataclass(frozen=True)
class About:
    """What the folded panel says: the `idea` in words, the `formula` (LaTeX), the shortest `python`."""

    idea: str
    formula: str = ""
    python: str = ""


@dataclass
class Showing:
    """What one run of a page has on screen, for those who want to keep it.

    Attributes
    ----------
    charts : name -> (figure, what it shows in words).
    instead : parameters of the link that a saved result has to change, such as *Camera* to *Upload*.
    older : a result of previous settings is shown.
    others : the visitor's other files on the page, by the keys of their uploaders.
    own : a file of the visitor's is what the page is made of, so that its link does not carry all.
    sent : the first changed figure has gone to the browser.
    finish : called when the page is complete.
    """

    charts: dict[str, tuple[go.Figure, str]] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    older: bool = False
    own: bool = False
    sent: bool = False
    others: dict[str, Sent] = field(default_factory=dict)
    finish: Callable[[], None] | None = None


@dataclass
class Screen:
    """One page during one run.

    Attributes
    ----------
    name : the page's name; prefix of its keys.
    controls, results : containers, left and right (one above the other on a phone).
    status : the place above the results where progress and messages appear.
    link : values the page's link carries, by full parameter name.
    showing : what is on screen.
    """

    name: str
    controls: DeltaGenerator
    results: DeltaGenerator
    status: DeltaGenerator
    link: dict[str, Any] = field(default_factory=dict)
    showing: Showing = field(default_factory=Showing)

    def key(self, name: str) -> str:
        """The widget key and link parameter of a control: page name, underscore, `name`."""
        return f"{self.name}_{name}"

    def keep(self, name: str, value: Value) -> Value:
        """Note a control's value for the link, and hand it back."""
        self.link[self.key(name)] = value
        return value

    def problem(self, sentence: object, place: DeltaGenerator | None = None) -> None:
        """Show what went wrong, above the results or in `place`."""
        (place or self.status).error(literal(str(sentence)), icon=":material/error:")


@contextmanager
def page(name: str, about: About | None = None, *, split: bool = True) -> Iterator[Screen]:
    """Header and columns of the page `name`; expected errors become sentences.

    Without `split` the page has one wide column, and `screen.results` is it.

    Only `GMMError` is caught: anything else is a bug, which `report_bug` logs.
    """
    row = menu.entry(name)
    header = st.container(
        horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="header"
    )
    header.title(row.title, anchor=False, width="content")
    link_slot = header.container(width="content")
    st.markdown(row.question)
    if about is not None:
        folded(f"{name}_about", "How it works", partial(_explain, about), ":material/menu_book:")
    report.forget_numbers()
    left, right = _halves() if split else (st.container(),) * 2
    status = right.container(key="status")
    screen = Screen(name, left.container(), right.container(), status)
    try:
        yield screen
        if screen.showing.finish is not None:
            screen.showing.finish()
    except GMMError as problem:
        screen.problem(problem)
        screen.showing.own |= "Upload" in screen.link.values() and bool(uploads.visit().kinds)
    if screen.link:
        with link_slot:
            share.copy_link(screen.name, screen.link, own=screen.showing.own)
    warm.settle(name)


def _halves() -> list[DeltaGenerator]:
    """Controls and results; `studio.css` knows them by the key."""
    return st.container(key="halves").columns([1, 2.6], gap="large")


def folded(key: str, label: str, show: Callable[[], object], icon: str | None = None) -> None:
    """A panel whose content is made, sent and drawn only once it is opened."""

    @st.fragment
    def panel() -> None:
        with st.expander(label, key=key, icon=icon, on_change="rerun") as box:
            if box.open:
                show()

    panel()


def code(text: str) -> None:
    """Python, to read and to copy."""
    st.code(text, language="python", wrap_lines=True)  # a block that scrolls sideways takes no keys


def reproduce(key: str, script: str) -> None:
    """The panel with the Python that repeats the page."""
    folded(key, "Reproduce in Python", partial(code, script), ":material/code:")


def gallery() -> None:
    """A card for every other page, with its picture."""
    with st.container(key="gallery"), st.grid("auto", min_column_width=260, gap="medium"):
        for row in filter(lambda row: row.card, menu.PAGES):
            with st.container(border=True, height="stretch"):
                picture = menu.picture(row)
                if picture:
                    st.markdown(picture, unsafe_allow_html=True)
                st.page_link(menu.page(row), label=f"**{row.title}**", icon=row.icon)
                st.caption(row.question)


@cache
def about_of(row: menu.Entry) -> About | None:
    """What the page of that row says about itself, read from its text without running it."""
    for node in ast.walk(ast.parse(row.path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("About"):
            return About(**{part.arg: ast.literal_eval(part.value) for part in node.keywords if part.arg})
    return None


def _explain(about: About) -> None:
    st.markdown(about.idea)
    if about.formula:
        st.latex(about.formula)
    if about.python:
        code(about.python)


def report_bug(problem: Exception) -> bool:
    """Log an unexpected exception under a short incident id and show only the id."""
    incident = incidents.record(problem)
    st.error(
        f"Something went wrong on our side (incident {incident}). Your data is still here: "
        "change a control or reload the page to go on.",
        icon=":material/error:",
    )
    return True
