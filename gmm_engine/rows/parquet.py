"""Parquet files in pieces of whole row groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from gmm_engine.errors import DataError
from gmm_engine.rows import cells
from gmm_engine.rows.places import opened
from gmm_engine.types import Array


@dataclass(frozen=True)
class ParquetPiece(cells.Cells):
    """Row groups `first` to `last` (excluded) of one file, `rows` rows."""

    url: str
    first: int
    last: int
    rows: int

    def batches(self, checked: bool = True) -> Iterator[Array]:
        """Rows (m, d), a batch at a time; without `checked` cells may be no numbers.

        Raises
        ------
        DataError
            Something cannot be read, or a cell is no number: names file, row group and column.
        """
        import pyarrow as pa

        done, size = 0, cells.batch_rows(len(self.columns), self.dtype)
        try:
            with parquet_file(self.url) as file:
                groups, columns = list(range(self.first, self.last)), list(self.columns)
                for batch in file.iter_batches(size, groups, columns, use_threads=False):
                    X = cells.matrix(batch, self.columns, self.dtype)
                    if checked:
                        self.refuse_bad(X, partial(self._place, done))
                    done += len(X)
                    yield X
        except (pa.ArrowException, OSError) as error:
            self._blame(error)

    def _place(self, before: int, row: int) -> str:
        """File, row group and row within it of a row of this piece, which lies after `before` others."""
        row += before
        group = self.first
        with parquet_file(self.url) as file:
            while row >= (size := file.metadata.row_group(group).num_rows):
                group, row = group + 1, row - size
        return f"{self.url}, row group {group}, row {row}"

    def _blame(self, error: Exception) -> NoReturn:
        """Find the row group and column that cannot be read."""
        import pyarrow as pa

        with parquet_file(self.url) as file:
            for group in range(self.first, self.last):
                for name in self.columns:
                    try:
                        file.read_row_group(group, [name], use_threads=False)
                    except (pa.ArrowException, OSError) as reason:
                        raise _damaged(f"{self.url}, row group {group}, column {name!r}", reason) from error
        raise _damaged(self.url, error) from error


def parquet_file(url: str) -> Any:
    """An open file; raises `DataError` if it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        remote = "://" in url
        return pq.ParquetFile(opened(url), pre_buffer=remote, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(url, error) from error


def kinds(url: str) -> dict[str, Any]:
    """Arrow type of each column of numbers; None for other columns."""
    with parquet_file(url) as file:
        return {
            field.name: field.type if cells.is_number(field.type) else None for field in file.schema_arrow
        }


def pieces(url: str, columns: tuple[str, ...], dtype: str) -> list[ParquetPiece]:
    """The file cut where its row groups allow, a batch of rows or more in each piece."""
    size = cells.piece_rows(len(columns), dtype)
    found: list[ParquetPiece] = []
    with parquet_file(url) as file:
        footer, first, rows = file.metadata, 0, 0
        for group in range(footer.num_row_groups):
            rows += footer.row_group(group).num_rows
            if rows >= size or group == footer.num_row_groups - 1:
                if rows:
                    found.append(ParquetPiece(url, first, group + 1, rows, columns=columns, dtype=dtype))
                first, rows = group + 1, 0
    return found


def _damaged(place: str, error: Exception) -> DataError:
    reason = str(error).split("\n")[0].rstrip(".")
    return DataError(f"{place}: cannot be read as Parquet ({reason}). Restore the file, or leave it out.")
