"""How often somebody may do something within a minute."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
MOST_KEYS = 10_000


class Pace:
    """Counts what each key did within the last minute; safe for many threads.

    Parameters
    ----------
    most : how often a key may within a minute.
    now : the clock, seconds.
    """

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.now = now
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """0 if `key` may go on (which is counted), else the seconds until it may."""
        with self._lock:
            now = self.now()
            times = self._times.setdefault(key, deque())
            self._times.move_to_end(key)
            if len(self._times) > MOST_KEYS:
                self._times.popitem(last=False)
            while times and times[0] <= now - WINDOW_SECONDS:
                times.popleft()
            if len(times) >= self.most:
                return times[0] + WINDOW_SECONDS - now
            times.append(now)
            return 0.0
