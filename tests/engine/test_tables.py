"""Tables of every dialect, encoding and wrapping are read, and what was done is said."""

import gzip
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_engine.data.tables import read_table
from gmm_engine.errors import DataError, GMMError, UploadError
from tests.data_dir import data_dir, shared_file

RNG = np.random.default_rng(4)
FLOWERS = pd.DataFrame(RNG.normal(5, 1, (30, 3)).round(2), columns=["length", "width", "depth"])
FLOWERS["species"] = ["setosa", "virginica"] * 15


def _ugly():
    listing = data_dir() / "ugly" / "expected.json"
    rows = json.loads(listing.read_text()) if listing.exists() else []
    return [row for row in rows if row["kind"] == "table"]


def _size(value):
    """Bytes are named by their number: what gzip writes depends on the time of day."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else None


@pytest.mark.parametrize("row", _ugly(), ids=lambda row: row["file"])
def test_every_ugly_table_behaves_as_listed(row):
    path = shared_file(f"ugly/{row['file']}")
    try:
        table = read_table(path)
    except GMMError as error:
        _check_refusal(row, str(error))
    else:
        _check_table(row, table)


def _check_refusal(row, message):
    assert row["good"] != "load"
    assert any(word in message for word in row["message"])


def _check_table(row, table):
    assert row["good"] != "error"
    expected = row["expect"]
    assert table.values.shape == (expected["rows"], expected["cols"])
    assert len(table.numeric) == expected["numeric_cols"]
    if "mean_of_first_column" in row:
        assert table.matrix()[:, 0].mean() == pytest.approx(row["mean_of_first_column"], abs=1e-6)
    if "sum_units" in row:
        assert table.values["units"].sum() == row["sum_units"]
    if "unusable_cells" in row:
        assert any(f"{row['unusable_cells']} of" in note for note in table.notes)


def text(frame=FLOWERS, encoding="utf-8", **options):
    return frame.to_csv(index=False, **options).encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        text(),
        text(sep=";", decimal=","),
        text(sep="\t"),
        text(sep="|"),
        text(sep=" "),
        text(lineterminator="\r\n"),
        text(lineterminator="\r"),
        text(quoting=1),
        text(encoding="utf-8-sig"),
        text(encoding="utf-16", sep="\t"),
        text(encoding="utf-16-le"),
        text(encoding="utf-16-be"),
        text(encoding="utf-32"),
        b"sep=;\r\n" + text(sep=";"),
        b"# measured in May\n" + text(),
        b"Flowers of the garden\n\n" + text(),
        text() + b"\n\n,,,\n",
        text().replace(b"\n", b",\n"),
        gzip.compress(text()),
        gzip.compress(gzip.compress(text())),
        pa.compress(text(), "zstd", asbytes=True),
    ],
    ids=_size,
)
def test_any_dialect_gives_the_same_table(data):
    table = read_table(data)
    assert table.columns == tuple(FLOWERS.columns)
    assert table.numeric == ("length", "width", "depth")
    assert np.array_equal(table.matrix(), FLOWERS.iloc[:, :3].to_numpy())
    assert table.values["species"].tolist() == FLOWERS["species"].tolist()


@pytest.mark.parametrize(
    ("encoding", "header"),
    [
        ("cp1252", "Größe;Prénom"),
        ("cp1251", "Возраст;Город"),
        ("gb18030", "年龄大小;城市名称"),
        ("cp932", "たいじゅう;なまえ"),
        ("cp949", "몸무게;도시이름"),
    ],
)
def test_names_of_every_script_survive_old_encodings(encoding, header):
    table = read_table(f"{header}\n1,5;a\n2,5;b\n".encode(encoding))
    assert ";".join(table.columns) == header
    assert table.matrix()[:, 0].tolist() == [1.5, 2.5]


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def test_a_zip_archive_gives_its_table():
    table = read_table(zipped(readme__md="hello", flowers__csv=text()))
    assert table.matrix().shape == (30, 3)
    assert "flowers.csv" in table.notes[0]
    assert "1 other" in table.notes[0]


def as_excel(**sheets):
    out = io.BytesIO()
    with pd.ExcelWriter(out) as book:
        for name, frame in sheets.items():
            frame.to_excel(book, sheet_name=name, index=False)
    return out.getvalue()


def test_an_excel_workbook_is_read_by_content():
    frame = FLOWERS.assign(day=pd.date_range("2024-01-01", periods=30), empty=np.nan)
    table = read_table(as_excel(May=frame, June=frame), "flowers.csv")
    assert table.numeric == ("length", "width", "depth")
    assert np.array_equal(table.matrix(), FLOWERS.iloc[:, :3].to_numpy())
    assert table.values["day"].tolist() == frame["day"].tolist()
    assert "“May”, the first of 2 sheets" in table.notes[0]
    assert "empty" in table.columns


def as_parquet(frame, **options):
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), out, **options)
    return out.getvalue()


def test_parquet_keeps_its_types():
    frame = FLOWERS.assign(
        count=np.arange(30),
        day=pd.date_range("2024-01-01", periods=30, tz="UTC"),
        flag=[True, False] * 15,
        label=pd.Categorical(["a", None, "c"] * 10),
        gap=pd.array([1, None, 3] * 10, "Int64"),
        parts=[[1, 2]] * 30,
    )
    table = read_table(as_parquet(frame))
    assert table.numeric == ("length", "width", "depth", "count", "gap")
    assert np.array_equal(table.matrix()[:, :3], FLOWERS.iloc[:, :3].to_numpy())
    assert table.values["count"].dtype == np.int64
    assert np.isnan(table.values["gap"][1])
    assert table.values["day"][3] == pd.Timestamp("2024-01-04")
    assert table.values["label"].isna().sum() == 10
    assert any("parts" in note for note in table.notes)


def test_a_table_without_names_gets_numbers():
    table = read_table(text(header=False))
    assert table.columns == ("column 1", "column 2", "column 3", "column 4")
    assert len(table.values) == 30
    assert any("No line of column names" in note for note in table.notes)


def test_years_above_numbers_are_names():
    table = read_table(b"country,1990,1991,1992\nDE,1,2,3\nFR,4,6,5\n")
    assert table.numeric == ("1990", "1991", "1992")


def test_row_names_as_r_writes_them():
    table = read_table(b'"x","y"\n"a",1,2\n"b",3,5\n')
    assert table.columns == ("row", "x", "y")
    assert table.values["y"].tolist() == [2, 5]


def test_equal_names_are_told_apart():
    table = read_table(b"x,x,y,x,\n1,2,3,4,5\n2,3,4,5,7\n")
    assert table.columns == ("x", "x (2)", "y", "x (3)", "column 5")
    assert any("Equal" in note for note in table.notes)


def test_numbers_as_people_write_them():
    rows = ["price;share;debt;count", "$ 1,234.50;12 %;(5);1 234", "$ 99.00;8.5 %;7;2 000", "€ 3.20;0 %;9;12"]
    table = read_table("\n".join(rows).encode())
    assert table.values["price"].tolist() == [1234.5, 99.0, 3.2]
    assert table.values["share"].tolist() == [12, 8.5, 0]
    assert table.values["debt"].tolist() == [-5, 7, 9]
    assert table.values["count"].tolist() == [1234, 2000, 12]


def test_stray_cells_are_counted_and_quoted():
    cells = ["1.5", "n/a", "-", "<0.1", "pending", ""] + ["2.5"] * 20
    data = "conc,temp\n" + "".join(f"{c},{i}\n" for i, c in enumerate(cells))
    table = read_table(data.encode())
    assert table.numeric == ("conc", "temp")
    assert any("5 of 26 cells (3 empty, 2 text such as “<0.1”, “pending”)" in note for note in table.notes)


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2024-02-01", "2024-02-13"], "2024-02-01"),
        (["2024-02-01T10:30:00Z", "2024-02-13T11:00:00Z"], "2024-02-01 10:30"),
        (["1.2.2024", "13.2.2024"], "2024-02-01"),
        (["02/01/2024 10:30", "02/13/2024 11:00"], "2024-02-01 10:30"),
        (["01/02/24", "13/02/24"], "2024-02-01"),
        (["1-Feb-2024", "13-Feb-2024"], "2024-02-01"),
        (["Feb 1, 2024", "Feb 13, 2024"], "2024-02-01"),
    ],
)
def test_dates_are_dates_and_no_numbers(cells, first):
    table = read_table(b"when;v\n" + "".join(f"{c};{i}\n" for i, c in enumerate(cells)).encode())
    assert table.numeric == ("v",)
    assert table.values["when"][0] == pd.Timestamp(first)
    assert table.about["dates"] == ("when",)


def test_an_ambiguous_order_of_day_and_month_is_said():
    table = read_table(b"when,v\n01/02/2024,1\n03/04/2024,2\n")
    assert any("month before day" in note for note in table.notes)


def test_an_unclosed_quote_costs_nothing():
    table = read_table(b'size,v\n"5 inch,1\n6 inch,2\n7 inch,4\n')
    assert table.values["v"].tolist() == [1, 2, 4]


def test_a_line_that_is_too_long_is_left_out_and_counted():
    table = read_table(b"a,b\n1,2\n3,4,5\n6,8\n9,9\n")
    assert table.values["a"].tolist() == [1, 6, 9]
    assert any("1 line with more than 2 cells" in note for note in table.notes)


def test_names_are_printable_and_short():
    table = read_table(b'"a\nb","' + b"x" * 5000 + b'"\n1,2\n3,4\n', "../../etc/pass\nwd.csv")
    assert table.columns[0] == "a b"
    assert len(table.columns[1]) == 200
    assert table.name == "passwd.csv"


@pytest.mark.parametrize(
    ("data", "error", "word"),
    [
        (b"", UploadError, "empty"),
        (b"  \n \n", UploadError, "empty"),
        (b"a,b,c\n", UploadError, "no data rows"),
        (b"a,b,c\n1,2,3\n", DataError, "at least 2"),
        (b"name,city\nA,B\nC,D\n", DataError, "numeric"),
        (b"a,b\n1,\n1,\n", DataError, "a is constant .1.; b is empty"),
        (b"a\n1e300\n2e300\n", DataError, "large"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), UploadError, "PNG picture"),
        (b"%PDF-1.7 ...", UploadError, "PDF"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), UploadError, "old Excel"),
        (b"<!DOCTYPE html><table>", UploadError, "web page"),
        (b'{"format": "gmm_engine", "weights": [0.5,\n', UploadError, "fitted model .JSON."),
        (b'[\n {"a": 1, "b": 2},\n {"a": 2, "b": 2}]', UploadError, "JSON. Save the table as CSV"),
        (bytes(range(256)) * 10, UploadError, "binary"),
        (b"PAR1" + bytes(50) + b"PAR1", UploadError, "damaged"),
        (b"PK\x03\x04" + bytes(50), UploadError, "damaged"),
        (gzip.compress(b"a,b\n1,2\n" * 99)[:-20], UploadError, "damaged"),
        (b"\x28\xb5\x2f\xfd" + bytes(50), UploadError, "damaged"),
    ],
    ids=_size,
)
def test_what_cannot_be_read_is_named(data, error, word):
    with pytest.raises(error, match=word):
        read_table(data)


def test_many_useless_columns_are_summed_up():
    with pytest.raises(DataError, match=r"a is empty; b is empty; .*; 5 more columns like these\.$"):
        read_table(b"a,b,c,d,e,f,g,h,name\n" + b",,,,,,,,x\n" * 3)


def test_a_missing_file_is_an_upload_error(tmp_path):
    with pytest.raises(UploadError, match="opened"):
        read_table(tmp_path / "none.csv")
