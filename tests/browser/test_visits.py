"""Whole visits: bring a table, take the result away, share it, stop what takes too long."""

from __future__ import annotations

import csv
import io
import json
import random

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import exceptions, open_page, settle

FILE = "input[type=file]"
READ = "Text column left out of fits: who."
# Ten starts from single rows of nine groups that overlap: a moment for a thousand rows, but
# hundreds of iterations in eight columns for a million.
LONG = "&".join(
    f"synthetic_data_{name}={value}"
    for name, value in {
        "shape": "Blobs", "blobs": 9, "made_columns": 8, "apart": 0.5,
        "k": 7, "init": "random_from_data", "n_init": 10,
    }.items()
)  # fmt: skip


def table(rows=120):
    """Two clear groups with a name in each row, as CSV with semicolons and decimal commas."""
    rng = random.Random(0)
    lines = ["who;height;mass"]
    for i in range(rows):
        middle = (150, 50) if i % 3 else (190, 95)
        height, mass = (f"{rng.gauss(m, 3):.2f}".replace(".", ",") for m in middle)
        lines.append(f"=SUM({i});{height};{mass}")
    return "\n".join(lines).encode()


def upload(page, content, says, name="people.csv"):
    """Send a file and wait until the page says what it thinks of it."""
    page.locator(FILE).first.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    expect(page.get_by_text(says)).to_be_visible()
    return settle(page)


def take(page, label):
    """The content of what a take-away button gives."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).click()
    return waiting.value.path().read_bytes()


@pytest.fixture
def with_table(server, page):
    """The clustering page with an uploaded table."""
    open_page(page, server.url, "clustering", "clustering_data=Upload")
    return upload(page, table(), READ)


def test_a_table_is_taken_away_labelled_with_its_model_figure_and_notebook(with_table):
    rows = list(csv.DictReader(io.StringIO(take(with_table, "Rows (CSV)").decode())))
    assert len(rows) == 120
    assert {"who", "height", "mass", "component", "probability 1"} <= set(rows[0])
    assert rows[0]["who"] == "'=SUM(0)"
    tall = {row["component"] for i, row in enumerate(rows) if i % 3 == 0}
    small = {row["component"] for i, row in enumerate(rows) if i % 3}
    assert len(tall) == 1
    assert tall & small == set()
    model = json.loads(take(with_table, "Model (JSON)"))
    assert len(model["weights"]) == 2
    assert b"plotly" in take(with_table, "Report (HTML)")
    notebook = json.loads(take(with_table, "Notebook"))
    assert "read_table('people.csv')" in "".join(cell["source"] for cell in notebook["cells"])


def test_a_wrong_file_gets_a_sentence_and_the_result_stays(with_table):
    upload(with_table, b"name,city\nAnn,Rome\nBo,Oslo\n", "No numeric column can be used", "words.csv")
    expect(with_table.locator(".js-plotly-plot").first).to_be_visible()
    assert exceptions(with_table) == []


def test_an_upload_is_offered_on_the_next_visit_to_the_page_and_to_nobody_else(with_table, server, new_page):
    with_table.get_by_role("link", name="Synthetic data").first.click()
    settle(with_table)
    with_table.get_by_role("link", name="Clustering").first.click()
    settle(with_table)
    if with_table.get_by_text("people.csv").count() == 0:
        with_table.get_by_role("radio", name="Upload").click()
        settle(with_table)
    expect(with_table.get_by_text(READ)).to_be_visible()
    other = open_page(new_page(), server.url, "clustering", "clustering_data=Upload")
    expect(other.get_by_text("Until then the page shows an example")).to_be_visible()


def test_a_file_dropped_at_home_opens_on_its_page(server, page):
    open_page(page, server.url)
    upload(page, table(), READ)
    expect(page.get_by_role("heading", level=1)).to_have_text("Clustering")


def test_a_copied_link_restores_every_control(server, page, new_page):
    query = "synthetic_data_shape=Blobs&synthetic_data_blobs=4&synthetic_data_k=4&synthetic_data_draw=7"
    open_page(page, server.url, "synthetic_data", query)
    slider = page.get_by_role("slider", name="Components")
    slider.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    address = page.get_by_role("button", name="Copy link").get_attribute("data-address")
    assert "v=1" in address
    assert "synthetic_data_covariance=full" in address
    other = new_page()
    other.goto(address)
    settle(other)
    expect(other.get_by_role("slider", name="Components")).to_have_value("5")
    expect(other.get_by_role("slider", name="Blobs")).to_have_value("4")
    numbers = [each.locator("[data-testid=stMetricValue]").all_inner_texts() for each in (page, other)]
    assert numbers[0] == numbers[1]


def test_nonsense_in_a_link_falls_back(server, page):
    query = "synthetic_data_k=999&synthetic_data_shape=nothing&synthetic_data_draw=abc"
    open_page(page, server.url, "synthetic_data", query)
    expect(page.get_by_role("slider", name="Components")).to_have_value("3")
    assert exceptions(page) == []


def top(page):
    """Where the first chart begins, in pixels below the title, however far one has scrolled."""
    title, chart = (page.locator(each).first.bounding_box()["y"] for each in ("h1", ".studio-chart"))
    return chart - title


def test_work_that_nobody_asked_for_is_told_without_moving_the_page(server, page):
    open_page(
        page, server.url, "bic_selection", "bic_selection_families=five+common&bic_selection_resamples=499"
    )
    place = top(page)
    page.get_by_role("switch", name="Run the test").press("Space")
    expect(page.get_by_test_id("stProgress")).to_be_in_viewport()
    assert top(page) == place
    page.get_by_test_id("stButton").get_by_role("button", name="Stop").click()
    settle(page)
    assert exceptions(page) == []


def test_a_long_fit_shows_progress_and_stops(server, page):
    open_page(page, server.url, "synthetic_data", LONG)
    before = page.locator("[data-testid=stMetricValue]").all_inner_texts()
    page.get_by_role("slider", name="Rows").focus()
    page.keyboard.press("End")
    expect(page.get_by_text("The result below is from the previous settings.")).to_be_visible()
    settle(page)
    place = top(page)
    page.get_by_role("button", name="Fit", exact=True).click()
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    assert top(page) == place
    page.get_by_test_id("stButton").get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    settle(page)
    assert page.locator("[data-testid=stMetricValue]").all_inner_texts() == before
    assert exceptions(page) == []
