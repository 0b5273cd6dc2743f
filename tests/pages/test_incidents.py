"""The log of an incident says what kind of error came from where, and nothing a visitor sent."""

import logging
import threading

import pytest

from pages._ui.server import incidents

CELL = "Lovelace 078-05-1120"


def fail(chain):
    try:
        int(CELL)
    except ValueError as error:
        if chain == "cause":
            raise KeyError(CELL) from error
        if chain == "hidden":
            raise KeyError(CELL) from None
        error.add_note(CELL)
        if chain == "group":
            raise ExceptionGroup(CELL, [error, TypeError(CELL)]) from None
        raise


def logged(caplog, chain, **options):
    with caplog.at_level(logging.ERROR, "gmm_studio"):
        try:
            fail(chain)
        except Exception as error:
            return incidents.record(error, **options), caplog.text
    raise AssertionError


@pytest.mark.parametrize("chain", ["plain", "cause", "hidden", "group"])
def test_kind_and_place_but_no_words(caplog, chain):
    incident, text = logged(caplog, chain)
    assert incident in text
    assert f'File "{__file__}", line ' in text
    assert "in fail" in text
    assert "Traceback" in text
    assert {"plain": "ValueError", "group": "ExceptionGroup"}.get(chain, "KeyError") in text
    assert ("builtins.ValueError" in text) == (chain != "hidden")
    assert not any(word in text for word in CELL.split())


def test_words_where_they_are_asked_for(caplog):
    assert CELL in logged(caplog, "cause", messages=True)[1]


def test_logs_of_others_and_threads_are_wordless_too(caplog, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = logging.getLogRecordFactory()
    try:
        incidents.hush()
        with caplog.at_level(logging.ERROR):
            try:
                fail("cause")
            except KeyError:
                logging.getLogger("some.server").exception("Uncaught app execution")
            thread = threading.Thread(target=fail, args=("plain",))
            thread.start()
            thread.join()
    finally:
        logging.setLogRecordFactory(made)
    assert caplog.text.count("Traceback") == 3
    assert "builtins.KeyError" in caplog.text
    assert not any(word in caplog.text for word in CELL.split())


def test_an_error_that_is_its_own_cause_ends(caplog):
    problem = ValueError(CELL)
    other = KeyError(CELL)
    problem.__cause__, other.__cause__ = other, problem
    assert incidents.record(problem)
    assert CELL not in caplog.text
