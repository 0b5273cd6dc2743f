"""Answers leave at once, and the page listens to nobody else.

The server's listening socket is made without naming its protocol, so asyncio does not
switch Nagle's algorithm off for the connections it accepts: the last small message of a
rerun then waits some 40 ms for the browser's acknowledgement of the one before.
Accepted connections inherit the option from the listening socket.
"""

from __future__ import annotations

import gc
import socket
import sys

from streamlit import config

TURN_SECONDS = 0.001


def speak_at_once() -> int:
    """Switch TCP_NODELAY on for every socket this process listens on; returns their number."""
    found = 0
    for each in gc.get_objects():
        if type(each) is socket.socket and _listens(each):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            found += 1
    return found


def take_short_turns() -> None:
    """The thread that sends waits a millisecond for a running script, not five, before it gets its turn.

    With fifty visitors 95 in 100 answers are there in 200 ms instead of 300.
    """
    sys.setswitchinterval(TURN_SECONDS)


def hear_no_other_site() -> None:
    """No page around the app steers it by messages: by default some forty sites might.

    The browser compared the origin of every message with that list, ten times an answer.
    """
    config.set_option("client.allowedOrigins", [])


def _listens(candidate: socket.socket) -> bool:
    if candidate.fileno() < 0 or candidate.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    try:
        return bool(candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        return False
