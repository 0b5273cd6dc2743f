"""Files and messages that no honest browser sends; the server answers and stays up."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import zipfile
import zlib

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.data_dir import shared_file
from tests.http.client import Visit, request

PAGES = {"table": "clustering", "image": "segmentation", "audio": "speech", "video": "background"}
INCIDENT = "Something went wrong on our side"


def ugly(kind):
    try:
        rows = json.loads(shared_file("ugly/expected.json").read_text(encoding="utf-8"))
    except pytest.skip.Exception:
        return []
    return [row for row in rows if row["kind"] == kind]


def uploader(visit):
    return next(label for label in visit.widgets if label.startswith("Your file"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", PAGES)
def test_every_ugly_file_gets_a_result_or_a_sentence(server, kind):
    page, rows = PAGES[kind], ugly(kind)
    if not rows:
        pytest.skip("the ugly files are not on this machine")
    for row in rows:
        content = shared_file(f"ugly/{row['file']}").read_bytes()
        if len(content) > 2_000_000:
            continue
        with Visit(server.port, page, f"{page}_data=Upload") as visit:
            visit.give(uploader(visit), content, row["file"])
            said = re.sub(r"\\(?=[^\w\s])", "", " ".join(visit.problems)).lower()
            assert INCIDENT.lower() not in said, (row["file"], said)
            assert row["good"] != "load" or not said, (row["file"], said)
            if row["good"] == "error" or said:
                assert any(word.lower() in said for word in row["message"]), (row["file"], said)
    assert request(server.port, "/_stcore/health")[0] == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "/etc/passwd",
        "C:\\x.csv",
        "<script>alert(1)</script>",
        "a\0b.csv",
        "x" * 5000,
        "",
        ".",
    ],
    ids=["up", "root", "drive", "script", "nul", "long", "empty", "dot"],
)
def test_a_file_name_is_only_a_name(server, name):
    with Visit(server.port, "clustering", "clustering_data=Upload") as visit:
        visit.give(uploader(visit), b"a,b\n" + b"1,2\n2,1\n5,9\n6,8\n" * 9, name)
        assert visit.problems == []
        assert "root:x:0" not in visit.words
        assert len(re.findall(r"<script", visit.words)) <= visit.words.count("script>alert")


def png_of(width, height):
    """A picture that says how large it is and has no pixels."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    parts = [
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each))
        for each in (chunk, data)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def wav_of(seconds):
    """A recording whose header promises more than it holds."""
    size = seconds * 8000
    head = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", size + 36)
        + b"WAVE"
        + head
        + b"data"
        + struct.pack("<I", size)
        + bytes(9000)
    )


def zip_of(member):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"1,2\n" * 15_000_000)
    return out.getvalue()


BOMBS = {
    "header": ("clustering", lambda: b",".join([b"x"] * 200_000) + b"\n1\n2\n"),
    "one-line": ("clustering", lambda: b"9" * 1_900_000),
    "gzip": ("clustering", lambda: gzip.compress(b"1,2\n" * 15_000_000, 1)),
    "zip": ("clustering", lambda: zip_of("a.csv")),
    "xlsx": ("clustering", lambda: zip_of("xl/workbook.xml")),
    "png": ("segmentation", lambda: png_of(30_000, 30_000)),
    "png-thin": ("segmentation", lambda: png_of(2**31 - 1, 1)),
    "gif": ("segmentation", lambda: b"GIF89a" + b"\xff" * 4 + bytes(9) + b"," + b"\xff" * 400),
    "wav": ("speech", lambda: wav_of(200_000)),
    "mp4": (
        "background",
        lambda: b"\0\0\0\x18ftypmp42" + bytes(12) + b"\x7f\xff\xff\xffmoov" + b"trak" * 9000,
    ),
}


QUICK = ("header", "png", "gzip")


@pytest.mark.parametrize(
    ("page", "make"),
    [
        pytest.param(*row, id=name, marks=[] if name in QUICK else pytest.mark.slow)
        for name, row in BOMBS.items()
    ],
)
def test_a_bomb_gets_a_sentence(server, page, make):
    with Visit(server.port, page, f"{page}_data=Upload") as visit:
        visit.give(uploader(visit), make(), "bomb")
        assert len(visit.problems) == (page != "speech"), "a recording cut short is read as far as it goes"
        assert not any(INCIDENT in problem for problem in visit.problems)
    assert request(server.port, "/_stcore/health")[0] == 200


NONSENSE = {
    "text": {"string_value": "nine"},
    "huge": {"double_array_value": [1e308]},
    "nan": {"double_array_value": [float("nan")]},
    "many": {"double_array_value": [1.0] * 5000},
    "none": {"double_array_value": []},
    "negative": {"double_array_value": [-5.0]},
    "integer": {"int_value": 2**53},
    "bytes": {"bytes_value": b"\xff\xfe" * 100},
    "json": {"json_value": "{"},
}


@pytest.mark.slow
@pytest.mark.parametrize("values", NONSENSE.values(), ids=NONSENSE)
def test_a_control_set_to_nonsense_breaks_nobody(server, values):
    with Visit(server.port, "synthetic_data") as visit:
        visit.change(Components=values)
        assert "Traceback" not in visit.words
    with Visit(server.port, "synthetic_data") as other:
        assert other.problems == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "synthetic_data_k=999999999&synthetic_data_rows=%00&synthetic_data_shape=" + "A" * 5000,
        "synthetic_data_mixture=1e999%201e999&synthetic_data_shape=Mixture",
        "synthetic_data_mixture=" + "0.1%200%200%201%201%200;" * 500 + "&synthetic_data_shape=Mixture",
        "&".join(f"x{i}={i}" for i in range(900)),
        "share=" + "%27%20OR%201=1--" * 50,
        "share=%ED%B3%BF",
    ],
    ids=["bounds", "infinite", "long", "many", "sql", "surrogate"],
)
def test_a_hostile_link_gets_the_page_or_a_sentence(server, query):
    with Visit(server.port, "synthetic_data", query) as visit:
        assert not any(INCIDENT in problem for problem in visit.problems)


def test_a_message_that_is_no_message_ends_only_its_own_visit(server):
    for garbage in (b"\xff" * 100, b"", bytes(range(256)) * 4000):
        visit = Visit(server.port)
        visit.socket.send(garbage)
        visit.__exit__()
    with Visit(server.port) as other:
        assert other.problems == []


def test_widgets_that_do_not_exist_cost_only_their_sender_a_sentence(server):
    with Visit(server.port, "clustering") as visit:
        message = BackMsg()
        message.rerun_script.page_script_hash = visit.page_hash
        for i in range(2000):
            message.rerun_script.widget_states.widgets.add(id=f"invented-{i}").string_value = "x" * 100
        visit.send(message)
        assert all(INCIDENT in problem for problem in visit.problems)
        assert "Traceback" not in visit.words
    with Visit(server.port, "clustering") as other:
        assert other.problems == []


@pytest.mark.parametrize(
    "path",
    [
        "/app/static/../../../../etc/passwd",
        "/app/static/..%2f..%2f..%2fapp.py",
        "/component/x/../../app.py",
        "/media/../app.py",
        "/saved/studio.db",
        "/.git/config",
        "/pages/_ui/settings.py",
    ],
)
def test_no_address_leads_to_the_servers_files(server, path):
    _, _, body = request(server.port, path)
    assert b"root:x:0" not in body
    assert b"SQLite format" not in body
    assert b"import " not in body[:2000]
    assert b"[core]" not in body


def test_another_visits_upload_cannot_be_named(server):
    secret = b"secret,b\n" + b"7,2\n2,1\n5,9\n6,8\n" * 9
    with Visit(server.port, "clustering", "clustering_data=Upload") as ann:
        assert ann.upload(secret, "anns-file") == 204
        with Visit(server.port, "clustering", "clustering_data=Upload") as bob:
            message = BackMsg()
            message.rerun_script.page_script_hash = bob.page_hash
            state = message.rerun_script.widget_states.widgets.add(id=bob.widgets[uploader(bob)])
            info = state.file_uploader_state_value.uploaded_file_info.add(
                name="x", size=9, file_id="anns-file"
            )
            info.file_urls.file_id = "anns-file"
            info.file_urls.upload_url = f"/_stcore/upload_file/{ann.session}/anns-file"
            assert "secret" not in bob.send(message)
