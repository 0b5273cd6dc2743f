"""*Save and share*: what is on screen, kept behind an unguessable link that its maker can delete.

`exports.offer` puts the panel on every page. It is drawn when the page is complete, so that
everything on screen is saved. The database is asked only when a button is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_engine.errors import DataError, GMMError
from pages._ui import excerpt, report, share
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.saving import visitors
from pages._ui.settings import SETTINGS
from pages._ui.uploads import Sent

if TYPE_CHECKING:
    import pandas as pd

    from pages._ui.saving.shelf import Shelf
    from pages._ui.saving.snapshots import Snapshot

DEFAULT_FILE = Path(__file__).parents[3] / "saved" / "studio.db"
STORED = (
    "Stored are this page's settings, numbers, summary tables and figures with the points they draw, and "
    "the fitted model. "
    "Whoever has the link can see them, for {days:g} days; you can delete them earlier."
)
WITHOUT = "Without it, others see figures, numbers and model, but cannot change the settings."


@dataclass(frozen=True)
class Saved:
    """What this visit has saved: the token of its link, the page, until when."""

    token: str
    page: str
    until: str
    with_file: bool


@cache
def shelf() -> Shelf:
    """The server's one shelf. Its database packages load on first use only."""
    from pages._ui.saving.shelf import Shelf

    return Shelf(SETTINGS.database or f"sqlite:///{DEFAULT_FILE}", SETTINGS)


def offer(
    screen: Screen,
    source: Source,
    *,
    model: Callable[[], Mapping[str, Any]] | None,
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    script: str,
) -> None:
    """Reserve the panel's place; it is drawn when the page is complete."""
    made = partial(_made, screen, source, model, tables, script)
    screen.showing.finish = partial(_panel, screen, st.container(), source, made)


def day(seconds: float) -> str:
    """A date in words."""
    when = datetime.fromtimestamp(seconds, UTC)
    return f"{when.day} {when:%B %Y}"


def forget(token: str) -> str | None:
    """Delete what this visitor saved under `token`; returns what went wrong, if anything did."""
    try:
        shelf().remove(token, visitors.visitor())
    except GMMError as problem:
        return str(problem)
    mine = st.session_state.get("_saved", [])
    st.session_state["_saved"] = [saved for saved in mine if saved.token != token]
    return None


def _panel(
    screen: Screen,
    place: DeltaGenerator,
    source: Source,
    made: Callable[[tuple[Sent, ...]], Snapshot],
) -> None:
    with place, st.popover("Save and share", icon=":material/share:", key=screen.key("sharing")):
        st.markdown(STORED.format(days=SETTINGS.share_days))
        files = _files(screen, source)
        screen.showing.own = bool(files)
        with_files = _ask_for_files(screen, files)
        if st.button("Save", type="primary", key=screen.key("save")):
            try:
                _save(screen, made, files if with_files else ())
            except GMMError as problem:
                st.error(str(problem), icon=":material/error:")
        _list(screen)


def _files(screen: Screen, source: Source) -> tuple[Sent, ...]:
    """The visitor's files that the page is made of, then its others."""
    others = [sent for sent in screen.showing.others.values() if sent not in source.files]
    return (*source.files, *others)


def _ask_for_files(screen: Screen, files: tuple[Sent, ...]) -> bool:
    if not files:
        return False
    names = ", ".join(literal(sent.name) for sent in files)
    if any(sent.content is None for sent in files):
        st.caption(f"{names}: too large to be saved ({SETTINGS.share_megabytes:g} MB at most). {WITHOUT}")
        return False
    size = sum(len(sent.content or b"") for sent in files) / 1e3
    words = f"{size / 1e3:.1f} MB" if size > 1e3 else f"{size:.1f} kB"
    label = f"Store my {'file' if len(files) == 1 else 'files'} as well ({names}, {words})"
    return st.checkbox(label, key=screen.key("save_file"), help=WITHOUT)


def _made(
    screen: Screen,
    source: Source,
    model: Callable[[], Mapping[str, Any]] | None,
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    script: str,
    sent: tuple[Sent, ...],
) -> Snapshot:
    """What is on screen, as it is saved with the files `sent`."""
    from pages._ui.saving.snapshots import Snapshot

    return Snapshot(
        screen.name,
        share.spelled({**screen.link, **screen.showing.instead}),
        source.restorable and set(source.files) <= set(sent),
        screen.showing.charts,
        model() if model else None,
        script,
        tuple(file.role for file in sent),
        report.numbers(),
        excerpt.every(tables, rows=False),
    )


def _save(screen: Screen, made: Callable[[tuple[Sent, ...]], Snapshot], sent: tuple[Sent, ...]) -> None:
    from pages._ui.saving.shelf import DAY, File
    from pages._ui.saving.snapshots import pack

    if screen.showing.older:
        raise DataError("The result on screen belongs to previous settings or data: press Fit, then save.")
    files = [File(file.kind, file.name, file.content or b"") for file in sent]
    token = shelf().put(pack(made(sent)), files, visitors.visitor())
    until = day(shelf().now() + SETTINGS.share_days * DAY)
    st.session_state.setdefault("_saved", []).insert(0, Saved(token, screen.name, until, bool(files)))


def _list(screen: Screen) -> None:
    """What was saved from this page in this visit, each with its link and *Delete*."""
    for saved in [each for each in st.session_state.get("_saved", []) if each.page == screen.name]:
        with st.container(border=True):
            st.markdown(f"Saved {'with' if saved.with_file else 'without'} a file, until {saved.until}.")
            with st.container(horizontal=True):
                share.copy_saved(saved.page, saved.token)
                key = screen.key(f"delete_{saved.token[:8]}")
                pressed = st.button("Delete", key=key, icon=":material/delete:")
            if pressed:
                problem = forget(saved.token)
                if problem:
                    st.error(problem, icon=":material/error:")
                else:
                    st.rerun()
