"""Rows in Parquet or delimited files, read in pieces: only what is made of a piece stays in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from functools import partial, reduce
from operator import add
from typing import Any, Protocol, TypeVar

import numpy as np

from gmm_engine import threads
from gmm_engine.rows import cells, delimited, parquet
from gmm_engine.rows.places import find, opened
from gmm_engine.types import Array

Value = TypeVar("Value")
OPENED_AT_ONCE = 16
Watch = Callable[[int, int], None]


class Piece(Protocol):
    """Part of the rows, which can be read again and again; `gaps` if missing cells are allowed."""

    @property
    def gaps(self) -> bool: ...

    def batches(self, checked: bool = True) -> Iterator[Array]: ...


# Called with a piece's place among all pieces, and the piece.
Work = Callable[[int, Piece], Value]


class Source(ABC):
    """Rows that are somewhere else.

    Attributes
    ----------
    columns : their names, empty if they have none. d : how many there are.
    dtype : "float32" or "float64". rows : how many there are, None if that is not known.
    watch : told how many pieces of how many are done, or None.
    surveys : first looks at the rows, by their seed.
    """

    columns: tuple[str, ...]
    d: int
    dtype: str
    rows: int | None = None

    def __init__(self) -> None:
        self.watch: Watch | None = None
        self.surveys: dict[int, Any] = {}
        self._lenient: Any = None

    @abstractmethod
    def map(self, work: Work[Value]) -> Iterator[Value]:
        """What `work` makes of each piece, in order."""

    def total(self, work: Work[Value]) -> Value:
        """The sum of what `work` makes of each piece, added in order."""
        return reduce(add, self.map(work))

    def with_gaps(self) -> Source:
        """The same rows; missing cells are allowed."""
        if self._lenient is None:
            other = copy(self)
            other.surveys, other._lenient = {}, other
            other._allow_gaps()
            self._lenient = other
        lenient: Source = self._lenient
        return lenient

    @abstractmethod
    def _allow_gaps(self) -> None: ...

    def _told(self, done: int, pieces: int) -> None:
        if self.watch is not None:
            self.watch(done, pieces)


class FileRows(Source):
    """Rows of files on this machine or behind a URL, computed with by this process.

    Parameters
    ----------
    source : path, glob, folder or URL of Parquet or delimited files, or a sequence of them.
    columns : names of the columns to use; default: every one that holds numbers.
    dtype : "float32" or "float64"; default: single precision if that holds every value.

    Raises
    ------
    DataError
        A file cannot be read, or has not the columns of the first; the message names it.
    """

    def __init__(self, source: Any, columns: Sequence[str] | None = None, dtype: Any = None) -> None:
        super().__init__()
        files = _at_once(_described, find(source))
        first, kinds, _ = files[0]
        numeric = [name for name, kind in kinds.items() if kind is not None]
        self.columns = cells.chosen(numeric, list(kinds), columns, first)
        self.d = len(self.columns)
        for url, own, _ in files[1:]:
            cells.chosen([name for name in own if own[name] is not None], list(own), self.columns, url)
        single = all(cells.is_single(own[name]) for _, own, _ in files for name in self.columns)
        self.dtype = ("float32" if single else "float64") if dtype is None else np.dtype(dtype).name
        self.pieces: list[Any] = [piece for pieces in _at_once(self._cut, files) for piece in pieces]
        if all(known is None for _, _, known in files):
            self.rows = sum(piece.rows for piece in self.pieces)

    def _cut(self, file: tuple[str, dict[str, Any], delimited.Layout | None]) -> list[Any]:
        url, _, known = file
        if known is None:
            return list(parquet.pieces(url, self.columns, self.dtype))
        return list(delimited.pieces(url, known, self.columns, self.dtype))

    def map(self, work: Work[Value]) -> Iterator[Value]:
        """What `work` makes of each piece, in order; a few pieces at a time, one per thread."""
        tasks = (partial(work, place, piece) for place, piece in enumerate(self.pieces))
        for done, value in enumerate(threads.stream(tasks), start=1):
            self._told(done, len(self.pieces))
            yield value

    def _allow_gaps(self) -> None:
        self.pieces = [replace(piece, gaps=True) for piece in self.pieces]


def _at_once(open_one: Callable[[Any], Value], files: Sequence[Any]) -> list[Value]:
    """The same for each file, several at a time: opening is mostly waiting, above all behind a URL."""
    with ThreadPoolExecutor(OPENED_AT_ONCE) as pool:
        return list(pool.map(open_one, files))


def _described(url: str) -> tuple[str, dict[str, Any], delimited.Layout | None]:
    """A file, the kind of each column (None: no numbers), and how it is written if it is text."""
    import pyarrow as pa

    with opened(url) as file:
        is_parquet = file.read(4) == b"PAR1"
    if is_parquet:
        return url, parquet.kinds(url), None
    known = delimited.layout(url)
    return url, {name: pa.float64() if name in known.numeric else None for name in known.names}, known
