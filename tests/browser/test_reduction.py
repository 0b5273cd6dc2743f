"""A click on a row shows its way back, and the link remembers it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.visitor import click_chart, exceptions, open_page, settle

PAGE = "reduction"


def test_a_click_on_a_row_picks_it_in_every_chart(server, page):
    open_page(page, server.url, PAGE)
    chart = page.locator(".js-plotly-plot").nth(1)
    chart.locator(".nsewdrag").first.wait_for()
    chart.scroll_into_view_if_needed()
    settle(page)
    click_chart(page, chart.locator(".scatterlayer .trace").first.locator(".point").nth(40))
    expect(page.get_by_role("spinbutton", name="Picked row")).not_to_have_value("1")
    settle(page)
    row = page.get_by_role("spinbutton", name="Picked row").input_value()
    assert f"reduction_row={row}" in page.url
    assert exceptions(page) == []


def test_a_link_restores_the_page(server, page):
    values = {"example": "Iris", "mixture": "Choose", "k": 4, "row": 51, "ellipses": "false"}
    query = "&".join(f"{PAGE}_{name}={value}" for name, value in values.items())
    open_page(page, server.url, PAGE, query)
    expect(page.get_by_text("A mixture of 4 components in 4 columns")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Picked row")).to_have_value("51")
    assert exceptions(page) == []
