"""*Save and share* on pages: what is stored, who may delete it, and what a link brings back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pages._ui.saving import sharing, visitors
from pages._ui.saving.shelf import Shelf
from pages._ui.settings import SETTINGS
from tests.pages.numbers import script
from tests.pages.visit import sentences, visit

LIMITS = replace(SETTINGS, share_megabytes=4)
PEOPLE = b"height,mass\n" + b"\n".join(
    b"%d,%d" % (150 + i % 9 + 40 * (i % 2), 50 + i % 7 + 30 * (i % 2)) for i in range(90)
)


@pytest.fixture(autouse=True)
def no_cookies(monkeypatch):
    """Visitors without a browser send none."""
    monkeypatch.setattr(visitors, "cookies", dict)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """The pages' shelf, empty."""
    own = Shelf(f"sqlite:///{tmp_path}/studio.db", LIMITS)
    monkeypatch.setattr(sharing, "shelf", lambda: own)
    return own


def uploaded(name="clustering", content=PEOPLE):
    page = visit(name, **{f"{name}_data": "Upload"})
    page.file_uploader(key=f"{name}_file").upload("people <b>.csv", content)
    return page.run()


def save(page, name="clustering"):
    """Press Save; the token of what was saved."""
    page.button(key=f"{name}_save").click().run()
    assert not page.exception
    assert sentences(page) == []
    return page.session_state["_saved"][0].token


def arrive(token, name="clustering"):
    page = visit(name, share=token)
    assert not page.exception
    return page


def metrics(page):
    return [(metric.label, metric.value) for metric in page.metric]


def test_with_its_file_a_result_lives_again(shelf):
    maker = uploaded()
    maker.slider(key="clustering_most").set_value(3).run()
    maker.checkbox(key="clustering_save_file").check()
    token = save(maker)
    entry = shelf.get(token)
    assert [(file.kind, file.name, file.content) for file in entry.files] == [
        ("table", "people <b>.csv", PEOPLE)
    ]
    guest = arrive(token)
    assert metrics(guest) == metrics(maker)
    assert guest.slider(key="clustering_most").value == 3
    assert any("A saved result" in text.value for text in guest.markdown)


def test_without_its_file_numbers_figures_tables_and_model_are_shown(shelf):
    maker = uploaded()
    token = save(maker)
    entry = shelf.get(token)
    assert entry.files == ()
    guest = arrive(token)
    assert guest.get("plotly_chart")
    assert {button.label for button in guest.get("download_button")} == {"Model (JSON)", "Report (HTML)"}
    assert metrics(guest) == metrics(maker)
    profiles = guest.dataframe[0].value
    assert {"component", "share", "height, mean", "what sets it apart"} <= set(profiles)
    assert len(profiles) == int(dict(metrics(maker))["Components"])
    assert "read_table" in script(guest)


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("time_series", "em_steps", "digits")]


@pytest.mark.parametrize("name", ["synthetic_data", *SLOW])
def test_an_example_is_restored_by_its_controls(shelf, name):
    maker = visit(name)
    guest = arrive(save(maker, name), name)
    assert metrics(guest) == metrics(maker)
    assert sentences(guest) == []


@pytest.mark.slow
def test_a_link_may_come_to_any_page(shelf):
    guest = arrive(save(uploaded()), "synthetic_data")
    assert guest.title[0].value == "Clustering"


def test_the_maker_deletes_what_was_saved(shelf):
    maker = uploaded()
    token = save(maker)
    maker.button(key=f"clustering_delete_{token[:8]}").click().run()
    assert maker.session_state["_saved"] == []
    guest = arrive(token)
    assert "Nothing is saved under this link" in sentences(guest)[0]
    assert guest.get("plotly_chart"), "the page shows its example"


@pytest.mark.slow
def test_nobody_else_is_offered_to_delete(shelf):
    guest = arrive(save(uploaded()))
    assert not any(button.key == "saved_delete" for button in guest.button)


def test_a_file_too_large_is_not_offered_to_be_saved(shelf, monkeypatch):
    monkeypatch.setattr("pages._ui.uploads.SETTINGS", replace(SETTINGS, share_megabytes=0.0001))
    page = uploaded()
    assert not any(box.key == "clustering_save_file" for box in page.checkbox)
    assert any("too large to be saved" in text.value for text in page.caption)
    assert shelf.get(save(page)).files == ()


FOLDER = pytest.param("sqlite:////proc/nowhere/s.db", marks=pytest.mark.slow)


@pytest.mark.parametrize("address", ["postgresql://nobody@127.0.0.1:1/x", FOLDER], ids=["server", "folder"])
def test_without_its_database_the_page_works_and_sharing_says_why(monkeypatch, address):
    gone = Shelf(address, LIMITS)
    monkeypatch.setattr(sharing, "shelf", lambda: gone)
    page = uploaded()
    assert page.metric
    page.button(key="clustering_save").click().run()
    assert re.search("Sharing is not possible now: .* Everything else", sentences(page)[0])
    assert page.metric
    guest = arrive("x" * 32)
    assert re.search("Sharing is not possible now", sentences(guest)[0])
    assert guest.metric


def test_an_older_result_is_not_saved_under_new_settings(shelf):
    page = visit("synthetic_data")
    page.select_slider(key="synthetic_data_rows").set_value("1,000,000").run()
    page.button(key="synthetic_data_save").click().run()
    assert "press Fit, then save" in sentences(page)[0]


def test_a_second_table_does_not_become_the_data_of_the_page():
    page = uploaded()
    before = metrics(page)
    page.file_uploader(key="clustering_second").upload("other.csv", PEOPLE.replace(b"1", b"2")).run()
    page.run()
    assert not page.exception
    assert metrics(page)[: len(before)] == before
    assert not any("Uploaded in this visit" in box.label for box in page.selectbox)


@pytest.mark.slow
def test_strange_rows_of_a_file_are_saved_with_the_file(shelf):
    maker = uploaded("anomalies")
    maker.checkbox(key="anomalies_save_file").check()
    token = save(maker, "anomalies")
    assert [file.content for file in shelf.get(token).files] == [PEOPLE]
    assert metrics(arrive(token, "anomalies")) == metrics(maker)
