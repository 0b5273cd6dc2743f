"""What the log keeps of an unexpected error: an id, the kind and the place, no visitor's values.

The words of an exception often quote a cell, a column's name or a file's, so they are left
out, and those of its causes and its groups with them, unless `GMM_LOG_MESSAGES=yes`. Streamlit
and the web server log errors too: `hush` does the same to whatever this process logs.
"""

from __future__ import annotations

import logging
import secrets
import threading
import traceback
from collections.abc import Iterator
from typing import Any

from pages._ui.settings import SETTINGS

LOG = logging.getLogger("gmm_studio")
QUOTED = SETTINGS.log_messages == "yes"


def record(problem: BaseException, *, messages: bool = QUOTED) -> str:
    """Log an error under a new incident id; the id, which is all that a visitor is shown."""
    incident = secrets.token_hex(4)
    text = "".join(traceback.format_exception(problem)) if messages else "".join(_places(problem))
    LOG.error("incident %s\n%s", incident, text.rstrip())
    return incident


def hush() -> None:
    """From now on no log of this process quotes an exception; called once, at the start."""
    if QUOTED:
        return
    made = logging.getLogRecordFactory()

    def wordless(*args: Any, **options: Any) -> logging.LogRecord:
        entry = made(*args, **options)
        problem = entry.exc_info[1] if entry.exc_info else None
        if problem is not None:
            entry.exc_text, entry.exc_info = "".join(_places(problem)).rstrip(), None
        return entry

    logging.setLogRecordFactory(wordless)
    threading.excepthook = _in_thread


def _in_thread(end: threading.ExceptHookArgs) -> None:
    """An error that nobody caught in a thread of ours."""
    if end.exc_value is not None:
        record(end.exc_value)


def _places(problem: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """The kind of an error and the lines of code it came through, its causes first."""
    earlier = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    seen |= {id(problem)}
    for other in (earlier, *getattr(problem, "exceptions", ())):
        if other is not None and id(other) not in seen:
            yield from _places(other, seen)
            yield "which led to:\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(problem.__traceback__)
    yield f"{type(problem).__module__}.{type(problem).__qualname__}\n"
