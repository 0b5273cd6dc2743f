"""One shared thread pool for kernels, which release the interpreter lock.

Only leaf work goes in: a task that itself waited for the pool could wait for ever.
Which range a task handles depends on the number of items only, and results are
combined in range order, so the number of threads never changes a result.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

Result = TypeVar("Result")


def n_threads() -> int:
    """Threads to use: GMM_THREADS, else the cores this process may run on."""
    asked = os.environ.get("GMM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=1)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="gmm-kernel")


def run_all(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Run every task, on the pool when there is more than one; results in order."""
    threads = n_threads()
    if threads == 1 or len(tasks) == 1:
        return [task() for task in tasks]
    futures = [_pool(threads).submit(task) for task in tasks[1:]]
    return [tasks[0](), *(future.result() for future in futures)]


def stream(tasks: Iterable[Callable[[], Result]]) -> Iterator[Result]:
    """Run tasks on the pool, a few ahead of the reader; results in order.

    Closing the iterator drops what has not begun.
    """
    threads = n_threads()
    if threads == 1:
        yield from (task() for task in tasks)
        return
    waiting: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            waiting.append(_pool(threads).submit(task))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def ranges(n_items: int, size: int) -> list[tuple[int, int]]:
    """Consecutive (start, stop) ranges of at most `size` items."""
    return [(start, min(start + size, n_items)) for start in range(0, n_items, size)]


def single_threaded_blas() -> AbstractContextManager[Any]:
    """While kernels of several threads call BLAS, BLAS must not start threads of its own."""
    limit: AbstractContextManager[Any] = _libraries().limit(limits=1, user_api="blas")
    return limit


def single_threaded_libraries() -> AbstractContextManager[Any]:
    """As `single_threaded_blas`, for OpenMP too: on little work its threads spin more than they do."""
    limit: AbstractContextManager[Any] = _libraries().limit(limits=1)
    return limit


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
