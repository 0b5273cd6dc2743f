"""How far some work is, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """`fraction` from 0 to 1 (None: unknown), and what the work is doing, in words."""

    fraction: float | None
    words: str
