"""Masks made whole: neighbours vote, then holes inside objects are filled."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

BACKGROUND, SHADOW, FOREGROUND = 0, 127, 255


@kernel
def weigh_evidence(
    first: int, last: int, labels: Any, misfits: Any, threshold: Any, evidence: Any, votes: Any
) -> None:
    """Turn the judgement of rows `first` to `last` into evidence for foreground, and first votes.

    labels (h, w) uint8; misfits (h, w) float32; threshold: misfit at which evidence is
    nil. Written: evidence (h, w) float32, in nats and bounded, so that no single pixel
    outvotes its neighbours; votes (h + 2, w + 2) int8, +1 foreground, -1 not, 0 outside.
    """
    for y in range(first, last):
        for x in range(labels.shape[1]):
            if labels[y, x] == SHADOW:
                evidence[y, x] = np.float32(-1)
                votes[y + 1, x + 1] = -1
            else:
                strength = (misfits[y, x] - threshold) * np.float32(0.125)
                evidence[y, x] = min(max(strength, np.float32(-6)), np.float32(6))
                votes[y + 1, x + 1] = -1 if labels[y, x] == BACKGROUND else 1


@kernel
def vote(first: int, last: int, evidence: Any, votes: Any, weight: Any, result: Any) -> None:
    """One sweep of the Potts model: each pixel sides with its evidence plus its neighbours.

    Rows `first` to `last`; arrays as for `weigh_evidence`; weight: evidence, in nats, of
    one agreeing neighbour of eight. `result` (h + 2, w + 2) int8 receives the new votes,
    so that the order of pixels does not matter.
    """
    width = evidence.shape[1]
    for y in range(first, last):
        above, here, below = votes[y], votes[y + 1], votes[y + 2]
        own, new = evidence[y], result[y + 1]
        for x in range(width):
            ballot = above[x] + above[x + 1] + above[x + 2] + here[x] + here[x + 2]
            ballot += below[x] + below[x + 1] + below[x + 2]
            new[x + 1] = 1 if own[x] + weight * np.float32(ballot) > 0 else -1


@kernel
def fill_holes(votes: Any, largest: int, seen: Any, stack: Any) -> None:
    """Fill, in place, holes of up to `largest` pixels that foreground surrounds.

    votes (h + 2, w + 2) int8 as above; a hole that reaches the frame is open. seen
    (h + 2, w + 2) uint8 and stack (largest + 4,) int32 are scratch.
    """
    seen[:] = 0
    for y in range(1, votes.shape[0] - 1):
        for x in range(1, votes.shape[1] - 1):
            if votes[y, x] < 0 and votes[y, x - 1] > 0 and not seen[y, x]:
                count = _flood(votes, y, x, largest, seen, stack)
                for i in range(count):
                    votes[stack[i] // votes.shape[1], stack[i] % votes.shape[1]] = 1


@inlined
def _flood(votes: Any, y: int, x: int, largest: int, seen: Any, stack: Any) -> Any:
    """Collect the hole around a pixel; 0 if it is open, too large, or was seen to be."""
    width = votes.shape[1]
    stack[0] = y * width + x
    seen[y, x] = 1
    count, done = 1, 0
    while done < count:
        place = stack[done]
        done += 1
        for side in range(4):
            step = 1 if side == 0 else -1 if side == 1 else width if side == 2 else -width
            v, u = (place + step) // width, (place + step) % width
            if votes[v, u] == 0 or seen[v, u] == 2:
                return _left_open(seen, stack, count, width)
            if votes[v, u] < 0 and not seen[v, u]:
                if count >= largest:
                    return _left_open(seen, stack, count, width)
                seen[v, u] = 1
                stack[count] = place + step
                count += 1
    return count


@inlined
def _left_open(seen: Any, stack: Any, count: int, width: int) -> Any:
    for i in range(count):
        seen[stack[i] // width, stack[i] % width] = 2
    return 0


@kernel
def settle(first: int, last: int, votes: Any, labels: Any, mask: Any) -> None:
    """Write rows `first` to `last` of the mask: 255 foreground, 127 shadow, 0 background.

    votes (h + 2, w + 2) int8, labels and mask (h, w) uint8. A pixel judged to be shadow
    stays one only among enough others, or beside what casts it.
    """
    for y in range(first, last):
        for x in range(labels.shape[1]):
            if votes[y + 1, x + 1] > 0:
                mask[y, x] = FOREGROUND
            elif labels[y, x] == SHADOW and _company(votes, labels, y, x) >= 4:
                mask[y, x] = SHADOW
            else:
                mask[y, x] = BACKGROUND


@inlined
def _company(votes: Any, labels: Any, y: int, x: int) -> Any:
    """How many of nine pixels are shadow or foreground."""
    height, width = labels.shape
    count = 0
    for v in range(max(y - 1, 0), min(y + 2, height)):
        for u in range(max(x - 1, 0), min(x + 2, width)):
            count += labels[v, u] == SHADOW or votes[v + 1, u + 1] > 0
    return count
