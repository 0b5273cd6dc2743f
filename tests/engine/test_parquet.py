"""Parquet columns of every type, with gaps, come out of the decoder's process as they were."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_engine.data import tables
from gmm_engine.data._decode import Decoded
from gmm_engine.data.tables import read_table
from gmm_engine.errors import UploadError


def test_gaps_in_every_type_of_parquet_column():
    gaps = pa.table(
        {
            "none": pa.nulls(4),
            "empty": pa.array([None] * 4, pa.float64()),
            "flag": pa.array([True, None, False, True]),
            "word": pa.array(["a", None, "é", ""]),
            "bytes": pa.array([b"x", None, b"\xff", b""]),
            "day": pa.array([0, None, 2, 3], pa.date32()),
            "half": pa.array([1.5, None, 2, 3], pa.float16()),
            "large": pa.array([2**63, None, 1, 2], pa.uint64()),
            "price": pa.array([1, None, 3, 4]).cast(pa.decimal128(24, 2)),
        }
    )
    out = io.BytesIO()
    pq.write_table(gaps, out)
    table = read_table(out.getvalue())
    assert table.numeric == ("half", "large", "price")
    assert table.values.isna().sum().tolist() == [4, 4, 1, 1, 1, 1, 1, 1, 1]
    assert table.values["word"].tolist()[2:] == ["é", ""]
    assert table.values["large"][0] == 2.0**63


def test_columns_of_different_lengths_are_damage(monkeypatch):
    facts = {"names": ["a", "b"], "kinds": ["number", "number"]}
    columns = {"0": np.arange(3.0), "1": np.arange(4.0)}
    monkeypatch.setattr(tables, "isolated", lambda *_, **__: Decoded(facts, columns))
    with pytest.raises(UploadError, match="differ in length"):
        read_table(b"PAR1")
