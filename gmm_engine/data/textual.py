"""What columns of text mean, judged by samples and converted many columns at a time.

A call into Arrow or pandas costs as much as a few thousand cells, so thousands of short
columns are laid end to end and cost no more than one long one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gmm_engine.data.dates import Reading, reading_of, to_dates
from gmm_engine.data.guards import listed
from gmm_engine.data.numerals import decimal_votes, to_floats
from gmm_engine.types import Array

_SAMPLE_CELLS = 200_000  # of all columns together
_FEWEST, _MOST = 20, 1000  # of one column
_BATCH_CELLS = 2_000_000

Columns = dict[str, pa.Array]


@dataclass(frozen=True, eq=False)
class Meaning:
    """Values (n,) as float64, datetime64[us] or text, their kind by name, and remarks."""

    kind: str
    values: Any
    remarks: tuple[str, ...] = ()


def meanings(columns: Columns, decimal: str) -> dict[str, Meaning]:
    """Numbers where most cells of a column are numbers, dates where nearly all are, else text.

    Parameters
    ----------
    columns : Arrow strings by name, of equal length.
    decimal : "." or ",", used where a column itself does not tell.
    """
    samples = _samples(columns)
    found = _numbers(columns, samples, decimal)
    rest = {key: cells for key, cells in columns.items() if key not in found}
    found |= _dates(rest, samples)
    return found | {k: Meaning("text", c.to_pandas()) for k, c in rest.items() if k not in found}


def _samples(columns: Columns) -> Columns:
    """Evenly chosen known cells of each column; fewer of each where the columns are many."""
    most = min(max(_SAMPLE_CELLS // max(len(columns), 1), _FEWEST), _MOST)
    known = {key: cells.drop_null() for key, cells in columns.items()}
    return {key: cells.take(pa.array(_evenly(len(cells), most))) for key, cells in known.items()}


def _evenly(count: int, most: int) -> Array:
    return np.linspace(0, count, min(count, most), endpoint=False).astype(np.int64)


def _numbers(columns: Columns, samples: Columns, decimal: str) -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    for mark, keys in _by_mark(samples, decimal).items():
        for batch in _batches({key: columns[key] for key in keys}):
            numbers, missing = to_floats(_end_to_end(batch), mark)
            parts = zip(_parts(numbers, batch), _parts(missing, batch), strict=True)
            for (key, cells), (own, gaps) in zip(batch.items(), parts, strict=True):
                if 2 * np.isnan(own).sum() <= len(own) + gaps.sum():
                    found[key] = Meaning("number", own, _strays(cells, own, gaps))
    return found


def _by_mark(samples: Columns, decimal: str) -> dict[str, list[str]]:
    """The columns whose samples are mostly numbers, by decimal mark."""
    marks: dict[str, list[str]] = {".": [], ",": []}
    for batch in _batches({key: cells for key, cells in samples.items() if len(cells)}):
        cells = _end_to_end(batch)
        numbers, missing = to_floats(cells, decimal)
        votes = decimal_votes(cells)
        for key, own, gaps, vote in zip(
            batch, _parts(numbers, batch), _parts(missing, batch), _parts(votes, batch), strict=True
        ):
            if 2 * np.isfinite(own).sum() > (~gaps).sum():
                proof = int(vote.sum())
                marks[decimal if not proof else "." if proof > 0 else ","].append(key)
    return marks


def _strays(cells: pa.Array, numbers: Array, missing: Array) -> tuple[str, ...]:
    """What is said about cells of a column of numbers that hold none."""
    lost = np.isnan(numbers)
    if not lost.any():
        return ()
    stray = lost & ~missing
    parts = [f"{int(missing.sum()):,} empty"] if missing.any() else []
    if stray.any():
        words = dict.fromkeys(cells.filter(pa.array(stray))[:50].to_pylist())
        parts.append(f"{int(stray.sum()):,} text such as {listed((f'“{w}”' for w in words), 3)}")
    return (f"no number in {_share(lost)} ({', '.join(parts)}), counted as missing",)


def _dates(columns: Columns, samples: Columns) -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    readings: dict[Reading, list[str]] = {}
    for key in columns:
        words = [word for word in map(str.strip, samples[key].to_pylist()) if word]
        if words and (reading := reading_of(words)) is not None:
            readings.setdefault(reading, []).append(key)
    for reading, keys in readings.items():
        for batch in _batches({key: columns[key] for key in keys}):
            dates = to_dates(pd.Series(_end_to_end(batch).to_pandas()), reading)
            for (key, cells), own in zip(batch.items(), _parts(dates, batch), strict=True):
                lost = np.isnat(own) & np.asarray(cells.is_valid())
                if lost.mean() <= 0.1:
                    found[key] = Meaning("date", own, _date_remarks(reading, lost))
    return found


def _date_remarks(reading: Reading, lost: Array) -> tuple[str, ...]:
    order = (f"dates read with the {reading.remark}",) if reading.remark else ()
    strays = (f"no date in {_share(lost)}, counted as missing",) if lost.any() else ()
    return (*order, *strays)


def _share(mask: Array) -> str:
    return f"{int(mask.sum()):,} of {len(mask):,} cells"


def _batches(columns: Columns) -> Iterator[Columns]:
    batch: Columns = {}
    size = 0
    for key, cells in columns.items():
        batch[key] = cells
        size += len(cells)
        if size >= _BATCH_CELLS:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _end_to_end(batch: Columns) -> pa.Array:
    return pa.concat_arrays(list(batch.values()))


def _parts(values: Array, batch: Columns) -> list[Array]:
    """`values` of cells laid end to end, cut back into columns."""
    return np.split(values, np.cumsum([len(cells) for cells in batch.values()])[:-1])
