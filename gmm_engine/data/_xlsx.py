"""Excel workbooks to delimited text; runs in the decoder process."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np

from gmm_engine.errors import UploadError
from gmm_engine.types import Array


def decode(
    source: BinaryIO, *, rows: int, columns: int, cells: int
) -> tuple[dict[str, Any], dict[str, Array]]:
    """The first sheet with cells as comma-separated UTF-8 text.

    Facts: `sheet`, `sheets` (names) and `width` (cells in the longest row).
    """
    import openpyxl

    book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # as declared they may be anything
        text, width = _text_of(sheet.iter_rows(values_only=True), rows, columns, cells)
        if width:
            facts = {"sheet": sheet.title, "sheets": len(book.sheetnames), "width": width}
            return facts, {"text": np.frombuffer(text.encode("utf-8", "replace"), np.uint8)}
    raise UploadError("The Excel workbook is empty: no sheet holds a cell.")


def _text_of(lines: Iterable[tuple[Any, ...]], rows: int, columns: int, cells: int) -> tuple[str, int]:
    out = io.StringIO()
    writer = csv.writer(out)
    width = count = total = 0
    for number, line in enumerate(lines):
        if number > 2 * rows:  # a row may claim any number, and all before it then come blank
            raise UploadError(f"The sheet has more than {2 * rows:,} rows, blank ones included.")
        values = _trimmed(line)
        if not values:
            continue
        count, total, width = count + 1, total + len(values), max(width, len(values))
        if width > columns or count > rows or total > cells:
            raise UploadError(
                f"The sheet has more than {rows:,} rows, {columns:,} columns or {cells:,} cells, the limits."
            )
        writer.writerow(values)
    return out.getvalue(), width


def _trimmed(line: tuple[Any, ...]) -> list[str]:
    cells = [_shown(cell) for cell in line]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    return repr(cell) if isinstance(cell, float) else str(cell)
