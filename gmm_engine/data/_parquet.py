"""Parquet files to plain arrays; runs in the decoder process."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np

from gmm_engine.errors import UploadError
from gmm_engine.types import Array

Arrays = dict[str, Array]


def decode(
    source: BinaryIO, *, rows: int, columns: int, cells: int, decoded_bytes: int
) -> tuple[dict[str, Any], Arrays]:
    """Every flat column, after a look at the sizes in the file's footer.

    Facts: `names`, `kinds` ("number", "date", "text" or "nested") by column. Arrays by column number f:
    "f" numbers, or microseconds since 1970 with "f.known" (bool); for text "f" (UTF-8
    bytes), "f.ends" (int64 offsets, n + 1) and "f.known".
    """
    import pyarrow.parquet as pq

    file = pq.ParquetFile(source)
    _check(file.metadata, len(file.schema_arrow), rows, columns, cells, decoded_bytes)
    names, kinds, arrays = [], [], {}
    for f, field in enumerate(file.schema_arrow):
        kind = _kind(field.type)
        names.append(field.name)
        kinds.append(kind)
        if kind != "nested":
            column = file.read([field.name]).column(0).combine_chunks()
            arrays.update(_READERS[kind](str(f), column))
    return {"names": names, "kinds": kinds}, arrays


def _check(footer: Any, width: int, rows: int, columns: int, cells: int, decoded_bytes: int) -> None:
    size = sum(footer.row_group(g).total_byte_size for g in range(footer.num_row_groups))
    if width > columns or footer.num_rows > rows or width * footer.num_rows > cells:
        raise UploadError(
            f"The Parquet file has {footer.num_rows:,} rows and {width:,} columns; the limits are "
            f"{rows:,} rows, {columns:,} columns and {cells:,} cells."
        )
    if size > decoded_bytes:
        found, most = size / 1e6, decoded_bytes / 1e6
        raise UploadError(f"The Parquet file unpacks to {found:,.0f} MB; the limit is {most:,.0f} MB.")


def _kind(kind: Any) -> str:
    import pyarrow.types as t

    if t.is_dictionary(kind):
        kind = kind.value_type
    if t.is_integer(kind) or t.is_floating(kind) or t.is_decimal(kind):
        return "number"
    if t.is_timestamp(kind) or t.is_date(kind):
        return "date"
    return "nested" if t.is_nested(kind) else "text"


def _number(f: str, column: Any) -> Arrays:
    import pyarrow as pa
    import pyarrow.types as t

    if t.is_integer(column.type) and not column.null_count and not t.is_uint64(column.type):
        return {f: _plain(column.cast(pa.int64()), np.int64)}
    values = column.cast(pa.float64(), safe=False)
    return {f: np.where(_known(values), _plain(values, np.float64), np.nan)}


def _date(f: str, column: Any) -> Arrays:
    import pyarrow as pa

    ticks = column.cast(pa.timestamp("us", getattr(column.type, "tz", None)), safe=False).cast(pa.int64())
    return {f: _plain(ticks, np.int64), f"{f}.known": _known(ticks)}


def _text(f: str, column: Any) -> Arrays:
    import pyarrow as pa
    import pyarrow.types as t

    if t.is_dictionary(column.type):
        column = column.dictionary_decode()
    if t.is_binary(column.type) or t.is_large_binary(column.type) or t.is_fixed_size_binary(column.type):
        column = pa.array([None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()])
    text = column.cast(pa.large_string())
    _, ends, data = text.buffers()
    offsets = np.frombuffer(ends, np.int64)[text.offset : text.offset + len(text) + 1]
    span = np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]]
    return {f: span, f"{f}.ends": offsets - offsets[0], f"{f}.known": _known(text)}


def _known(array: Any) -> Array:
    import pyarrow as pa

    return _plain(array.is_valid().cast(pa.uint8()), np.uint8).astype(bool)


def _plain(array: Any, kind: Any) -> Array:
    """The numbers of an Arrow array, anything at its nulls; its own `to_numpy` imports pandas first."""
    numbers = array.buffers()[1]
    return np.frombuffer(numbers or b"", kind)[array.offset : array.offset + len(array)]


_READERS = {"number": _number, "date": _date, "text": _text}
