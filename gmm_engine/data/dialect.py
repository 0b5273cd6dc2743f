"""How a text table is written: its delimiter, decimal mark, and header, found from its first lines.

Every candidate delimiter cuts the sample into records. The one wins whose records agree in
length and whose cells are numbers, dates or plain words rather than pieces that still hold
another delimiter. So "1,5;2,5" is two numbers, not three cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from gmm_engine.data.dates import looks_like_date
from gmm_engine.data.header import Header, header_of
from gmm_engine.data.numerals import decimal_mark, to_floats
from gmm_engine.types import Array

SPACES = r"\s+"
NONE = "\x1f"  # the whole line is one cell
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", SPACES: "space", NONE: "line"}
_RECORDS = 200
_CELLS = 4000


@dataclass(frozen=True)
class Dialect:
    """How to cut the text.

    Attributes
    ----------
    delimiter : one character, `SPACES` (any white space) or `NONE`.
    quoted : whether quotation marks enclose cells; otherwise they are text.
    decimal : "." or ",".
    width : cells in a record.
    header : names, and where the rows begin.
    """

    delimiter: str
    quoted: bool
    decimal: str
    width: int
    header: Header

    @property
    def sentence(self) -> str:
        """For the visitor: "Read as semicolon-separated text with decimal commas." """
        kind = (
            "a single column" if self.delimiter == NONE else f"{_DELIMITERS[self.delimiter]}-separated text"
        )
        return f"Read as {kind}{' with decimal commas' if self.decimal == ',' else ''}"


@dataclass(frozen=True, eq=False)
class _Cut:
    """The sample cut by one delimiter: records and the character after each."""

    delimiter: str
    quoted: bool
    records: list[list[str]]
    ends: list[int]

    @cached_property
    def width(self) -> int:
        """The commonest length, of the later records where there are several."""
        lengths = [len(r) for r in self.records[1:] or self.records]
        return Counter(lengths).most_common(1)[0][0]

    @cached_property
    def body(self) -> list[list[str]]:
        """The records of the commonest length."""
        return [r for r in self.records if len(r) == self.width]


def dialect_of(
    sample: str, delimiters: Sequence[str] = tuple(_DELIMITERS), decimal: str | None = None
) -> Dialect:
    """The dialect of a text table.

    Parameters
    ----------
    sample : its first lines, whole ones.
    delimiters : the candidates.
    decimal : the decimal mark if it is known.

    Examples
    --------
    >>> found = dialect_of("height;weight\\n1,5;2,25\\n1,7;2,5\\n")
    >>> found.delimiter, found.decimal, found.width, found.header.names
    (';', ',', 2, ('height', 'weight'))
    """
    quoting = (True, False) if '"' in sample else (True,)
    cuts = [_cut(sample, delimiter, quoted) for delimiter in delimiters for quoted in quoting]
    cuts = [cut for cut in cuts if cut.records] or [_Cut(NONE, True, [[sample]], [len(sample)])]
    cuts = [cut for cut in cuts if cut.width > 1 or cut.delimiter == NONE] or cuts
    best = max(zip(_scores(cuts), cuts, strict=True), key=lambda pair: pair[0])[1]
    body = best.body[1:] or best.records
    default = "," if best.delimiter == ";" else "."
    decimal = decimal or decimal_mark(pa.array(_flat(body), pa.large_string()), default)
    header = header_of(best.records, best.ends, best.width, decimal)
    return Dialect(best.delimiter, best.quoted, decimal, max(best.width, len(header.names)), header)


def _cut(sample: str, delimiter: str, quoted: bool) -> _Cut:
    """Records that are not blank, and how far into the sample each reaches."""
    lines = io.StringIO(sample, newline="")
    ends = np.cumsum([0, *(len(line) for line in lines)]).tolist()
    lines.seek(0)
    records: list[list[str]] = []
    reached: list[int] = []
    for record, line in _records(lines, delimiter, quoted):
        if any(record) and not _is_comment(record):
            records.append(record)
            reached.append(ends[line])
        if len(records) == _RECORDS:
            break
    return _Cut(delimiter, quoted, records, reached)


def _is_comment(record: list[str]) -> bool:
    """A line of prose above the table; a comment sign before several names belongs to the first."""
    return len(record) == 1 and record[0].startswith("#")


def _records(lines: io.StringIO, delimiter: str, quoted: bool) -> Iterator[tuple[list[str], int]]:
    """Pairs of a record's stripped cells and the number of lines read so far."""
    if delimiter == SPACES:
        yield from ((re.split(r"\s+", line.strip()), i) for i, line in enumerate(lines, 1))
        return
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        skipinitialspace=delimiter != "\t",
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    try:
        for record in reader:
            yield [cell.strip() for cell in record], reader.line_num
    except csv.Error:  # a cell longer than the reader allows: what came before decides
        return


def _scores(cuts: list[_Cut]) -> list[float]:
    """Between 0 and 1: agreement in length times how much the cells look like cells.

    The cells of all cuts are judged in one go: most of the time goes into starting.
    """
    bodies = [_flat(cut.body[1:] or cut.body) for cut in cuts]
    borders = np.cumsum([len(body) for body in bodies])[:-1]
    likeness = np.split(_likeness([cell for body in bodies for cell in body]), borders)
    return [_weight(cut) * float(own.mean()) for cut, own in zip(cuts, likeness, strict=True)]


def _weight(cut: _Cut) -> float:
    """Agreement in length, less for unlikely ways to write a table."""
    agreement = len(cut.body) / len(cut.records)
    handicap = {NONE: 0.8, SPACES: 0.95}.get(cut.delimiter, 1.0)
    odd_header = cut.width == 2 and len(cut.records[0]) == 1 and len(cut.records) > 1
    return agreement * handicap * (0.7 if odd_header else 1.0) * (1.0 if cut.quoted else 0.9)


def _likeness(cells: list[str]) -> Array:
    """1 for numbers, dates and empty cells, 0.6 for words, 0.2 for pieces with a delimiter in them."""
    numbers, missing = to_floats(pa.array(cells, pa.large_string()), ".")
    likeness = np.ones(len(cells))
    words = np.flatnonzero(np.isnan(numbers) & ~missing)
    likeness[words] = [_word(cells[i]) for i in words]
    return likeness


def _word(cell: str) -> float:
    if looks_like_date(cell):
        return 1.0
    return 0.2 if any(mark in cell for mark in ',;\t|"') else 0.6


def _flat(records: list[list[str]]) -> list[str]:
    """Cells of evenly chosen records, at most about `_CELLS`."""
    step = max(1, len(records) * len(records[0]) // _CELLS)
    return [cell for record in records[::step] for cell in record[:_CELLS]]
