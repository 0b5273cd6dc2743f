"""How far some work is: as a value, and as a row on the page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages._ui.gate import TICK_SECONDS

QUIET_SECONDS = 0.3
DRAW_SECONDS = 0.25


@dataclass(frozen=True)
class Progress:
    """`fraction` from 0 to 1 (None: unknown), and what the work is doing, in words.

    `partial` is the result so far, if it is worth seeing: it is drawn while the work runs, and
    Stop keeps it.
    """

    fraction: float | None
    words: str
    partial: Any = None


class Preview:
    """Draws partial results in a slot, a few times a second."""

    def __init__(self, slot: Any, draw: Callable[[Any, Any], None]) -> None:
        self.slot, self.draw = slot, draw
        self.drawn = 0.0

    def show(self, partial: Any) -> None:
        """Draw, unless that was done a moment ago."""
        if time.monotonic() - self.drawn > DRAW_SECONDS:
            self.draw(self.slot, partial)
            self.drawn = time.monotonic()


class ProgressRow:
    """Shows progress with a Stop button, but only when the work outlasts a blink."""

    def __init__(
        self,
        slot: Any,
        key: str,
        stop: Callable[[], None],
        keep: Callable[[Any], None],
        preview: Preview | None,
        asked: bool,
    ) -> None:
        self.slot, self.key, self.stop, self.keep, self.preview = slot, key, stop, keep, preview
        self.started = self.last = time.monotonic()
        self.bar: Any = None
        self.asked = asked
        if asked:  # at once, in the room of the button that was pressed
            self._show(Progress(None, "Beginning"))

    def waiting(self, ahead: int) -> None:
        """Say how many jobs run before this one."""
        jobs = "1 job is" if ahead == 1 else f"{ahead} jobs are"
        self._show(Progress(None, f"Waiting: {jobs} ahead of yours."))

    def progress(self, step: Progress) -> None:
        """Update the bar a few times a second."""
        if step.partial is not None:
            self.keep(step.partial)
        now = time.monotonic()
        if now - self.last < TICK_SECONDS:
            return
        self.last = now
        if now - self.started > QUIET_SECONDS:
            self._show(step)
        else:
            st.session_state.get("_jobs")  # lets Streamlit end a superseded run here
        if self.preview is not None and step.partial is not None:
            self.preview.show(step.partial)

    def _show(self, step: Progress) -> None:
        if self.bar is None:
            # `studio.css` knows rows of work that nobody asked for, and lays them over the page.
            kind = "asked" if self.asked else "working"
            row = self.slot.container(key=f"{self.key}_{kind}", horizontal=True, vertical_alignment="center")
            self.bar = row.container(width="stretch").empty()
            row.button("Stop", key=self.key, on_click=self.stop, icon=":material/stop_circle:")
        self.bar.progress(
            min(max(step.fraction or 0.0, 0.0), 1.0), text=step.words.replace(" -", " \N{MINUS SIGN}")
        )
