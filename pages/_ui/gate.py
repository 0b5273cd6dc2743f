"""The gates before work that takes time: few slots, in the order of arrival, a fair share each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from gmm_engine.errors import BudgetError
from pages._ui.server.pace import Pace
from pages._ui.settings import SETTINGS, Settings

TICK_SECONDS = 0.1


class Gate:
    """Lets `slots` jobs run at a time, in the order they came; no visitor may fill the queue.

    Parameters
    ----------
    slots : jobs that run at the same time.
    limits : `visitor_jobs` and `visitor_jobs_a_minute`.
    """

    def __init__(self, slots: int, limits: Settings = SETTINGS) -> None:
        self.slots = slots
        self.limits = limits
        self.pace = Pace(limits.visitor_jobs_a_minute)
        self._queue: list[tuple[object, str]] = []
        self._moved = threading.Condition()

    def ahead(self, ticket: object) -> int:
        """How many must leave before `ticket` may run; 0 when it may."""
        with self._moved:
            place = next(i for i, (each, _) in enumerate(self._queue) if each is ticket)
            return max(0, place - self.slots + 1)

    @contextmanager
    def slot(self, waiting: Callable[[int], None], visitor: str = "") -> Iterator[None]:
        """Hold a slot; `waiting(n)` is called while n jobs are ahead, and may raise to leave.

        Raises
        ------
        BudgetError
            This `visitor` has too many jobs here, or started too many within a minute.
        """
        ticket = object()
        self._enter(ticket, visitor)
        try:
            while ahead := self.ahead(ticket):
                waiting(ahead)
                with self._moved:
                    self._moved.wait_for(lambda: self.ahead(ticket) < ahead, TICK_SECONDS)
            yield
        finally:
            with self._moved:
                self._queue = [row for row in self._queue if row[0] is not ticket]
                self._moved.notify_all()

    def _enter(self, ticket: object, visitor: str) -> None:
        with self._moved:
            own = sum(1 for _, whose in self._queue if visitor and whose == visitor)
            if own >= self.limits.visitor_jobs:
                raise BudgetError(
                    f"{own} of your jobs run or wait already, the most for one visitor here. "
                    "Wait until one is done, or stop it."
                )
            seconds = self.pace.wait(visitor) if visitor else 0.0
            if seconds:
                raise BudgetError(
                    f"You have started {self.pace.most} jobs within a minute, the most for one visitor here. "
                    f"Go on in {seconds:.0f} s."
                )
            self._queue.append((ticket, visitor))


@st.cache_resource(show_spinner=False)
def gate(long: bool) -> Gate:
    """The server's two gates: whoever moves a slider does not wait behind `long` work."""
    return Gate(SETTINGS.job_slots)
