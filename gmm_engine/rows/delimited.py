"""Delimited text files in pieces of whole lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from gmm_engine.errors import DataError
from gmm_engine.rows import cells
from gmm_engine.rows.places import opened
from gmm_engine.types import Array

PIECE_BYTES = 8_000_000
HEAD_BYTES = 4_000_000
# Columns are judged by so much of the beginning; a cell further on that does not fit is named.
SAMPLE_BYTES = 65_536
DELIMITERS = ",;\t|"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Layout:
    """How a file is written.

    Attributes
    ----------
    names : every column. numeric : those that hold numbers in the first lines.
    delimiter : between cells. body : byte at which the first row begins.
    """

    names: tuple[str, ...]
    numeric: tuple[str, ...]
    delimiter: str
    body: int


@dataclass(frozen=True)
class TextPiece(cells.Cells):
    """The lines of one file from byte `start` to byte `stop`."""

    url: str
    start: int
    stop: int
    layout: Layout

    def batches(self, checked: bool = True) -> Iterator[Array]:
        """All rows (m, d) of the piece at once; without `checked` cells may be missing or infinite.

        Raises
        ------
        DataError
            A line or cell cannot be read: names file, line and column.
        """
        import pyarrow as pa

        with opened(self.url) as file:
            file.seek(self.start)
            text = file.read(self.stop - self.start)
        try:
            table = _parsed(text, self.layout, {name: pa.float64() for name in self.columns})
        except pa.ArrowInvalid as error:
            raise self._blame(text, str(error)) from error
        if table.num_rows:
            X = cells.matrix(table, self.columns, self.dtype)
            if checked:
                self.refuse_bad(X, partial(self._line, text))
            yield X

    def _blame(self, text: bytes, reason: str) -> DataError:
        """Find the first cell that is no number; lines of another length speak for themselves."""
        import pyarrow as pa

        try:
            table = _parsed(text, self.layout, {name: pa.string() for name in self.columns})
        except pa.ArrowInvalid:
            return DataError(f"{self.url}, {_after(self.start)}: {reason}")
        for name in self.columns:
            for row, cell in enumerate(table.column(name).to_pylist()):
                if not _is_number(cell):
                    place = self._line(text, row)
                    return DataError(
                        f"{place}, column {name!r}: {cell!r} is no number. Correct it or remove the row."
                    )
        return DataError(f"{self.url}, {_after(self.start)}: {reason}")

    def _line(self, text: bytes, row: int) -> str:
        """File and line of a row of this piece, blank lines counted."""
        before = 0
        with opened(self.url) as file:
            while file.tell() < self.start:
                before += file.read(min(PIECE_BYTES, self.start - file.tell())).count(b"\n")
        lines = [number for number, line in enumerate(text.split(b"\n")) if line.strip()]
        return f"{self.url}, line {before + lines[min(row, len(lines) - 1)] + 1}"


def layout(url: str) -> Layout:
    """Delimiter, names and numeric columns, from the first lines.

    Raises
    ------
    DataError
        The file is empty, compressed or no text.
    """
    import pyarrow as pa

    with opened(url) as file:
        head = file.read(HEAD_BYTES)
    if not head.strip() or b"\0" in head or head[:2] == b"\x1f\x8b":
        raise DataError(f"{url}: neither Parquet nor delimited text (compressed files must be unpacked).")
    skipped = len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0
    line, _, _ = head[skipped:].partition(b"\n")
    try:
        first = line.decode("utf-8").rstrip("\r")
    except UnicodeDecodeError as error:
        raise DataError(f"{url}: the first line is no UTF-8 text ({error.reason}).") from error
    delimiter = max(DELIMITERS, key=first.count)
    names = next(csv.reader([first], delimiter=delimiter))
    header = not any(name.strip() and _is_number(name) for name in names)
    body = skipped + len(line) + 1 if header else skipped
    if not header:
        names = [f"column {f + 1}" for f in range(len(names))]
    if len(set(names)) < len(names):
        raise DataError(f"{url}: two columns have the same name in {names}.")
    rough = Layout(tuple(names), (), delimiter, body)
    start = head[body : body + SAMPLE_BYTES]
    cut = _last_line_end(start, False) if len(head) > body + SAMPLE_BYTES else len(start)
    try:
        sample = _parsed(start[:cut] if cut else head[body:], rough, None)
    except pa.ArrowInvalid as error:
        raise DataError(f"{url}: {error}") from error
    usable = [n for n in names if cells.is_number(sample.schema.field(n).type)] if sample.num_rows else []
    return Layout(tuple(names), tuple(usable), delimiter, body)


def pieces(url: str, known: Layout, columns: tuple[str, ...], dtype: str) -> list[TextPiece]:
    """The file cut at line ends, found by one pass that knows quotes from lines."""
    borders, odd = [known.body], False
    with opened(url) as file:
        size = file.size()
        file.seek(known.body)
        while (position := file.tell()) < size:
            block = file.read(PIECE_BYTES)
            end = _last_line_end(block, odd)
            if end:
                borders.append(position + end)
            odd ^= block.count(b'"') % 2 == 1
    if borders[-1] < size:
        borders.append(size)
    return [
        TextPiece(url, start, stop, known, columns=columns, dtype=dtype) for start, stop in pairwise(borders)
    ]


def _last_line_end(block: bytes, odd: bool) -> int:
    """Byte after the last line end outside quotes, 0 if there is none; `odd` if a quote is open before."""
    end = block.rfind(b"\n")
    while end >= 0 and odd ^ (block.count(b'"', 0, end) % 2 == 1):
        end = block.rfind(b"\n", 0, end)
    return end + 1


def _parsed(text: bytes, known: Layout, types: dict[str, Any] | None) -> Any:
    import pyarrow as pa
    from pyarrow import csv as arrow

    if not text.strip():
        return pa.table({})
    return arrow.read_csv(
        pa.BufferReader(text),
        read_options=arrow.ReadOptions(
            use_threads=False, column_names=list(known.names), block_size=len(text) + 1
        ),
        parse_options=arrow.ParseOptions(delimiter=known.delimiter, newlines_in_values=True),
        convert_options=arrow.ConvertOptions(
            column_types=types, include_columns=list(types or ()), strings_can_be_null=True
        ),
    )


def _is_number(cell: str | None) -> bool:
    if not cell:
        return True  # a missing value is judged elsewhere
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _after(byte: int) -> str:
    return f"after byte {byte:,}"
