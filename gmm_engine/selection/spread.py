"""A sweep whose candidates are fitted by the workers of a cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from gmm_engine.rows.clients import answering, client, fetched
from gmm_engine.selection.candidate import Candidate
from gmm_engine.selection.sweep import sweep
from gmm_engine.types import Array

TICK_SECONDS = 0.1


def sweep_on(
    scheduler: str, X: Array, n_components: Sequence[int], covariance_types: Sequence[str], **options: Any
) -> Iterator[Candidate | None]:
    """`sweep` of rows in memory on the workers of a cluster, with the same results.

    Parameters
    ----------
    scheduler : its address.
    X, n_components, covariance_types, options : as for `sweep`; one number of components is one task.

    Yields
    ------
    Candidate as they come, in any order, and None every tenth of a second while none does;
    closing the iterator cancels the rest.

    Raises
    ------
    ClusterError
        The cluster does not answer, or lost the work.
    """
    owner = client(scheduler)
    counts, names = sorted(n_components), tuple(covariance_types)
    with answering(scheduler):
        rows = owner.scatter(X, broadcast=True)  # on every worker, so that none is missed
    pending = [owner.submit(_group, rows, counts, names, k, options, pure=False, priority=k) for k in counts]
    try:
        while pending:
            done = [future for future in pending if future.done()]
            pending = [future for future in pending if future not in done]
            for future in done:
                yield from fetched(future, owner)
            if not done:
                time.sleep(TICK_SECONDS)
                yield None
    finally:
        owner.cancel(pending)


def _group(
    X: Array, counts: list[int], names: tuple[str, ...], k: int, options: dict[str, Any]
) -> list[Candidate]:
    # The others are named but skipped: starts depend on the largest number asked for.
    others = {(other, name) for other in counts if other != k for name in names}
    return list(sweep(X, counts, names, skip=others, **options))
