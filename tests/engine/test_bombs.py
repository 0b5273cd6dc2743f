"""Small files that would become huge are refused before they do, in every wrapping."""

import gzip
import io
import struct
import zipfile
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_engine.data.limits import LIMITS
from gmm_engine.data.tables import read_table
from gmm_engine.errors import UploadError

MEGABYTES = replace(LIMITS, upload_bytes=10_000_000, decoded_bytes=5_000_000, decode_seconds=10)
ROWS = b"1,2\n" * 2_500_000


def zipped(members, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def refused(data, word, limits=MEGABYTES):
    with pytest.raises(UploadError, match=word):
        read_table(data, limits=limits)


@pytest.mark.parametrize(
    "data",
    [gzip.compress(ROWS, 1), pa.compress(ROWS, "zstd", asbytes=True), zipped({"a.csv": ROWS})],
    ids=["gzip", "zstd", "zip"],
)
def test_a_packed_table_is_unpacked_up_to_the_limit(data):
    refused(data, "unpacks to .*5 MB")


def test_a_zip_archive_that_lies_about_its_size_is_damaged():
    data = bytearray(zipped({"a.csv": ROWS}))
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = data[22:26] = struct.pack("<I", 1000)
    refused(bytes(data), "damaged")


def test_a_member_said_to_begin_before_the_file_is_damaged():
    data = zipped({"a.csv": b"a\n1\n2\n"})
    refused(data[:4] + data[14:], "damaged")


def test_a_zip_archive_of_many_files_is_not_listed():
    refused(zipped({str(i): b"" for i in range(20_000)}), "too many files")


def test_a_zip_archive_with_a_second_table_of_contents_is_refused():
    data = zipped({"a.csv": b"a\n1\n2\n"})
    end = data.rfind(b"PK\x05\x06")
    refused(data[:end] + b"PK\x06\x07" + bytes(16) + data[end:], "too many files")


def test_archives_in_archives_end_somewhere():
    data = b"a\n1\n2\n"
    for _ in range(5):
        data = gzip.compress(data)
    refused(data, "Archives inside archives")


def test_an_encrypted_member_is_named():
    data = bytearray(zipped({"a.csv": b"a\n1\n2\n"}))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    refused(bytes(data), "a.csv .* password")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_header_of_200_000_equal_names_is_refused_at_once(mark):
    line = mark.join(["a"] * 200_000).encode()
    refused(line + b"\n" + line + b"\n", "200,000 columns; the limit is 5,000", LIMITS)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"1\n" * 40, "40 rows"),
        (b"1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7,8,9\n", "9 columns"),
        (b"1,2,3,4,5\n" * 30, "150 cells"),
        (b"x" * 5000, "limit"),
    ],
)
def test_each_limit_is_told_with_what_was_seen(data, word):
    refused(data, word, replace(LIMITS, rows=35, columns=8, cells=100, upload_bytes=4000))


def test_a_line_without_end_is_refused():
    refused(b"1" * 4_000_000, "first line")


_HEAD = '<?xml version="1.0"?>'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(rows, doctype=""):
    """An Excel workbook with one sheet whose XML is given."""
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/s.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
    )
    link = '<Relationships xmlns="{}/relationships"><Relationship Id="r" Type="{}/{}" Target="{}"/>'
    link += "</Relationships>"
    return zipped(
        {
            "[Content_Types].xml": _HEAD + types,
            "_rels/.rels": _HEAD + link.format(_PACKAGE, _OFFICE, "officeDocument", "xl/workbook.xml"),
            "xl/_rels/workbook.xml.rels": _HEAD + link.format(_PACKAGE, _OFFICE, "worksheet", "s.xml"),
            "xl/workbook.xml": f'{_HEAD}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>',
            "xl/s.xml": f"{_HEAD}{doctype}<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>",
        }
    )


def test_the_hand_made_workbook_is_a_workbook():
    cells = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}.5</v></c></row>' for i in (1, 2, 3))
    assert read_table(workbook(cells)).matrix()[:, 0].tolist() == [1.5, 2.5, 3.5]


def test_a_workbook_that_unpacks_too_far_is_refused_before_it_is_opened():
    refused(workbook("<row><c><v>1</v></c></row>" * 400_000), "unpacks to")


def test_entities_that_multiply_are_refused():
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "{"a" * 30}">{entities}]>'
    refused(
        workbook('<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>', doctype),
        "damaged|memory|more than",
    )


@pytest.mark.parametrize("cell", ["XFD1", "A1048576000", "XFD1048576"])
def test_a_cell_far_away_does_not_fill_the_table(cell):
    row = cell.lstrip("AXFD")
    refused(
        workbook(f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>'),
        "more than",
        replace(MEGABYTES, rows=5000),
    )


def as_parquet(table):
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_parquet_is_refused_by_its_footer():
    nothing = pa.nulls(1_000_000, pa.float64())
    refused(as_parquet(pa.table({"x": nothing})), "1,000,000 rows", replace(LIMITS, rows=1000))
    refused(
        as_parquet(pa.table({f"x{i}": [1.0] for i in range(60)})), "60 columns", replace(LIMITS, columns=50)
    )


def test_a_dictionary_that_multiplies_dies_in_the_child():
    one = pa.array(["a" * 100_000]).dictionary_encode()
    data = as_parquet(pa.table({"x": one.take(pa.array(np.zeros(50_000, int)))}))
    assert len(data) < 100_000
    refused(data, "memory|unpacks to", replace(LIMITS, decode_memory=1_000_000_000))


def test_text_that_is_not_utf8_is_damaged():
    data = as_parquet(pa.table({"x": [1.0, 2.0], "who": ["Ann", "Bobb"]}))
    refused(data.replace(b"Bobb", b"\xff\xfe\xfd\xfc"), "not UTF-8: the file is damaged")
