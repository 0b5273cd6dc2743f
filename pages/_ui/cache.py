"""Results that were computed already: one bounded store per visitor, one for the examples.

A page rarely calls this: `jobs.result` asks the store, computes what is absent, and puts
it here when complete. For something derived that is quick to make but not free (a figure,
a table), a page calls ``shown.derive("scatter", lambda: figure(...))``.

Keys hold the digest of the data and a frozen spec, never the data. Values are frozen:
their arrays become read-only, so no page can change what another run will read.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from gmm_engine.figures.spelling import spelled
from pages._ui.ledger import LEDGER, Ledger
from pages._ui.settings import MEGABYTE, SETTINGS

Value = TypeVar("Value")
LONG_LIST = 64


class Store:
    """Least-recently-used values within a byte budget; safe for many threads.

    Parameters
    ----------
    ledger : counts what all visitors keep together, and may ask for room.
    budget : bytes of arrays kept. A single value above it is kept until the next one comes.
    """

    def __init__(self, budget: int, ledger: Ledger | None = None) -> None:
        self.budget = budget
        self.used = 0
        self._values: OrderedDict[Hashable, tuple[Any, int, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._ledger = ledger
        if ledger is not None:
            ledger.join(self)

    def get(self, key: Hashable) -> Any | None:
        """The value of that key, or None."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values[key] = (*found[:2], time.monotonic())
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value) -> Value:
        """Freeze and keep `value`; the values used longest ago make room."""
        size = freeze(value)
        now = time.monotonic()
        with self._lock:
            self.used += size - self._values.pop(key, (None, 0))[1]
            self._values[key] = (value, size, now)
            while self.used > self.budget and len(self._values) > 1:
                self.used -= self._values.popitem(last=False)[1][1]
        if self._ledger is not None:
            self._ledger.settle(before=now)
        return value

    @property
    def oldest(self) -> float | None:
        """When the value that would go first was used last, if there is one."""
        with self._lock:
            return next(iter(self._values.values()))[2] if self._values else None

    def drop_oldest(self) -> None:
        """Forget the value that was used longest ago."""
        with self._lock:
            if self._values:
                self.used -= self._values.popitem(last=False)[1][1]

    def __len__(self) -> int:
        return len(self._values)


@st.cache_resource(show_spinner=False)
def _shared() -> Store:
    return Store(SETTINGS.shared_megabytes * MEGABYTE)


@st.cache_resource(show_spinner=False, scope="session")
def _own() -> Store:
    return Store(SETTINGS.visitor_megabytes * MEGABYTE, LEDGER)


def store(public: bool) -> Store:
    """The store of the examples (`public`), or this visitor's own."""
    return _shared() if public else _own()


def remembered(public: bool, key: Hashable, make: Callable[[], Value]) -> Value:
    """What the store holds under `key`, made and kept on first use. For quick work only."""
    kept = store(public)
    found = kept.get(key)
    return kept.put(key, make()) if found is None else found


def freeze(value: Any) -> int:
    """Make every array inside `value` read-only; returns their size in bytes.

    Looks into tuples, short lists, dicts, DataFrames and the attributes of objects.
    """
    size = 0
    for part in _parts(value, set()):
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
            size += part.nbytes
        elif isinstance(part, pd.DataFrame | pd.Series):
            size += int(np.sum(part.memory_usage(deep=False)))
        else:
            size += sys.getsizeof(part, 64)
    return size


def _parts(value: Any, seen: set[int]) -> Iterator[Any]:
    """`value` and everything inside it, each object once."""
    if id(value) in seen:
        return
    seen.add(id(value))
    yield value
    for inner in _children(value):
        yield from _parts(inner, seen)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, tuple | list):
        yield from value[:LONG_LIST]
    elif isinstance(value, Figure):
        yield spelled(value)
        yield vars(value)["_data"]
    elif hasattr(value, "__dict__") and not isinstance(value, type | pd.DataFrame | pd.Series):
        yield from vars(value).values()
