"""Pages for one's own table, in a browser: a box drawn in a chart, and a file of made rows."""

from __future__ import annotations

import pandas as pd
from playwright.sync_api import expect

from tests.browser.visitor import drag, exceptions, open_page, settle


def _value(page, label):
    metric = page.get_by_test_id("stMetric").filter(has_text=label)
    return metric.get_by_test_id("stMetricValue")


def _drawn(page, start, end, label):
    """Per cent that the page tells once a box was drawn in the first chart."""
    value = _value(page, label)
    before = value.inner_text()
    drag(page, page.locator(".js-plotly-plot").first.locator(".nsewdrag").first, start, end)
    expect(value).not_to_have_text(before)
    settle(page)
    return float(value.inner_text().rstrip("%"))


def test_a_box_drawn_in_the_map_gets_its_probability(page, server):
    open_page(page, server.url, "density")
    assert 45 < _drawn(page, (0.55, 0.05), (0.98, 0.55), "Probability of the box") < 75
    assert "density_box_across" in page.url
    assert 15 < _drawn(page, (0.02, 0.5), (0.4, 0.98), "Probability of the box") < 45
    assert exceptions(page) == []


def test_an_interval_drawn_in_the_curve_gets_its_probability(page, server):
    open_page(page, server.url, "density", "density_shape=One+column")
    assert 50 < _drawn(page, (0.5, 0.4), (0.95, 0.6), "Probability of the interval") < 80


def test_many_made_rows_come_as_a_file(page, server, tmp_path):
    open_page(page, server.url, "synthetic_data", "synthetic_data_way=Like+mine&synthetic_data_most=1")
    with page.expect_download() as coming:
        page.get_by_role("button", name="10,000 rows (CSV)").click()
    coming.value.save_as(tmp_path / "rows.csv")
    frame = pd.read_csv(tmp_path / "rows.csv")
    assert len(frame) == 10_000
    assert frame["body mass (g)"].dtype.kind == "i"
    expect(page.get_by_text("Energy test", exact=True)).to_be_visible()
    assert exceptions(page) == []


def test_a_second_table_is_scored(page, server, tmp_path):
    path = tmp_path / "second.csv"
    path.write_text("eruption (min),waiting (min)\n2.0,55\n4.5,80\n3.0,200\n")
    open_page(page, server.url, "clustering")
    page.get_by_text("Score another table").click()
    page.locator("input[type=file]").last.set_input_files(path)
    expect(_value(page, "Unlike the first table")).to_have_text("33.3%")
    assert exceptions(page) == []


def test_a_table_has_no_download_that_keeps_formulas_alive(page, server):
    open_page(page, server.url, "anomalies")
    page.get_by_test_id("stDataFrame").first.hover()
    expect(page.get_by_role("button", name="Search").first).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)
