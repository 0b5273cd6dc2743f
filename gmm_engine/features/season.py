"""How long a season is, and what is left of a series without it."""

from __future__ import annotations

import numpy as np
from scipy.signal import detrend

from gmm_engine.types import Array

# A season must explain this much of what a trend leaves, and be seen this often.
STRENGTH = 0.3
CYCLES = 3
# By how much the autocorrelation must rise again: for calendar lengths, and for any others.
RISE, CLEAR_RISE = 0.05, 0.15
LONGEST = 2000


def filled(y: Array) -> Array:
    """The series (n,) with gaps bridged by straight lines; zeros if nothing is known."""
    known = np.isfinite(y)
    if not known.any():
        return np.zeros(len(y))
    return np.interp(np.arange(len(y)), np.flatnonzero(known), y[known])


def autocorrelation(y: Array, longest: int) -> Array:
    """Autocorrelation (longest + 1,) of a complete series, unbiased in the number of pairs."""
    n = len(y)
    centred = y - y.mean()
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(centred, size)
    raw = np.fft.irfft(spectrum * spectrum.conj(), size)[: longest + 1]
    raw /= n - np.arange(longest + 1)
    return raw / raw[0] if raw[0] > 0 else np.zeros(longest + 1)


def find_season(y: Array, candidates: tuple[int, ...] = ()) -> int:
    """Number of rows in a season of a series (n,), or 1 if none stands out.

    The season is the strongest peak of the autocorrelation of the detrended series, shorter
    ones first; `candidates` (calendar lengths) are preferred when they lie on a peak.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(120)
    >>> find_season(10 + 0.1 * t + np.sin(2 * np.pi * t / 12))
    12
    """
    longest = min(len(y) // CYCLES, LONGEST)
    if longest < 2:
        return 1
    level = detrended(filled(y))
    if level.std() <= 1e-9 * max(abs(filled(y)).max(), 1e-300):
        return 1
    rho = autocorrelation(level, longest + 1)
    peaks = [m for m in range(2, longest + 1) if rho[m] >= rho[m - 1] and rho[m] >= rho[m + 1]]
    allowed = [m for m in candidates if 2 <= m <= longest and rho[m] >= STRENGTH]
    calendar = [m for m in allowed if rho[m] > rho[1:m].min() + RISE]
    found = [m for m in peaks if rho[m] >= STRENGTH and _dips_before(rho, m)]
    if calendar:
        return max(calendar, key=lambda m: (rho[m] > 0.9 * max(rho[c] for c in calendar), -m))
    if not found:
        return 1
    top = max(rho[m] for m in found)
    return min(m for m in found if rho[m] >= 0.85 * top)


def detrended(y: Array) -> Array:
    """A complete series without its straight line."""
    return np.asarray(detrend(y, type="linear"))


def _dips_before(rho: Array, lag: int) -> bool:
    """A cycle goes down before it comes back; plain persistence never does."""
    return bool(rho[1:lag].min() < rho[lag] - CLEAR_RISE)


def slot_means(y: Array, season: int) -> Array:
    """Mean of each place in the season (season,), centred to add up to zero."""
    slots = np.arange(len(y)) % season
    level = y - np.nanmean(y)
    sums = np.bincount(slots, np.nan_to_num(level), season)
    counts = np.bincount(slots, np.isfinite(level), season)
    means = sums / np.maximum(counts, 1)
    return np.asarray(means - means.mean())
