"""The result store stays within its budget; the gate lets jobs in by turns."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import pytest

from pages._ui.cache import Store, freeze
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
