"""Zooming into a series in a real browser: the server draws the part anew."""

from __future__ import annotations

import pytest

from tests.browser.visitor import exceptions, open_page, screenshot, settle, sideways

PAGE = "time_series"


def drag(page, start, stop):
    """Drag across the first chart, from and to these shares of its width."""
    box = page.locator(".nsewdrag").first.bounding_box()
    across = [box["x"] + share * box["width"] for share in (start, stop)]
    height = box["y"] + box["height"] / 2
    page.mouse.move(across[0], height)
    page.mouse.down()
    page.mouse.move(across[1], height, steps=8)
    page.mouse.up()
    return settle(page, quiet=1.0)


def part_shown(page):
    ends = page.get_by_role("slider", name="Part shown (%)")
    return [float(ends.nth(end).input_value()) for end in range(2)]


def test_dragging_across_the_chart_zooms_in(server, new_page):
    page = open_page(new_page(), server.url, PAGE)
    page.locator(".nsewdrag").first.wait_for()
    assert part_shown(page) == [0, 100]
    drag(page, 0.25, 0.5)
    low, high = part_shown(page)
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
    drag(page, 0.5, 0.52)
    low, high = part_shown(page)
    assert high - low < 4
    screenshot(page, "time_series-million")
    assert exceptions(page) == []


@pytest.mark.parametrize("show", ["Strange rows", "Forecast"])
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_strange_rows_and_forecasts_fit_the_window(server, new_page, show, width, dark):
    example = {"Strange rows": "Machine", "Forecast": "Monthly sales"}[show].replace(" ", "+")
    query = f"time_series_example={example}&time_series_show={show.replace(' ', '+')}"
    page = open_page(new_page(width=width, height=900, dark=dark), server.url, PAGE, query)
    page.locator(".nsewdrag").first.wait_for(timeout=60_000)
    settle(page, quiet=1.0)
    screenshot(page, f"time_series-{show.split()[0].lower()}-{width}")
    assert sideways(page) <= 0
    assert exceptions(page) == []
