"""The result store stays within its budget; the gate lets jobs in by turns."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.cache import Store, freeze, store
from pages._ui.gate import Gate, gate
from pages._ui.settings import SETTINGS


@dataclass(frozen=True)
class Result:
    values: np.ndarray


def test_the_least_recently_used_value_makes_room():
    store = Store(budget=2500)
    for name in "ab":
        store.put(name, Result(np.zeros(100)))
    assert store.get("a") is not None
    store.put("c", Result(np.zeros(100)))
    assert store.get("b") is None
    assert store.get("a") is not None
    assert store.used <= store.budget


def test_one_value_above_the_budget_is_kept_until_the_next():
    store = Store(budget=10)
    store.put("large", Result(np.zeros(1000)))
    assert store.get("large") is not None
    store.put("next", Result(np.zeros(1000)))
    assert len(store) == 1


def test_replacing_a_value_does_not_count_it_twice():
    store = Store(budget=10_000)
    for _ in range(5):
        store.put("a", Result(np.zeros(100)))
    assert store.used < 1500


def test_kept_arrays_cannot_be_changed():
    store = Store(budget=10_000)
    kept = store.put("a", {"nested": [Result(np.zeros(3))]})
    with pytest.raises(ValueError, match="read-only"):
        kept["nested"][0].values[0] = 1


def test_a_cycle_is_counted_once():
    row = []
    row.append(row)
    assert freeze(row) < 1000


def test_a_full_gate_makes_the_next_wait_and_tells_how_many_are_ahead():
    gate, seen, entered = Gate(1), [], threading.Event()
    release = threading.Event()

    def hold():
        with gate.slot(seen.append):
            entered.set()
            release.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(5)

    def waiting(ahead):
        seen.append(ahead)
        release.set()

    with gate.slot(waiting):
        holder.join(5)
    assert seen[0] == 1


def test_a_waiting_job_that_gives_up_leaves_the_queue():
    gate = Gate(1)

    class SupersededError(Exception):
        pass

    def waiting(_):
        raise SupersededError

    with gate.slot(print):
        with pytest.raises(SupersededError), gate.slot(waiting):
            pass
        newcomer = object()
        gate._queue.append((newcomer, ""))
        assert gate.ahead(newcomer) == 1


def test_quick_work_does_not_wait_behind_long_work():
    with ExitStack() as busy:
        for _ in range(SETTINGS.job_slots):
            busy.enter_context(gate(True).slot(print))
        with gate(False).slot(lambda ahead: pytest.fail(f"waited behind {ahead}")):
            pass


def test_whoever_waits_is_let_in_as_soon_as_a_place_is_free(monkeypatch):
    monkeypatch.setattr("pages._ui.gate.TICK_SECONDS", 60)
    gate, told, entered, ahead = Gate(1), threading.Event(), threading.Event(), []

    def follow():
        with gate.slot(lambda n: (ahead.append(n), told.set())):
            entered.set()

    follower = threading.Thread(target=follow)
    with gate.slot(print):
        follower.start()
        assert told.wait(10)
    assert entered.wait(10)
    follower.join()
    assert ahead == [1]


def _one_example():
    import pandas as pd
    import streamlit as st

    from gmm_engine.types import Dataset
    from pages._ui import jobs, layout
    from pages._ui.inputs import Source

    def work():
        raise AssertionError("computed, though somebody else had done it meanwhile")
        yield

    blank = st.container()
    source = Source(Dataset(pd.DataFrame({"a": [1.0, 2.0]})), ("example", "once"), True, "")
    shown = jobs.result(layout.Screen("clustering", blank, blank, blank), source, "spec", work, seconds=0.5)
    st.text(shown.value)


def test_visitors_who_wait_for_one_result_compute_it_once():
    page = AppTest.from_function(_one_example, default_timeout=30)
    with ExitStack() as busy:
        for _ in range(SETTINGS.job_slots):
            busy.enter_context(gate(False).slot(print))
        visitor = threading.Thread(target=page.run)
        visitor.start()
        while visitor.is_alive() and len(gate(False)._queue) == SETTINGS.job_slots:
            time.sleep(0.01)
        store(True).put(("clustering", "fit", ("example", "once"), "spec"), "found by the first")
    visitor.join()
    assert not page.exception
    assert page.text[0].value == "found by the first"


def _slow_work():
    import pandas as pd
    import streamlit as st

    from gmm_engine.types import Dataset
    from pages._ui import jobs, layout
    from pages._ui.inputs import Source

    def work():
        return f"{name}, {spec}"
        yield

    blank = st.container()
    name, spec = st.text_input("data", "first.csv", key="data"), st.text_input("spec", "a", key="spec")
    public = name.startswith("example")
    source = Source(Dataset(pd.DataFrame({"a": [1.0, 2.0]}), name=name), (name,), public, "")
    screen = layout.Screen("clustering", blank, blank, blank)
    st.text(jobs.result(screen, source, spec, work, name="slow", seconds=60).value)


def test_slow_work_waits_for_fit_unless_another_file_came():
    page = AppTest.from_function(_slow_work, default_timeout=30).run()
    assert page.text[0].value == "first.csv, a"
    page.text_input(key="spec").set_value("b").run()
    assert page.text[0].value == "first.csv, a"
    assert any("from the previous settings" in words.value for words in page.markdown)
    page.text_input(key="data").set_value("second.csv").run()
    assert page.text[0].value == "second.csv, b"
    page.text_input(key="data").set_value("example").run()
    assert page.text[0].value == "second.csv, b"
    assert [button.label for button in page.button] == ["Fit"]
