"""Files that are there whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gmm_engine.data.documents import read_json
from gmm_engine.data.limits import LIMITS
from gmm_engine.errors import DataError
from gmm_engine.mixture import GaussianMixture
from gmm_engine.types import Array


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """A path beside the final one to write to; it takes the final name when all went well."""
    final = Path(path)
    if not final.parent.is_dir():
        raise DataError(f"{path}: the folder {str(final.parent)!r} does not exist.")
    partial = final.with_name(f".{final.name}.{os.getpid()}.partial")
    try:
        yield partial
        os.replace(partial, final)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def write_json(path: str | Path, document: Any) -> None:
    """Write one JSON document."""
    with whole(path) as partial:
        partial.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read_model(path: str) -> GaussianMixture:
    """A fitted model from JSON, as this command or the dashboard wrote it."""
    document = read_document(path)
    try:
        return GaussianMixture.from_dict(document)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def read_document(path: str | Path) -> Any:
    """Any JSON document."""
    return read_json(path, limits=LIMITS)


def write_table(path: str | Path, blocks: Iterable[Mapping[str, Array]]) -> int:
    """Write columns block by block, as text if the name ends in .csv, else as Parquet; returns the rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    rows, writer = 0, None
    with whole(path) as partial:
        try:
            for block in blocks:
                table = pa.table(dict(block))
                if writer is None:
                    kind = csv.CSVWriter if str(path).lower().endswith(".csv") else pq.ParquetWriter
                    writer = kind(str(partial), table.schema)
                writer.write_table(table)
                rows += table.num_rows
        finally:
            if writer is not None:
                writer.close()
    return rows
