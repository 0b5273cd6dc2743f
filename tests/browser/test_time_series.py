"""Zooming into a series in a real browser: the server draws the part anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import drag, exceptions, open_page, screenshot, settle, sideways

PAGE = "time_series"


def zoom(page, start, stop):
    """Drag across the first chart, from and to these shares of its width; the part then shown."""
    drag(page, page.locator(".nsewdrag").first, (start, 0.5), (stop, 0.5))
    expect(page.get_by_role("slider", name="Part shown (%)").first).not_to_have_value("0")
    settle(page)
    return part_shown(page)


def part_shown(page):
    ends = page.get_by_role("slider", name="Part shown (%)")
    return [float(ends.nth(end).input_value()) for end in range(2)]


def test_dragging_across_the_chart_zooms_in(server, new_page):
    page = open_page(new_page(), server.url, PAGE)
    page.locator(".nsewdrag").first.wait_for()
    assert part_shown(page) == [0, 100]
    low, high = zoom(page, 0.25, 0.5)
    assert 15 < low < 30
    assert 45 < high < 55
    assert "part" in page.url
    assert exceptions(page) == []


@pytest.mark.slow
def test_a_million_points_are_drawn_and_refined(server, new_page):
    received = []
    page = new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    open_page(page, server.url, PAGE, "time_series_example=A+million+points&time_series_k=3")
    page.locator(".nsewdrag").first.wait_for(timeout=120_000)
    settle(page, within=120)
    assert sum(received) < 3_000_000
    low, high = zoom(page, 0.5, 0.52)
    assert high - low < 4
    screenshot(page, "time_series-million")
    assert exceptions(page) == []


@pytest.mark.parametrize("show", ["Strange rows", "Forecast"])
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_strange_rows_and_forecasts_fit_the_window(server, new_page, show, width, dark):
    example = {"Strange rows": "Machine", "Forecast": "Monthly sales"}[show].replace(" ", "+")
    query = f"time_series_example={example}&time_series_show={show.replace(' ', '+')}"
    page = open_page(new_page(width=width, height=900, dark=dark), server.url, PAGE, query)
    page.locator(".nsewdrag").first.wait_for()
    settle(page)
    screenshot(page, f"time_series-{show.split()[0].lower()}-{width}")
    assert sideways(page) <= 0
    assert exceptions(page) == []
