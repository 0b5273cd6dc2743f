"""How many bytes all visits together keep, and who gives way when that is too much.

Results can be made again, so the one used longest ago goes first, whoever's it is. A
visitor's file is never taken away: a new file that does not fit is refused instead.
"""

from __future__ import annotations

import math
import threading
from typing import Protocol
from weakref import WeakSet

from gmm_engine.errors import UploadError
from pages._ui.settings import MEGABYTE, SETTINGS


class Holder(Protocol):
    """Something that keeps bytes; `oldest` is when its first value was used last, None if none may go."""

    used: int

    @property
    def oldest(self) -> float | None: ...

    def drop_oldest(self) -> None: ...


class Ledger:
    """The sum over all holders, which vanish from it when their visit ends."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._holders: WeakSet[Holder] = WeakSet()
        self._lock = threading.Lock()

    def join(self, holder: Holder) -> None:
        """Count what `holder` keeps from now on."""
        with self._lock:
            self._holders.add(holder)

    @property
    def used(self) -> int:
        """Bytes kept by all."""
        return sum(holder.used for holder in list(self._holders))

    def settle(self, coming: int = 0, before: float = math.inf) -> bool:
        """Let results go that were used before that time, the oldest first, until `coming` bytes
        fit; whether they do."""
        with self._lock:
            while self.used + coming > self.budget:
                ages = [(holder.oldest, holder) for holder in list(self._holders)]
                old = [row for row in ages if row[0] is not None and row[0] < before]
                if not old:
                    return False
                min(old, key=lambda row: row[0])[1].drop_oldest()
            return True

    def admit(self, size: int) -> None:
        """Make room for a file of `size` bytes.

        Raises
        ------
        UploadError
            The files of all visits leave too little room.
        """
        if not self.settle(size):
            raise UploadError(
                f"The file takes {size / MEGABYTE:,.0f} MB of memory; this server has "
                f"{self.budget / MEGABYTE:,.0f} MB for the files of all visitors, most of it in use. "
                "Try a smaller file, or come back later."
            )


LEDGER = Ledger(SETTINGS.visitors_megabytes * MEGABYTE)
