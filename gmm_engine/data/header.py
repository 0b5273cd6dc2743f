"""Which line of a text table holds the names, and unique names for every column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gmm_engine.data.numerals import to_floats
from gmm_engine.types import Array

_LONGEST = 200


@dataclass(frozen=True)
class Header:
    """Column names as written (empty without a header line), and where the rows begin.

    Attributes
    ----------
    names : as written; possibly empty strings or equal ones.
    start : characters before the first row.
    skipped : lines of title or comment above the table.
    """

    names: tuple[str, ...]
    start: int
    skipped: int = 0


def header_of(records: list[list[str]], ends: list[int], width: int, decimal: str) -> Header:
    """Find the header among the first records.

    Parameters
    ----------
    records, ends : the sample's records and the character after each.
    width : cells in a record of data.
    decimal : "." or ",".
    """
    first = next((i for i, r in enumerate(records) if len(r) >= width), 0)
    rows = [r for r in records[first + 1 :] if len(r) == width]
    candidate = _uncommented(records[first])
    if _is_header(candidate, rows, decimal):
        return Header(tuple(candidate), ends[first], first)
    if first and len(records[first - 1]) == width - 1 and _is_header(records[first - 1], [], decimal):
        # R leaves the column of row names without a name.
        return Header(("row", *records[first - 1]), ends[first - 1], first - 1)
    return Header((), ends[first - 1] if first else 0, first)


def unique_names(names: Iterable[str], width: int) -> tuple[str, ...]:
    """Printable, distinct names for `width` columns: "x", "x (2)", and "column 3" where none is given.

    Examples
    --------
    >>> unique_names(["x", "x", ""], 4)
    ('x', 'x (2)', 'column 3', 'column 4')
    """
    given = [" ".join(name.split())[:_LONGEST] for name in names]
    given += [""] * (width - len(given))
    wanted = [name or f"column {f}" for f, name in enumerate(given, 1)]
    taken, used, repeats = set(wanted), set[str](), dict[str, int]()
    unique = []
    for name in wanted:
        candidate = name
        while candidate in used:
            repeats[name] = repeats.get(name, 1) + 1
            candidate = f"{name} ({repeats[name]})"
            if candidate in taken:
                continue
        used.add(candidate)
        unique.append(candidate)
    return tuple(unique)


def _uncommented(record: list[str]) -> list[str]:
    return [record[0].lstrip("#").strip(), *record[1:]] if record[0].startswith("#") else record


def _is_header(candidate: list[str], rows: list[list[str]], decimal: str) -> bool:
    """Names are words above numbers; numbers above numbers are a row, unless they count up like years."""
    if not rows or len(candidate) != len(rows[0]):
        return not _numeric([candidate], decimal).any()
    own, *others = _numeric([candidate, *rows], decimal)
    columns = np.mean(others, axis=0) > 0.5
    filled = np.array([bool(cell) for cell in candidate])
    if candidate != rows[0] and _counts_up(_chosen(candidate, own)):
        return True
    for_header, against = (columns & ~own & filled).sum(), (columns & own).sum()
    if not columns.any():
        return not any(candidate == row for row in rows)
    return bool(for_header > against)


def _chosen(record: list[str], mask: Array) -> list[str]:
    return [cell for cell, wanted in zip(record, mask, strict=True) if wanted]


def _counts_up(cells: list[str]) -> bool:
    """Whether names are whole numbers in equal steps: 1990, 1991, 1992."""
    if len(cells) < 3 or not all(cell.isascii() and cell.isdigit() and len(cell) < 10 for cell in cells):
        return False
    steps = np.diff([int(cell) for cell in cells])
    return bool((steps == steps[0]).all() and steps[0] > 0)


def _numeric(records: list[list[str]], decimal: str) -> Array:
    """Which cells (rows, columns) hold numbers."""
    flat = [cell for record in records[:50] for cell in record]
    numbers, _ = to_floats(pa.array(flat, pa.large_string()), decimal)
    return ~np.isnan(numbers).reshape(-1, len(records[0]))
