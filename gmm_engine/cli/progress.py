"""A bar with rate and remaining time on the error stream."""

from __future__ import annotations

import math
import sys
import time
from typing import TextIO

WIDTH = 24
EVERY_SECONDS = 0.2
# Where nobody watches, as in a log file, a line now and then is enough.
LOGGED_SECONDS = 10.0


class Bar:
    """Progress of a job of several passes over the rows.

    Parameters
    ----------
    quiet : show nothing.
    stream : default the error stream; a line is overwritten if it is a terminal.
    """

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._quiet = quiet
        self._live = self._stream.isatty()
        self._started = time.monotonic()
        self._last, self._shown = -math.inf, 0
        self.words, self.rows = "", 0
        self.passes, self.expected = 0, 1.0
        self._part = 0.0

    def pieces(self, done: int, pieces: int) -> None:
        """So much of one pass over the rows is done."""
        self._part = done / pieces
        if done == pieces:
            self.passes, self._part = self.passes + 1, 0.0
        self.show()

    def show(self) -> None:
        """Redraw, unless that was done a moment ago."""
        now = time.monotonic()
        if self._quiet or now - self._last < (EVERY_SECONDS if self._live else LOGGED_SECONDS):
            return
        self._last = now
        text = line(self.words, self.passes + self._part, self.expected, self.rows, now - self._started)
        if self._live:
            self._stream.write("\r" + text.ljust(self._shown))
            self._shown = len(text)
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def say(self, text: str) -> None:
        """A line of its own that stays."""
        self.clear()
        if not self._quiet:
            self._stream.write(text + "\n")
            self._stream.flush()

    def clear(self) -> None:
        """Wipe the line that is overwritten."""
        if self._shown:
            self._stream.write("\r" + " " * self._shown + "\r")
            self._stream.flush()
            self._shown = 0


def line(words: str, done: float, expected: float, rows: int, seconds: float) -> str:
    """One line: bar, share, rate and remaining time.

    Parameters
    ----------
    done, expected : passes over `rows` rows.

    Examples
    --------
    >>> line("iteration 3", 3, 4, 1_000_000, 1.5)
    'iteration 3  [##################------]  75%  2.0 M rows/s  0:01 left'
    """
    share = min(max(done / max(expected, done, 1e-9), 0.0), 1.0)
    filled = round(share * WIDTH)
    parts = [f"[{'#' * filled}{'-' * (WIDTH - filled)}]", f"{share:4.0%}"]
    if rows and seconds > 0 and done > 0:
        parts.append(f"{_short(done * rows / seconds)} rows/s")
    if done > 0:
        parts.append(f"{_clock((1 - share) * seconds / share)} left")
    return "  ".join([words, *parts] if words else parts)


def iterations_left(bounds: list[float], tol: float, most: int) -> int:
    """How many more iterations, if the gains go on shrinking as they did last."""
    if len(bounds) < 3:
        return most
    gain, before = abs(bounds[-1] - bounds[-2]), abs(bounds[-2] - bounds[-3])
    if not 0 < gain < before or tol <= 0:
        return most
    return min(most, max(1, math.ceil(math.log(max(tol, 1e-300) / gain) / math.log(gain / before))))


def _short(value: float) -> str:
    for unit, name in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:.1f}{name}"
    return f"{value:.0f}"


def _clock(seconds: float) -> str:
    whole = math.ceil(seconds) if math.isfinite(seconds) else 0
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
