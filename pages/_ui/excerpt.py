"""The first rows of a table as text, for a report and for a saved result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_engine.figures.words import counted

MOST_ROWS, MOST_COLUMNS, MOST_SIGNS = 50, 60, 200
KIND = " (CSV)"  # how words on a button tell the kind of the file
ROWS = " rows"  # how a title tells that the table holds rows of the data


@dataclass(frozen=True)
class Excerpt:
    """Part of a table.

    Attributes
    ----------
    columns : names of its first columns.
    rows : cells of its first rows, as they are read.
    total : rows of the whole table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int

    @property
    def note(self) -> str:
        """What is left out, in words; empty if nothing."""
        if self.total == len(self.rows):
            return ""
        return f"The first {len(self.rows)} of {counted(self.total, 'row')}; the download has all of them."


def of(frame: pd.DataFrame) -> Excerpt:
    """The first rows and columns of a table, numbers with four digits, shares as per cents.

    Examples
    --------
    >>> of(pd.DataFrame({"component": [1], "share": [0.25], "mean": [3.14159]})).rows
    (('1', '25.0%', '3.142'),)
    """
    part = frame.iloc[:MOST_ROWS, :MOST_COLUMNS]
    rows = zip(*([_cell(name, cell) for cell in part[name]] for name in part), strict=True)
    return Excerpt(tuple(str(name)[:MOST_SIGNS] for name in part), tuple(rows), len(frame))


def every(tables: Mapping[str, Callable[[], pd.DataFrame]], *, rows: bool = True) -> dict[str, Excerpt]:
    """Excerpts of tables by their titles, from the words on their buttons.

    Without `rows`, a visitor's own rows are left out: what is said of them all remains.
    """
    chosen = {title(words): make for words, make in tables.items()}
    return {name: of(make()) for name, make in chosen.items() if rows or not name.endswith(ROWS)}


def title(words: str) -> str:
    """What a table is called, from the words on its button.

    Examples
    --------
    >>> title("Profiles (CSV)")
    'Profiles'
    """
    return words.removesuffix(KIND)


def file_name(page: str, words: str) -> str:
    """A file's name that says what it holds, from the words on its button.

    Examples
    --------
    >>> file_name("anomalies", "Flagged rows (CSV)")
    'anomalies_flagged.csv'
    """
    return f"{page}_{title(words).removesuffix(ROWS).lower().replace(' ', '_')}.csv"


def _cell(column: object, cell: object) -> str:
    if isinstance(cell, float | np.floating):
        words = "" if np.isnan(cell) else f"{cell:.1%}" if column == "share" else f"{cell:.4g}"
        return words.replace("-", "\N{MINUS SIGN}") if "e" not in words else words
    return "" if pd.isna(cell) else str(cell)[:MOST_SIGNS]
