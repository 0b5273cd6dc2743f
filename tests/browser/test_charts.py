"""Charts stay where they are: a new figure is drawn into the old element."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.visitor import open_page, settle

CHART = ".studio-chart"
TRACES = "node => node.querySelector('.js-plotly-plot').data.length"
INK = "node => node.querySelector('.js-plotly-plot')._fullLayout.font.color"


def test_a_changed_figure_is_drawn_into_the_same_element(server, new_page):
    page = open_page(new_page(), server.url, "synthetic_data")
    fitted = page.locator(CHART).nth(1)
    fitted.evaluate("node => { node.mark = 'kept' }")
    before = fitted.evaluate(TRACES)
    page.get_by_role("slider", name="Components").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert fitted.evaluate(TRACES) > before
    assert fitted.evaluate("node => node.mark") == "kept"
    expect(fitted).to_have_attribute("role", "figure")
    assert "4 components" in fitted.get_attribute("aria-label")
    assert page.get_by_test_id("stPlotlyChart").count() == 0


def test_a_chart_follows_the_theme_and_the_window(server, new_page):
    page = open_page(new_page(), server.url, "synthetic_data")
    chart = page.locator(CHART).first
    light, wide = chart.evaluate(INK), chart.evaluate("node => node.clientWidth")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "ink => document.querySelector('.js-plotly-plot')._fullLayout.font.color !== ink", arg=light
    )
    page.set_viewport_size({"width": 390, "height": 844})
    drawn = "document.querySelector('.js-plotly-plot')._fullLayout.width"
    page.wait_for_function(f"wide => {drawn} !== wide", arg=wide)
    assert page.evaluate(drawn) == chart.evaluate("node => node.clientWidth")


def test_a_chart_fills_the_screen_on_request(server, new_page):
    page = open_page(new_page(), server.url, "synthetic_data")
    chart = page.locator(CHART).first
    chart.hover()
    chart.locator("[data-title='Full screen']").click()
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('studio-chart')")
    page.wait_for_function(
        "() => document.querySelector('.js-plotly-plot')._fullLayout.height === window.innerHeight"
    )


def test_no_chart_offers_to_be_uploaded_elsewhere(server, new_page):
    page = open_page(new_page(), server.url, "synthetic_data")
    page.locator(CHART).first.hover()
    expect(page.locator("[data-title='Full screen']").first).to_be_visible()
    expect(page.locator("[data-title^='Share chart']")).to_have_count(0)


def test_a_chart_whose_library_does_not_come_says_what_it_would_show(server, new_page):
    page = new_page()
    page.route("**/light.js", lambda route: route.abort())
    open_page(page, server.url, "synthetic_data")
    chart = page.locator(CHART).nth(1)
    expect(chart).to_contain_text("This chart could not be drawn")
    expect(chart).to_contain_text("3 components")


def test_the_whole_library_comes_with_the_first_figure_that_needs_it(server, new_page):
    page, fetched = new_page(), []
    page.on("response", lambda answer: fetched.append(answer.url.rpartition("/")[2]))
    open_page(page, server.url, "synthetic_data", "synthetic_data_rows=3%2C000")
    assert "light.js" in fetched
    assert "whole.js" not in fetched
    fitted = page.locator(CHART).nth(1)
    page.get_by_role("slider", name="Rows").focus()
    page.keyboard.press("ArrowRight")
    fitted.locator(".gl-canvas").first.wait_for(state="attached", timeout=60_000)
    assert "whole.js" in fetched
    page.keyboard.press("ArrowLeft")
    expect(fitted.locator(".gl-canvas")).to_have_count(0, timeout=60_000)
    assert "3 components" in fitted.get_attribute("aria-label")
