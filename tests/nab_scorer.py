"""The scoring rules of the Numenta Anomaly Benchmark, standard profile.

Lavin and Ahmad, Evaluating real-time anomaly detection algorithms, ICMLA 2015, section
III, with the positions used by the benchmark's own sweeper. A window counts once, by its
earliest detection's reward; every detection outside windows costs .11, less when it follows
a window closely; a missed window costs 1. The first 15 % of a file (750 rows at most)
is for learning and never scored. 0 is a detector that never fires, 100 the perfect one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FALSE_ALARM = 0.11
FAR = 3.0


@dataclass(frozen=True)
class Verdict:
    """One file at one threshold: points, windows found, windows present, false alarms."""

    points: float
    hits: int
    windows: int
    false_alarms: int


def sigmoid(position):
    """Reward at a position: -1 is a window's left edge, 0 its right edge, 3 far behind."""
    return 2.0 / (1.0 + np.exp(5.0 * np.minimum(position, FAR + 1e-9))) - 1.0


def probation(n_rows: int) -> int:
    return int(min(0.15 * n_rows, 750))


def rows_of(windows, times) -> list[tuple[int, int]]:
    """First and last row of each (start, end) pair of stamps."""
    found = []
    for start, end in windows:
        inside = np.flatnonzero((times >= np.datetime64(start)) & (times <= np.datetime64(end)))
        found.append((int(inside[0]), int(inside[-1])))
    return found


def penalties(n_rows: int, windows: list[tuple[int, int]]) -> np.ndarray:
    """What a detection at each row outside windows costs (negative points)."""
    cost = np.full(n_rows, -FALSE_ALARM)
    for left, right in windows:
        after = (np.arange(right + 1, n_rows) - right) / max(right - left, 1)
        cost[right + 1 :] = FALSE_ALARM * np.where(after > FAR, -1.0, sigmoid(after))
    return cost


def judge(scores, windows: list[tuple[int, int]], threshold: float) -> Verdict:
    """Points of one file when rows with scores >= threshold are called anomalies."""
    n_rows = len(scores)
    first = probation(n_rows)
    windows = [(left, right) for left, right in windows if right >= first]
    called = np.asarray(scores) >= threshold
    called[:first] = False
    cost = penalties(n_rows, windows)
    points, hits, outside = 0.0, 0, called.copy()
    for left, right in windows:
        outside[left : right + 1] = False
        inside = np.flatnonzero(called[left : right + 1])
        if not inside.size:
            points -= 1.0
            continue
        hits += 1
        position = -(right - (left + inside[0]) + 1) / (right - left + 1)
        points += sigmoid(position) / sigmoid(-1.0)
    return Verdict(points + cost[outside].sum(), hits, len(windows), int(outside.sum()))


def benchmark_score(verdicts: list[Verdict]) -> float:
    """The benchmark's figure over several files: 0 for silence, 100 for perfection."""
    windows = sum(verdict.windows for verdict in verdicts)
    return 100.0 * (sum(verdict.points for verdict in verdicts) + windows) / (2.0 * windows)


def best_threshold(files, thresholds) -> float:
    """The threshold with the highest score over files of (scores, windows)."""
    totals = [benchmark_score([judge(s, w, cut) for s, w in files]) for cut in thresholds]
    return float(thresholds[int(np.argmax(totals))])


def leave_one_out(files, thresholds) -> list[Verdict]:
    """Each file judged at the threshold that is best on all the others."""
    return [
        judge(*files[i], best_threshold(files[:i] + files[i + 1 :], thresholds)) for i in range(len(files))
    ]
