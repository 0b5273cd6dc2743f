"""Work that takes time: a gate with few slots, progress, Stop, and the last result kept.

    shown = jobs.result(screen, source, spec, lambda: fit(source.matrix(), spec))

`work` is a generator function: it yields `Progress` as it goes and returns the result.
The result is kept under (page, name, data, spec), so asking again costs nothing. Draw from
``shown.value``, ``shown.source`` and ``shown.spec``: when a new fit waits for *Fit*, was
stopped or failed, they are the previous ones together, and ``shown.older`` is true.

Every progress update is a point where Streamlit may end the run: pressing Stop, moving a
control and closing the tab all end the work there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Hashable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from gmm_engine.errors import BudgetError, GMMError
from pages._ui import appetite, cache
from pages._ui.gate import Gate, gate
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.progress import Preview, Progress, ProgressRow
from pages._ui.saving import visitors
from pages._ui.settings import MEGABYTE, SETTINGS

__all__ = ["Progress", "Shown", "result"]

Value = TypeVar("Value")
Derived = TypeVar("Derived")
BLINK_SECONDS = 0.1  # work that is over before a place in a queue could be shown


@dataclass(frozen=True)
class Shown(Generic[Value]):
    """A result with the data and spec it was made from; `older` if the controls have moved on.

    `partial` if the work was stopped and this is what there is.
    """

    value: Value
    source: Source
    spec: Any
    key: Hashable
    older: bool = False
    partial: bool = False

    def derive(self, name: Hashable, make: Callable[[], Derived]) -> Derived:
        """Something quick made from the result, such as a figure: made once, then remembered.

        `name` holds everything it depends on besides the result.
        """
        if self.partial:
            return make()
        return cache.remembered(self.source.public, (self.key, name), make)


@dataclass
class _Job:
    """What one page remembers of one job between runs; the last result itself is in the store only."""

    last: tuple[Hashable, Source, Any] | None = None
    stopped: Hashable = None
    asked: Hashable = None
    partial: tuple[Hashable, Any] = (None, None)

    @property
    def shown(self) -> Shown[Any] | None:
        """The last result, marked as older; None if there is none or the store let it go."""
        if self.last is None:
            return None
        key, source, spec = self.last
        value = cache.store(source.public).get(key)
        return None if value is None else Shown(value, source, spec, key, older=True)


Work = Callable[[], Generator[Progress, None, Value]]


def result(
    screen: Screen,
    source: Source,
    spec: Hashable,
    work: Work[Value],
    *,
    name: str = "fit",
    seconds: float = 0,
    memory: float | None = None,
    draw: Callable[[Any, Value], None] | None = None,
) -> Shown[Value]:
    """The stored result, a new one, or the previous one with a *Fit* button.

    Parameters
    ----------
    spec : everything the result depends on besides the data; hashable.
    work : generator function that yields `Progress` and returns the result.
    name : tells several jobs of a page apart.
    seconds : how long the work will take, roughly; above `live_seconds` it waits for *Fit*.
    memory : bytes the work will take, roughly; None for what is usual for such data.
    draw : ``draw(slot, partial)`` shows a partial result that the work yields, in a slot where
        `result` is called; Stop then keeps the last one.

    Raises
    ------
    GMMError
        What the work raised, if there is no previous result to keep on screen.
    """
    key = (screen.name, name, source.key, spec)
    job = _job(screen, name)
    value = cache.store(source.public).get(key)
    preview = None if draw is None else Preview(st.empty(), draw)
    if value is None and job.stopped == key == job.partial[0]:
        _ask(screen, job, key, name, "Go on", "Stopped. Below is what was found until then.")
        return Shown(job.partial[1], source, spec, key, partial=True)
    if value is None and _must_ask(job, key, source, seconds):
        return _previous(screen, job, key, name, source)
    if value is None:
        try:
            needed = appetite.usual(source.dataset) if memory is None else memory
            appetite.check(needed)
            long = seconds > SETTINGS.live_seconds or needed > SETTINGS.live_megabytes * MEGABYTE
            lane = None if 0 < seconds < BLINK_SECONDS and not long else gate(long)
            known = lambda: cache.store(source.public).get(key)  # noqa: E731
            value = _compute(screen, job, key, name, work, preview, lane, known)
        except GMMError as problem:
            previous = job.shown
            if previous is None:
                raise
            screen.problem(f"{problem} {_belongs(previous, source)}")
            screen.showing.older = True
            return previous
        cache.store(source.public).put(key, value)
        job.partial = (None, None)
    job.last = (key, source, spec)
    return Shown(value, source, spec, key)


def _job(screen: Screen, name: str) -> _Job:
    jobs = st.session_state.setdefault("_jobs", {})
    return jobs.setdefault((screen.name, name), _Job())


def _must_ask(job: _Job, key: Hashable, source: Source, seconds: float) -> bool:
    """Slow work waits for *Fit* when a control moves; who brings a file wants its result."""
    slow, previous = seconds > SETTINGS.live_seconds and job.asked != key, job.shown
    return job.stopped == key or (slow and previous is not None and not _brought(source, previous))


def _brought(source: Source, previous: Shown[Any]) -> bool:
    """Whether the data are a visitor's own, and others than before."""
    return not source.public and source.key != previous.source.key


def _belongs(previous: Shown[Any], source: Source) -> str:
    """What the result that stays on screen was made from."""
    if _brought(source, previous):
        return f"The result below is that of {literal(previous.source.dataset.name)}."
    return "The result below is from the previous settings."


def _previous(screen: Screen, job: _Job, key: Hashable, name: str, source: Source) -> Shown[Any]:
    """Keep the previous result, if there is one, and offer to start the work."""
    stopped, previous = "Stopped. " if job.stopped == key else "", job.shown
    words = _belongs(previous, source) if previous else "There is no result yet."
    _ask(screen, job, key, name, "Fit", stopped + words)
    screen.showing.older = True
    return st.stop() if previous is None else previous


def _ask(screen: Screen, job: _Job, key: Hashable, name: str, label: str, words: str) -> None:
    """Offer to start the work."""

    def go() -> None:
        job.asked, job.stopped = key, None

    with screen.status.container(horizontal=True, vertical_alignment="center"):
        st.button(label, type="primary", key=f"{screen.key(name)}_go", on_click=go)
        st.markdown(words, width="stretch")


def _compute(
    screen: Screen,
    job: _Job,
    key: Hashable,
    name: str,
    work: Work[Value],
    preview: Preview | None,
    lane: Gate | None,
    known: Callable[[], Value | None],
) -> Value:
    """Drain the work behind its gate, if it has one, showing progress once it takes longer than a blink.

    Whoever waited may find that the result is `known` by then: several visitors open one example.
    """

    def stop() -> None:
        job.stopped, job.asked = key, None

    def keep(partial: Value) -> None:
        job.partial = (key, partial)

    slot = screen.status.empty()
    report = ProgressRow(slot, f"{screen.key(name)}_stop", stop, keep, preview, job.asked == key)
    place = nullcontext() if lane is None else lane.slot(report.waiting, visitors.visitor())
    with place:
        value = known()
        value = _drain(work(), report) if value is None else value
    slot.empty()
    if preview is not None:
        preview.slot.empty()
    return value


def _drain(steps: Generator[Progress, None, Value], report: ProgressRow) -> Value:
    """Run a generator to its end and return what it returns."""
    end = time.monotonic() + SETTINGS.job_seconds
    while True:
        try:
            step = next(steps)
        except StopIteration as finished:
            return finished.value
        report.progress(step)
        if time.monotonic() > end:
            raise BudgetError(
                f"The work was ended after {SETTINGS.job_seconds:.0f} s, the limit of this server. "
                "Try fewer rows, columns or components."
            )
