"""The mixture that each pixel keeps of its own past, one frame at a time.

`modes` (m, n, 5) float32 holds, for m slots and n pixels, a mode's weight, variance and
mean colour. Modes are sorted by weight, heaviest first, and only the first `n_modes[i]`
slots of pixel i mean anything. One variance serves all three channels together: the
mean squared distance to the mean, as in Zivkovic (2004).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gmm_engine.kernels._jit import inlined, kernel

BACKGROUND, SHADOW, FOREGROUND = 0, 127, 255
FAR = np.float32(1e6)
EPSILON = np.float32(1.1920929e-07)
ONE, NOTHING = np.float32(1), np.float32(0)
WEIGHT, VARIANCE, RED, GREEN, BLUE, SLOTS = 0, 1, 2, 3, 4, 5


@kernel
def watch(
    first: int,
    last: int,
    pixels: Any,
    rate: Any,
    paces: Any,
    modes: Any,
    n_modes: Any,
    limits: Any,
    labels: Any,
    misfits: Any,
) -> None:
    """Judge pixels `first` to `last` by their modes, then let the modes learn them, in place.

    pixels (n, 3) uint8; rate: learning rate, float32, 0 freezes; paces (n,) float32: by
    what it is multiplied, pixel by pixel; modes
    (m, n, 5) float32 and n_modes (n,) int8 as above. limits (8,) float32: background
    share; judging and matching thresholds (squared standard deviations); first,
    smallest and largest variance; complexity cost; darkest shadow (1: no shadow test).
    labels (n,) uint8 and misfits (n,) float32, the squared distance to the nearest
    background mode in its variances, are written.

    The common case, a pixel that its heaviest mode matches, stays in this one loop: as
    calls, its pieces took twice the time.
    """
    for i in range(first, last):
        own = rate * paces[i]
        prune = -own * limits[6]
        used = int(n_modes[i])
        matched = False
        misfit = FAR
        total = NOTHING
        for mode in range(modes.shape[0]):
            if mode >= used:
                break
            weight = (ONE - own) * modes[mode, i, WEIGHT] + prune
            place = mode
            if not matched:
                variance = modes[mode, i, VARIANCE]
                red = modes[mode, i, RED] - np.float32(pixels[i, 0])
                green = modes[mode, i, GREEN] - np.float32(pixels[i, 1])
                blue = modes[mode, i, BLUE] - np.float32(pixels[i, 2])
                squared = red * red + green * green + blue * blue
                if total < limits[0]:
                    misfit = min(misfit, squared / variance)
                if squared < limits[2] * variance:
                    matched = True
                    weight += own
                    if own > NOTHING:
                        step = own / weight
                        variance += step * (squared - variance)
                        modes[mode, i, VARIANCE] = min(max(variance, limits[4]), limits[5])
                        modes[mode, i, RED] -= step * red
                        modes[mode, i, GREEN] -= step * green
                        modes[mode, i, BLUE] -= step * blue
                    if mode > 0 and weight >= modes[mode - 1, i, WEIGHT]:
                        place = _rise(modes, mode, i, weight)
            if weight < -prune:
                weight = NOTHING
                used -= 1
            modes[place, i, WEIGHT] = weight
            total += weight
        n_modes[i] = used
        if own > NOTHING and total > EPSILON:
            scale = ONE / total
            for mode in range(used):
                modes[mode, i, WEIGHT] *= scale
        if not matched and own > NOTHING:
            _found(pixels, own, modes, n_modes, i, limits[3])
        misfits[i] = misfit
        labels[i] = BACKGROUND if misfit < limits[1] else FOREGROUND


@kernel
def find_shadows(
    first: int, last: int, pixels: Any, modes: Any, n_modes: Any, limits: Any, labels: Any
) -> None:
    """Relabel foreground pixels that a background mode, only darker, explains.

    Arguments as for `watch`; a shadow keeps a share of the light between limits[7] and 1.
    """
    for i in range(first, last):
        if labels[i] == FOREGROUND and _shadowed(pixels, modes, int(n_modes[i]), i, limits):
            labels[i] = SHADOW


@inlined
def _rise(modes: Any, mode: int, i: int, weight: Any) -> int:
    """Swap a mode that grew to `weight` past lighter ones; return its new place."""
    place = mode
    while place > 0 and weight >= modes[place - 1, i, WEIGHT]:
        for slot in range(SLOTS):
            held = modes[place, i, slot]
            modes[place, i, slot] = modes[place - 1, i, slot]
            modes[place - 1, i, slot] = held
        place -= 1
    return place


@inlined
def _found(pixels: Any, rate: Any, modes: Any, n_modes: Any, i: int, variance: Any) -> None:
    """Start a mode at a colour that no mode matched, in the last slot when all are taken."""
    mode = min(int(n_modes[i]), modes.shape[0] - 1)
    for m in range(mode):
        modes[m, i, WEIGHT] *= ONE - rate
    weight = ONE if mode == 0 else rate
    modes[mode, i, WEIGHT] = weight
    modes[mode, i, VARIANCE] = variance
    for c in range(3):
        modes[mode, i, RED + c] = pixels[i, c]
    _rise(modes, mode, i, weight)
    n_modes[i] = mode + 1


@inlined
def _shadowed(pixels: Any, modes: Any, used: int, i: int, limits: Any) -> bool:
    red, green, blue = np.float32(pixels[i, 0]), np.float32(pixels[i, 1]), np.float32(pixels[i, 2])
    total = NOTHING
    for mode in range(used):
        m_red, m_green, m_blue = modes[mode, i, RED], modes[mode, i, GREEN], modes[mode, i, BLUE]
        along = red * m_red + green * m_green + blue * m_blue
        length = m_red * m_red + m_green * m_green + m_blue * m_blue
        if length == NOTHING:
            return False
        if limits[7] * length <= along <= length:
            light = along / length
            d_red, d_green, d_blue = light * m_red - red, light * m_green - green, light * m_blue - blue
            off = d_red * d_red + d_green * d_green + d_blue * d_blue
            if off < limits[1] * modes[mode, i, VARIANCE] * light * light:
                return True
        total += modes[mode, i, WEIGHT]
        if total > limits[0]:
            return False
    return False
