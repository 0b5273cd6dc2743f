"""How far some work is, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Progress:
    """`fraction` from 0 to 1 (None: unknown), and what the work is doing, in words.

    `partial` is the result so far, if it is worth seeing: it is drawn while the work runs, and
    Stop keeps it.
    """

    fraction: float | None
    words: str
    partial: Any = None
