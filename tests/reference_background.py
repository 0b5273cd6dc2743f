"""The adaptive mixture of one pixel and the votes on a mask, written plainly."""

from __future__ import annotations

import numpy as np


def step(
    modes, pixel, rate, share=0.9, judging=16.0, matching=9.0, first=15.0, low=4.0, high=75.0, cost=0.05
):
    """Judge and learn one pixel; modes: list of (weight, variance, mean) sorted by weight.

    Returns the misfit before the step and the modes after it.
    """
    pixel = np.asarray(pixel, float)
    kept, total, misfit, matched, dropped = [], 0.0, 1e6, False, 0
    for index, (weight, variance, mean) in enumerate(modes):
        if index >= len(modes) - dropped:
            break
        weight = (1 - rate) * weight - rate * cost
        if not matched:
            squared = np.sum((mean - pixel) ** 2)
            if total < share:
                misfit = min(misfit, squared / variance)
            if squared < matching * variance:
                matched = True
                weight += rate
                mean = mean + rate / weight * (pixel - mean)
                variance = np.clip(variance + rate / weight * (squared - variance), low, high)
        if weight < rate * cost:
            weight, dropped = 0.0, dropped + 1
        total += weight
        kept.append((weight, variance, mean))
    kept = [(w / total, v, m) for w, v, m in kept if w > 0] if total else []
    if not matched:
        kept = [(w * (1 - rate), v, m) for w, v, m in kept] + [(rate if kept else 1.0, first, pixel)]
    return misfit, sorted(kept, key=lambda mode: -mode[0])


def vote(evidence, foreground, weight):
    """One sweep: evidence (h, w) in nats, foreground (h, w) bool; neighbours outside abstain."""
    ballots = np.pad(np.where(foreground, 1, -1), 1)
    h, w = evidence.shape
    around = sum(
        ballots[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w]
        for dy in (-1, 0, 1)
        for dx in (-1, 0, 1)
        if dy or dx
    )
    return evidence + weight * around > 0
