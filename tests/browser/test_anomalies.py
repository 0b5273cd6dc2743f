"""The anomalies page in a browser: the line is dragged, and moved by keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import drag, exceptions, open_page, settle


@pytest.fixture
def anomalies(page, server):
    return open_page(page, server.url, "anomalies")


def flagged(page):
    return int(page.get_by_test_id("stMetricValue").first.inner_text().replace(",", ""))


def test_the_line_is_dragged_and_the_rows_follow(anomalies):
    line = anomalies.get_by_label(re.compile("Line between ordinary and flagged"))
    before = flagged(anomalies)
    drag(anomalies, line, (0.5, 0.4), (0.8, 0.4))
    by_hand = anomalies.get_by_role("spinbutton", name="Line (nats)")
    expect(by_hand).to_be_visible()
    settle(anomalies)
    after = flagged(anomalies)
    assert 0 < after < before
    words = anomalies.get_by_text(re.compile("Line at .* rows flagged"))
    expect(words).to_contain_text(f": {after} of 2,000")
    value = by_hand.input_value()
    line.focus()
    anomalies.keyboard.press("ArrowLeft")
    anomalies.keyboard.press("ArrowLeft")
    expect(by_hand).not_to_have_value(value)
    settle(anomalies)
    assert flagged(anomalies) >= after
    assert "anomalies_nats" in anomalies.url
    assert exceptions(anomalies) == []


def test_a_link_brings_the_line_back(page, server):
    open_page(page, server.url, "anomalies", "anomalies_line=By+hand&anomalies_nats=25")
    expect(page.get_by_role("spinbutton", name="Line (nats)")).to_have_value("25.000")
    expect(page.get_by_text("25.00 nats").first).to_be_visible()
