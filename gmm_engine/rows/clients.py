"""Connections to Dask schedulers, and what can be said of the cluster behind one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from gmm_engine.errors import ClusterError

SECONDS_TO_ANSWER = 5.0


@dataclass(frozen=True)
class ClusterState:
    """A cluster at one moment; memory in bytes."""

    address: str
    workers: int
    threads: int
    memory_used: int
    memory: int

    def __str__(self) -> str:
        used, limit = self.memory_used / 1e9, self.memory / 1e9
        return (
            f"{self.workers} worker{'s' * (self.workers != 1)}, {self.threads} "
            f"thread{'s' * (self.threads != 1)}, {used:.1f} of {limit:.1f} GB"
        )


def client(address: str) -> Any:
    """A client of the scheduler at `address`; of the one in use, or None, if that is empty.

    Raises
    ------
    ClusterError
        The scheduler does not answer, or the packages for it are not installed.
    """
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise ClusterError(f'A cluster needs the extra "cluster": {error}.') from error
    if not address:
        try:
            return distributed.default_client()
        except ValueError:
            return None
    found = _connected(address)
    if found.status != "running":
        _connected.cache_clear()
        found = _connected(address)
    return found


def state(address: str) -> ClusterState:
    """What the cluster at `address` has; it is asked, so this tells whether it is there.

    Raises
    ------
    ClusterError
        The scheduler does not answer, or has no workers.
    """
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=SECONDS_TO_ANSWER).close()
    except (OSError, ValueError) as error:
        raise _silent(address, error) from error
    with answering(address):
        workers = client(address).scheduler_info(n_workers=-1)["workers"].values()
    if not workers:
        raise ClusterError(f"The cluster at {address} has no workers.")
    return ClusterState(
        address,
        len(workers),
        sum(worker["nthreads"] for worker in workers),
        sum(worker["metrics"].get("memory", 0) for worker in workers),
        sum(worker["memory_limit"] or 0 for worker in workers),
    )


@contextmanager
def answering(address: str) -> Iterator[None]:
    """Whatever says that a cluster was lost becomes a `ClusterError`."""
    killed = import_module("distributed").KilledWorker
    try:
        yield
    except ClusterError:
        raise
    except (killed, CancelledError, TimeoutError, OSError) as error:  # a closed connection is an OSError
        raise ClusterError(
            f"The cluster at {address} lost the work ({type(error).__name__}: {error}). Check its workers "
            "and their memory, then go on with --resume or fit again."
        ) from error


def fetched(future: Any, owner: Any) -> Any:
    """A future's result; raises `ClusterError` if it was lost with its workers or the scheduler."""
    with answering(owner.scheduler.address if owner.scheduler else "?"):
        return future.result()


@lru_cache(maxsize=4)
def _connected(address: str) -> Any:
    try:
        return import_module("distributed").Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise _silent(address, error) from error


def _silent(address: str, error: Exception) -> ClusterError:
    return ClusterError(
        f"The cluster at {address} does not answer ({error}). Check the address in GMM_SCHEDULER, or "
        "unset it to compute on this machine."
    )
