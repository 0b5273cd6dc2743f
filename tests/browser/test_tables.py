"""Pages for one's own table, in a browser: a box drawn in a chart, and a file of made rows."""

from __future__ import annotations

import pandas as pd
from playwright.sync_api import expect

from tests.browser.visitor import exceptions, open_page, settle


def _value(page, label):
    metric = page.get_by_test_id("stMetric").filter(has_text=label)
    return metric.get_by_test_id("stMetricValue").inner_text()


def _drag(page, start, end):
    """Drag across the first chart, from and to shares of its width and height."""
    area = page.locator(".js-plotly-plot").first.locator(".nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=8)
    page.mouse.up()
    page.wait_for_timeout(300)
    settle(page)


def test_a_box_drawn_in_the_map_gets_its_probability(page, server):
    open_page(page, server.url, "density")
    before = _value(page, "Probability of the box")
    _drag(page, (0.55, 0.05), (0.98, 0.55))
    after = _value(page, "Probability of the box")
    assert before != after
    assert 45 < float(after.rstrip("%")) < 75
    assert "density_box_across" in page.url
    _drag(page, (0.02, 0.5), (0.4, 0.98))
    assert 15 < float(_value(page, "Probability of the box").rstrip("%")) < 45
    assert exceptions(page) == []


def test_an_interval_drawn_in_the_curve_gets_its_probability(page, server):
    open_page(page, server.url, "density", "density_shape=One+column")
    before = _value(page, "Probability of the interval")
    _drag(page, (0.5, 0.4), (0.95, 0.6))
    after = _value(page, "Probability of the interval")
    assert before != after
    assert 50 < float(after.rstrip("%")) < 80


def test_many_made_rows_come_as_a_file(page, server, tmp_path):
    open_page(page, server.url, "synthetic_data", "synthetic_data_way=Like+mine&synthetic_data_most=1")
    with page.expect_download(timeout=60_000) as coming:
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
    expect(page.get_by_text("Unlike the first table").first).to_be_visible(timeout=20_000)
    settle(page)
    assert _value(page, "Unlike the first table") == "33.3%"
    assert exceptions(page) == []
