"""The anomalies page in a browser: the line is dragged, and moved by keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import exceptions, open_page, settle

PATIENCE = 40_000


@pytest.fixture
def anomalies(page, server):
    return open_page(page, server.url, "anomalies")


def flagged(page):
    return int(page.get_by_test_id("stMetricValue").first.inner_text().replace(",", ""))


def test_the_line_is_dragged_and_the_rows_follow(anomalies):
    line = anomalies.get_by_label(re.compile("Line between ordinary and flagged"))
    box = line.bounding_box()
    before = flagged(anomalies)
    anomalies.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 60)
    anomalies.mouse.down()
    anomalies.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 60, steps=6)
    anomalies.mouse.up()
    by_hand = anomalies.get_by_role("spinbutton", name="Line (nats)")
    expect(by_hand).to_be_visible(timeout=PATIENCE)
    settle(anomalies)
    after = flagged(anomalies)
    assert 0 < after < before
    words = anomalies.get_by_text(re.compile("Line at .* rows flagged"))
    expect(words).to_contain_text(f": {after} of 2,000")
    line.focus()
    anomalies.keyboard.press("ArrowLeft")
    anomalies.keyboard.press("ArrowLeft")
    value = by_hand.input_value()
    expect(by_hand).not_to_have_value(value, timeout=PATIENCE)
    settle(anomalies)
    assert flagged(anomalies) >= after
    assert "anomalies_nats" in anomalies.url
    assert exceptions(anomalies) == []


def test_a_link_brings_the_line_back(page, server):
    open_page(page, server.url, "anomalies", "anomalies_line=By+hand&anomalies_nats=25")
    expect(page.get_by_role("spinbutton", name="Line (nats)")).to_have_value("25.000")
    expect(page.get_by_text("25.00 nats").first).to_be_visible()
