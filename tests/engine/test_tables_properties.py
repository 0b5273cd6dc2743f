"""Any table in any dialect is given back; any bytes give a table or a sentence."""

import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmm_engine.data.limits import Limits
from gmm_engine.data.tables import read_table
from gmm_engine.data.write import to_csv
from gmm_engine.errors import DataError, UploadError
from gmm_engine.types import Dataset

SMALL = Limits(upload_bytes=100_000, decoded_bytes=1_000_000, rows=2000, columns=50, decode_seconds=5)

numbers = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: round(x, 4))
letters = "abcdefghijklmnopqrstuvwxyzäöüßéçñ"
words = st.text(letters, min_size=1, max_size=8).map(lambda word: f"q{word}q")  # never "nan" nor "e5"
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
dialects = st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", ".")])
line_ends = st.sampled_from(["\n", "\r\n", "\r"])
quotings = st.sampled_from([0, 1, 2])


@st.composite
def tables(draw):
    """Two to thirty rows: a column of words, and one to five of numbers, some of them missing."""
    rows, width = draw(st.integers(2, 30)), draw(st.integers(1, 5))
    names = draw(st.lists(words, min_size=width + 1, max_size=width + 1, unique=True))
    cells = [draw(st.lists(numbers, min_size=rows, max_size=rows)) for _ in range(width)]
    frame = pd.DataFrame(dict(zip(names, [np.array(column, float) for column in cells], strict=False)))
    gaps = draw(st.sets(st.integers(1, rows - 1), max_size=rows // 3))
    frame.iloc[list(gaps), draw(st.integers(0, width - 1))] = np.nan
    frame[names[-1]] = draw(st.lists(words, min_size=rows, max_size=rows))
    return frame


@given(tables(), dialects, encodings, line_ends, quotings)
@settings(max_examples=80, deadline=None)
def test_a_table_survives_any_dialect(frame, dialect, encoding, line_end, quoting):
    separator, decimal = dialect
    text = frame.to_csv(index=False, sep=separator, decimal=decimal, lineterminator=line_end, quoting=quoting)
    data = text.encode(encoding)
    if all(frame[name].nunique() < 2 for name in frame.columns[:-1]):
        with pytest.raises(DataError, match="No numeric column"):
            read_table(data)
        return
    table = read_table(data)
    assert table.columns == tuple(frame.columns)
    own = frame.iloc[:, :-1].to_numpy()
    assert np.array_equal(table.matrix(table.columns[:-1]), own, equal_nan=True)
    assert table.values.iloc[:, -1].tolist() == frame.iloc[:, -1].tolist()


@given(tables())
@settings(max_examples=40, deadline=None)
def test_what_we_write_we_read(frame):
    first = read_or_none(to_csv(frame))
    if first is not None:
        again = read_table(to_csv(first.values))
        assert again.columns == first.columns
        assert again.digest == first.digest


def read_or_none(data):
    try:
        table = read_table(data, limits=SMALL)
    except (UploadError, DataError):
        return None
    assert isinstance(table, Dataset)
    assert len(set(table.columns)) == len(table.columns) == table.values.shape[1]
    assert np.isfinite(table.matrix()).any(axis=0).all()
    return table


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_table_or_a_sentence(data):
    read_or_none(data)


numeric_snippets = [
    "1",
    "-2.5",
    "1,5",
    "1.234,5",
    "1e999",
    "nan",
    "inf",
    "€ 3",
    "$",
    "%",
    "(",
    "2024-01-01",
    "1/2/24",
]
marks = [",", ";", "\t", "|", "\n", "\r", "\r\n", " ", '"', '""', "'", "#", "sep=", "\0", "\ufeff"]
snippets = st.sampled_from([*numeric_snippets, *marks, "a", "é", "=1+1"])


@given(st.lists(snippets, max_size=80), encodings)
@settings(max_examples=200, deadline=None)
def test_any_soup_of_cells_gives_a_table_or_a_sentence(pieces, encoding):
    read_or_none("".join(pieces).encode(encoding, errors="replace"))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_damaged_archive_gives_a_table_or_a_sentence(data):

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a,b\n" + "1,2\n" * 50)
    good = data.draw(st.sampled_from([out.getvalue(), gzip.compress(b"a,b\n1,2\n3,5\n")]))
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    read_or_none(bytes(bad[: data.draw(st.integers(1, len(bad)))]))
