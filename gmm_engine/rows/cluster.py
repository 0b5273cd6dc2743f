"""Rows on a Dask cluster: each worker computes with its own part, and only sums travel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from importlib import import_module
from operator import add
from typing import Any, TypeVar

import numpy as np

from gmm_engine.errors import DataError
from gmm_engine.rows import cells
from gmm_engine.rows.clients import client, fetched
from gmm_engine.rows.files import FileRows, Piece, Source, Work
from gmm_engine.rows.parquet import ParquetPiece
from gmm_engine.types import Array

Value = TypeVar("Value")
# A scheduler handles about a thousand tasks a second: larger jobs get larger tasks.
MOST_TASKS = 4096
# Sums are added on the cluster until this many are left, which are fetched one by one.
GATHERED, FAN = 64, 32


@dataclass(frozen=True)
class Several:
    """Consecutive pieces as one."""

    pieces: tuple[Any, ...]

    @property
    def gaps(self) -> bool:
        """Whether missing cells are allowed."""
        return bool(self.pieces[0].gaps)

    def batches(self, checked: bool = True) -> Iterator[Array]:
        """Batches of one piece after the other."""
        for piece in self.pieces:
            yield from piece.batches(checked)


@dataclass(frozen=True, eq=False)
class Block(cells.Cells):
    """A partition of a Dask collection, where it was computed."""

    values: Any
    number: int

    def batches(self, checked: bool = True) -> Iterator[Array]:
        """The partition's rows (m, d), a batch at a time; `checked` raises `DataError` on a bad cell."""
        X = self._matrix()
        if checked:
            self.refuse_bad(X, lambda row: f"partition {self.number}, row {row}")
        size = cells.batch_rows(X.shape[1], self.dtype)
        yield from (X[start : start + size] for start in range(0, len(X), size))

    def _matrix(self) -> Array:
        if self.columns and hasattr(self.values, "to_numpy"):
            values = self.values[list(self.columns)].to_numpy(dtype=self.dtype, na_value=np.nan)
            return np.ascontiguousarray(values)
        return np.ascontiguousarray(self.values, self.dtype)


class ClusterRows(Source):
    """Rows of a Dask array or dataframe, or of files that every worker can read.

    Parameters
    ----------
    source : Dask collection, or what `FileRows` takes.
    columns, dtype : as for `FileRows`.
    scheduler : address such as ``tcp://host:8786``; default: the client in use, if there is one.
        Without either, a collection is computed by this process.

    Raises
    ------
    ClusterError
        The scheduler does not answer.
    """

    def __init__(
        self, source: Any, columns: Sequence[str] | None = None, dtype: Any = None, scheduler: str = ""
    ) -> None:
        super().__init__()
        self.client = client(scheduler)
        self._gaps = False
        if is_collection(source):
            self._parts, self.columns, self.d, kind = _partitions(source, columns)
            self.dtype = kind if dtype is None else np.dtype(dtype).name
            count = source.shape[0] if hasattr(source, "chunks") else None
            self.rows = count if isinstance(count, int) else None  # NaN where Dask does not know
            self._blocks = True
        else:
            files = FileRows(source, columns, dtype)
            self.columns, self.d, self.dtype, self.rows = files.columns, files.d, files.dtype, files.rows
            each = -(-len(files.pieces) // MOST_TASKS)
            starts = range(0, len(files.pieces), each or 1)
            self._parts = [Several(_joined(files.pieces[start : start + each])) for start in starts]
            self._blocks = False

    def keep(self) -> None:
        """Compute a collection's partitions once and keep them in the cluster's memory."""
        if self._blocks and self.client is not None:
            self._parts = list(self.client.persist(self._parts))

    def map(self, work: Work[Value]) -> Iterator[Value]:
        """What `work` makes of each partition, in order, a few fetched ahead."""
        tasks = self._tasks(work)
        ahead = 2 * self._threads()
        for start in range(0, len(tasks), ahead):
            yield from self._computed(tasks[start : start + ahead])
            self._told(min(start + ahead, len(tasks)), len(tasks))

    def total(self, work: Work[Value]) -> Value:
        """The sum over all partitions: added on the cluster in a fixed tree, the last few here."""
        delayed = _delayed()
        tasks = self._tasks(work)
        while len(tasks) > GATHERED:
            groups = [tasks[start : start + FAN] for start in range(0, len(tasks), FAN)]
            tasks = [delayed(_added, pure=False)(group) for group in groups]
        found = []
        for value in self._computed(tasks):
            found.append(value)
            self._told(len(found), len(tasks))
        summed: Value = reduce(add, found)
        return summed

    def _allow_gaps(self) -> None:
        self._gaps = True
        if not self._blocks:
            self._parts = [
                Several(tuple(replace(piece, gaps=True) for piece in part.pieces)) for part in self._parts
            ]

    def _tasks(self, work: Work[Any]) -> list[Any]:
        delayed = _delayed()
        # One node holds the parameters: they reach each worker once, and again if one is lost.
        node = delayed(_Held(work), traverse=False)
        if self._blocks:
            settings = {"columns": self.columns, "dtype": self.dtype, "gaps": self._gaps}
            return [
                delayed(_on_block, pure=False)(node, place, part, settings)
                for place, part in enumerate(self._parts)
            ]
        on_files = delayed(_on_files, pure=False)
        return [
            on_files(node, place, delayed(part, traverse=False, pure=False))
            for place, part in enumerate(self._parts)
        ]

    def _computed(self, tasks: list[Any]) -> Iterator[Any]:
        if self.client is None:
            yield from import_module("dask").compute(*tasks)
            return
        futures = self.client.compute(tasks)
        try:
            for future in futures:
                yield fetched(future, self.client)
        finally:
            self.client.cancel(futures)

    def _threads(self) -> int:
        return 4 if self.client is None else max(1, sum(self.client.nthreads().values()))


@dataclass(frozen=True, eq=False)
class _Held:
    """Work as one value, which Dask must not look into."""

    work: Callable[[int, Piece], Any]


def _on_files(held: _Held, place: int, piece: Piece) -> Any:
    return held.work(place, piece)


def _on_block(held: _Held, place: int, block: Any, settings: dict[str, Any]) -> Any:
    return held.work(place, Block(block, place, **settings))


def _delayed() -> Any:
    return import_module("dask").delayed


def _added(values: list[Any]) -> Any:
    return reduce(add, values)


def _joined(pieces: list[Any]) -> tuple[Any, ...]:
    """The same pieces, neighbours in one Parquet file as one: what is sent should be short."""
    found: list[Any] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(last, ParquetPiece) and piece.url == last.url and piece.first == last.last:
            found[-1] = replace(last, last=piece.last, rows=last.rows + piece.rows)
        else:
            found.append(piece)
    return tuple(found)


def is_collection(source: Any) -> bool:
    """Whether it is a Dask array or dataframe; Dask is not imported to find out."""
    return type(source).__module__.split(".")[0] in ("dask", "dask_expr") and hasattr(source, "to_delayed")


def _partitions(collection: Any, columns: Any) -> tuple[list[Any], tuple[str, ...], int, str]:
    """Partitions as delayed values, the columns' names, how many, and the dtype that holds them."""
    if hasattr(collection, "chunks"):
        if collection.ndim != 2 or collection.dtype.kind not in "fiub":
            raise DataError(
                f"Expected a Dask array of numbers (n, d), got {collection.dtype} {collection.shape}."
            )
        if columns is not None:
            raise DataError("A Dask array has no column names: choose columns by indexing it.")
        whole = collection.rechunk({1: -1})
        kind = "float32" if collection.dtype == np.float32 else "float64"
        return list(whole.to_delayed()[:, 0]), (), int(collection.shape[1]), kind
    kinds = {str(name): kind for name, kind in collection.dtypes.items()}
    numeric = [name for name, kind in kinds.items() if getattr(kind, "kind", "O") in "fiu"]
    names = cells.chosen(numeric, list(kinds), columns, "The Dask dataframe")
    single = all(kinds[name] == np.float32 for name in names)
    return list(collection[list(names)].to_delayed()), names, len(names), "float32" if single else "float64"
