"""Up to a million made rows as a file, in pieces, so that the server holds little and not for long."""

from __future__ import annotations

import threading
import time
from io import BytesIO
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from gmm_engine import BudgetError, RowMaker
from pages._ui.exports import harmless
from pages._ui.settings import SETTINGS

MOST_BYTES = 160_000_000
BYTES_PER_CELL = 11
KINDS = {"CSV": "text/csv", "Parquet": "application/vnd.apache.parquet"}
# One file at a time: each takes a core for some seconds.
TURN = threading.BoundedSemaphore(1)


def check(n_rows: int, n_columns: int) -> None:
    """Refuse files that would be too large.

    Raises
    ------
    BudgetError : with both numbers.
    """
    size = n_rows * n_columns * BYTES_PER_CELL
    if size > MOST_BYTES:
        raise BudgetError(
            f"{n_rows:,} rows of {n_columns} columns would be about {size / 1e6:,.0f} MB; files of up to "
            f"{MOST_BYTES / 1e6:,.0f} MB are made. Ask for fewer rows or columns."
        )


def write(maker: RowMaker, n_rows: int, kind: str, seed: int) -> BytesIO:
    """`n_rows` made rows as CSV or Parquet, written chunk by chunk.

    Raises
    ------
    BudgetError : the file is too large, or takes longer than a job may.
    """
    check(n_rows, len(maker.columns_))
    end = time.monotonic() + SETTINGS.job_seconds
    if not TURN.acquire(timeout=SETTINGS.job_seconds):
        raise BudgetError("Other files are being made; try again in a minute.")
    try:
        return _written(maker, n_rows, kind, seed, end)
    finally:
        TURN.release()


def _written(maker: RowMaker, n_rows: int, kind: str, seed: int, end: float) -> BytesIO:
    out, writer = BytesIO(), None
    for chunk in maker.chunks(n_rows, random_state=seed):
        table = pa.Table.from_pandas(_safe(chunk, maker), preserve_index=False).replace_schema_metadata()
        if writer is None:
            writer = _writer(out, table.schema, kind)
        writer.write_table(table)
        if time.monotonic() > end:
            raise BudgetError(
                f"The file was not done after {SETTINGS.job_seconds:.0f} s. Ask for fewer rows."
            )
    writer.close()
    out.seek(0)
    return out


def _writer(out: BytesIO, schema: pa.Schema, kind: str) -> Any:
    if kind == "CSV":
        return pyarrow.csv.CSVWriter(out, schema)
    return pyarrow.parquet.ParquetWriter(out, schema, compression="zstd")


def _safe(chunk: pd.DataFrame, maker: RowMaker) -> pd.DataFrame:
    """Text that a spreadsheet would take for a formula is disarmed, as in every table we give."""
    text = {name: chunk[name].map(harmless).astype(str) for name in maker.categories_}
    return chunk.assign(**text).rename(columns=harmless)
