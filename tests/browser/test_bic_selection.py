"""The selection page draws while it fits, stops with what it has, and opens a model by a click."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.visitor import click_chart, open_page, settle

# 20 x 14 models of 10,000 rows, held out fold by fold: long enough to be stopped anywhere.
LONG = (
    "bic_selection_data=Generate&bic_selection_shape=Blobs&bic_selection_rows=10,000"
    "&bic_selection_most=20&bic_selection_criterion=CV"
)


def test_a_click_on_a_cell_opens_its_model(page, server):
    open_page(page, server.url, "bic_selection", "bic_selection_families=five+common&bic_selection_most=5")
    # Fourth column, last row: four free ellipses.
    click_chart(page, page.locator(".js-plotly-plot").first.locator(".nsewdrag"), (0.7, 0.9))
    expect(page.get_by_role("heading", name="VVV: four free ellipses")).to_be_visible()
    settle(page)
    assert "bic_selection_model=VVV" in page.url


def test_stop_keeps_what_was_found_and_going_on_is_offered(page, server):
    page.goto(f"{server.url}/bic_selection?{LONG}")
    stop = page.get_by_test_id("stButton").get_by_role("button", name="Stop", exact=True)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_text("of 280 models").first).to_be_visible()
    stop.click()
    settle(page)
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    expect(page.get_by_text("Best by CV").first).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
