"""Where strange begins: three ways to draw the line through surprises of rows held out."""

from __future__ import annotations

import numpy as np

from gmm_engine.types import Array

MIDDLE, EDGE = 0.5, 0.9  # quantiles between which ordinary rows show how their tail falls
FALSE_SHARE = 0.2  # of the rows flagged automatically, about this share may be ordinary
TAIL = 0.1  # share of the rows from which a tail is continued beyond the last row


def percentile(surprise: Array, level: float) -> float:
    """The line above which the share `level` of these rows lies."""
    return float(np.quantile(surprise, 1 - level))


def automatic(surprise: Array) -> float | None:
    """The line above which rows stand out from a tail that falls exponentially.

    The tail is the one that the rows between their median and their `EDGE` quantile show; the
    line is as low as it can be while at most `FALSE_SHARE` of the rows beyond it are to be
    expected from that tail (Benjamini and Hochberg 1995, with an empirical null as in Efron
    2004). None where no row stands out.
    """
    middle, edge = np.quantile(surprise, [MIDDLE, EDGE])
    slope = (edge - middle) / np.log((1 - MIDDLE) / (1 - EDGE))
    falling = np.sort(surprise)[::-1]
    n, count = len(falling), np.arange(1, len(falling) + 1)
    with np.errstate(over="ignore"):  # below the edge, where nothing is flagged
        expected = n * (1 - EDGE) * np.exp(-(falling - edge) / max(slope, np.finfo(np.float64).tiny))
    standing = np.flatnonzero((expected <= FALSE_SHARE * count) & (falling > edge))
    if not len(standing):
        return None
    last = standing[-1]
    return float((falling[last] + falling[min(last + 1, n - 1)]) / 2)


def beyond_doubt(surprise: Array) -> float:
    """The line above which rows stand out even from a heavy tail; infinite if none does.

    As `automatic` on a logarithmic scale, where a tail that falls like a power falls
    exponentially: what is merely a heavy tail of ordinary rows is left in peace.
    """
    lowest = float(surprise.min())
    found = automatic(np.log(np.maximum(surprise - lowest, np.finfo(np.float64).tiny)))
    return np.inf if found is None else float(lowest + np.exp(found))


def false_alarms(surprise: Array, rate: float) -> float:
    """The line that an ordinary row will exceed with probability `rate`.

    `surprise` (n,) is that of ordinary rows held out: a new one is as likely to fall between any
    two of them (Vovk, Gammerman and Shafer 2005, section 2.2). Beyond the last, the tail goes on
    exponentially.
    """
    rising = np.sort(surprise)
    n = len(rising)
    rank = (1 - rate) * (n + 1)
    if rank <= n:
        return float(np.interp(rank, np.arange(1, n + 1), rising))
    start, slope = _tail(rising)
    return float(max(rising[-1], start + slope * np.log(TAIL / rate)))


def false_alarm_rate(surprise: Array, line: float) -> float:
    """The probability that an ordinary row exceeds the line: the inverse of `false_alarms`."""
    rising = np.sort(surprise)
    n = len(rising)
    if line <= rising[-1]:
        return float(1 - np.interp(line, rising, np.arange(1, n + 1)) / (n + 1))
    start, slope = _tail(rising)
    return float(min(1 / (n + 1), TAIL * np.exp(-(line - start) / slope)))


def _tail(rising: Array) -> tuple[float, float]:
    """Where the last `TAIL` of the rows begins, and their mean excess over it."""
    start = float(np.quantile(rising, 1 - TAIL))
    excess = rising[rising > start] - start
    return start, float(max(excess.mean() if len(excess) else 0.0, np.finfo(np.float64).tiny))
