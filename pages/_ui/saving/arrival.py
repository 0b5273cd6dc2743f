"""A visitor comes with a link to a saved result: bring its page back, or show what was saved.

If the result can be made again (an example, or the file was saved with it), the file joins
this visit's uploads, the controls get their values, and the page runs as it did for its
maker. Otherwise the saved figures and the model are shown in place of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from gmm_engine.errors import GMMError
from pages._ui import inputs, layout, menu, share, uploads
from pages._ui.plain import literal, tame
from pages._ui.saving import sharing, visitors
from pages._ui.uploads import Sent

if TYPE_CHECKING:
    from pages._ui.saving.snapshots import Snapshot


@dataclass(frozen=True)
class _Opened:
    """A saved result in this visit; `mine`: this visitor made it and may delete it."""

    snapshot: Snapshot
    until: str
    saved: str
    mine: bool


def shown() -> bool:
    """Whether a saved result is on screen, so that the page itself must not run."""
    token = st.query_params.get(share.SAVED)
    if token is None:
        return False
    known = st.session_state.setdefault("_opened", {})
    first = token not in known
    if first:
        known[token] = _open(token)
    opened = known[token]
    if isinstance(opened, str):
        st.error(opened, icon=":material/error:")
        return False
    snapshot = opened.snapshot
    if snapshot.live and first and set(st.query_params) == {share.SAVED}:
        query = {**snapshot.link, share.SAVED: token}
        st.switch_page(menu.page(menu.entry(snapshot.page)), query_params=query)
    _banner(token, opened)
    if snapshot.live:
        return False
    _view(opened)
    return True


def _open(token: str) -> _Opened | str:
    """What the token stands for, or why it cannot be shown; its files join the visit's uploads."""
    from pages._ui.saving.snapshots import unpack

    try:
        entry = sharing.shelf().get(token)
        snapshot = unpack(entry.document)
        files = list(zip_longest(entry.files, snapshot.roles[: len(entry.files)], fillvalue=""))
        for file, role in reversed(files):  # pages show the latest, which shall be the first
            if role:
                uploads.put_back(Sent(file.kind, file.name, file.content, role))
            else:
                inputs.of_upload(file.name, file.content, file.kind)
    except GMMError as problem:
        return str(problem)
    mine = entry.made_by(visitors.visitor())
    return _Opened(snapshot, sharing.day(entry.expires), sharing.day(entry.created), mine)


def _banner(token: str, opened: _Opened) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        kind = "You can change everything." if opened.snapshot.live else "Its data are not part of it."
        words = f"**A saved result** of {opened.saved}, kept until {opened.until}. {kind}"
        st.markdown(words, width="stretch")
        if opened.mine and st.button("Delete it", key="saved_delete", icon=":material/delete:"):
            problem = sharing.forget(token)
            if problem:
                st.error(problem, icon=":material/error:")
            else:
                del st.session_state["_opened"][token], st.query_params[share.SAVED]
                st.rerun()


def _view(opened: _Opened) -> None:
    """Numbers, figures, tables, model and Python of a result whose data were not saved."""
    from pages._ui import charts, exports, fits
    from pages._ui.report import Report

    snapshot = opened.snapshot
    row = menu.entry(snapshot.page)
    st.title(row.title, anchor=False)
    st.markdown(row.question)
    blank = st.container()
    screen = layout.Screen(f"saved_{row.name}", blank, blank, blank)
    fits.metrics([(_plain(label), *map(_plain, told)) for label, told in snapshot.numbers.items()])
    for name, (fig, alt) in snapshot.figures.items():
        charts.show(screen, name, fig, alt)
    for title, part in snapshot.tables.items():
        st.header(_plain(title), anchor=False)
        st.dataframe(pd.DataFrame(part.rows, columns=list(part.columns)), hide_index=True)
        if part.note:
            st.caption(part.note)
    kept = Report(
        row.name, figures=snapshot.figures, numbers=snapshot.numbers, tables=snapshot.tables,
        script=snapshot.script,
    )  # fmt: skip
    exports.saved(screen, kept, snapshot.model)
    if snapshot.script:
        layout.reproduce(screen.key("reproduce"), snapshot.script)
    st.page_link(menu.page(row), label=f"Open {row.title} with data of your own", icon=row.icon)


def _plain(text: str) -> str:
    """Text that came with the link, as it is: it may hold Markdown of somebody's column names."""
    return text if tame(text) else literal(text)
