"""A visitor's own file: read, or refused in a sentence while the previous result stays."""

from __future__ import annotations

import json

import pytest

from pages._ui import share
from tests.data_dir import shared_file
from tests.pages.visit import sentences, visit

GOOD = b"height,mass\n" + b"\n".join(b"%d,%d" % (150 + i % 40, 50 + i % 37) for i in range(60))


@pytest.fixture(scope="module")
def page():
    """The clustering page with a first good file."""
    opened = visit("clustering", clustering_data="Upload")
    opened.file_uploader(key="clustering_file").upload("good.csv", GOOD)
    return opened.run()


def _tables():
    try:
        rows = json.loads(shared_file("ugly/expected.json").read_text(encoding="utf-8"))
    except pytest.skip.Exception:
        return []
    return [row for row in rows if row["kind"] == "table"]


def test_a_good_file_is_fitted(page):
    assert sentences(page) == []
    assert page.get("plotly_chart")
    assert any(button.label == "Rows (CSV)" for button in page.get("download_button"))


@pytest.mark.parametrize("row", _tables(), ids=lambda row: row["file"])
def test_an_ugly_file_gets_a_result_or_a_sentence(page, row):
    content = shared_file(f"ugly/{row['file']}").read_bytes()
    page.file_uploader(key="clustering_file").upload(row["file"], content).run()
    assert not page.exception
    assert page.get("plotly_chart"), "the page keeps a result"
    said = " ".join(sentences(page))
    if row["good"] == "load":
        assert said == ""
    if row["good"] == "error" or said:
        assert any(word.lower() in said.lower() for word in row["message"]), said


def test_after_a_refusal_the_page_says_what_it_shows(page):
    box = page.file_uploader(key="clustering_file")
    box.upload("empty.csv", b"").run()
    assert "0 bytes" in sentences(page)[0]
    assert any("goes on with" in note.value for note in page.info)
    alone = visit("clustering", clustering_data="Upload")
    alone.file_uploader(key="clustering_file").upload("empty.csv", b"").run()
    assert any("shows an example" in note.value for note in alone.info)


def test_a_wide_table_says_how_many_columns_are_used(page):
    names = [f"c{j}" for j in range(30)]
    lines = [
        ",".join(names),
        *(",".join(f"{(i * 7 + j * 3) % 11 + i % 5}" for j in range(30)) for i in range(70)),
    ]
    page.file_uploader(key="clustering_file").upload("wide.csv", "\n".join(lines).encode()).run()
    assert any(note.value.startswith("The first 20 of 30 numeric columns") for note in page.caption)


def test_columns_begin_again_with_another_table(page):
    page.file_uploader(key="clustering_file").upload("other.csv", GOOD.replace(b"height", b"width")).run()
    assert page.multiselect(key="clustering_columns").value == ["width", "mass"]
    page.multiselect(key="clustering_columns").set_value([]).run()
    assert "No column is chosen" in sentences(page)[0]
    assert page.get("plotly_chart")


def test_a_link_to_an_upload_says_that_the_file_is_missing():
    page = visit("clustering", clustering_data="Upload")
    assert any("example" in note.value for note in page.info)
    assert page.get("plotly_chart")


def test_rows_with_missing_values_are_kept():
    lines = [b"a,b"] + [b"%d,%d" % (i % 7 + 20 * (i % 2), i % 5 + 30 * (i % 2)) for i in range(80)]
    lines[3], lines[8] = b",4", b"2,"
    page = visit("clustering", clustering_data="Upload", clustering_model="Choose", clustering_k="2")
    page.file_uploader(key="clustering_file").upload("holes.csv", b"\n".join(lines)).run()
    assert sentences(page) == []
    assert any("Missing values in 2 rows" in text.value for text in page.caption)
    page.segmented_control(key="clustering_model").set_value("Automatic").run()
    assert any("Missing values in 2 rows" in text.value for text in page.caption)


def answers(page):
    """What the button of the page's link says when it has copied, if not the usual."""
    parts = [part.proto for part in page.get("bidi_component")]
    return [
        json.loads(part.json).get("copied") for part in parts if part.component_name.endswith("copy_link")
    ]


def test_a_link_without_the_file_on_screen_says_so():
    page = visit("clustering")
    assert answers(page) == [None]
    page = visit("clustering", clustering_data="Upload")
    assert answers(page) == [None], "the example is still on screen"
    page.file_uploader(key="clustering_file").upload("own.csv", b"a,b\n" + b"1,2\n3,1\n2,5\n" * 9).run()
    assert answers(page) == [share.WITHOUT_FILE]
