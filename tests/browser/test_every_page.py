"""What holds for every page of the menu, in a real browser."""

from __future__ import annotations

import pytest

from pages._ui import menu
from tests.browser.server import page_names
from tests.browser.visitor import (
    JUMPS,
    Traffic,
    accessibility,
    exceptions,
    jumped,
    open_page,
    screenshot,
    settle,
    sideways,
)

NAMES = page_names()
COLD = ("clustering", "segmentation")  # the others follow in the slow run
FETCHED, TOLD = 4_000_000, 3_000_000  # bytes on a first visit: files, and the script's answer
STILL = 0.1  # of a window that a page may jump while it comes up
SIZES = {"desk": {}, "phone": {"width": 390, "height": 844}}
LOOKS = [
    pytest.param("desk", "light"),
    pytest.param("phone", "dark"),
    pytest.param("desk", "dark", marks=pytest.mark.slow),
    pytest.param("phone", "light", marks=pytest.mark.slow),
]


def _address(name):
    return "" if name == menu.PAGES[0].name else name


def test_the_menu_lists_every_page():
    assert sorted(row.name for row in menu.PAGES) == NAMES


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in COLD else pytest.mark.slow) for name in NAMES]
)
def test_a_shared_link_opens_its_page_on_a_cold_server(fresh_server, new_page, name):
    page = open_page(new_page(), fresh_server().url, _address(name))
    assert page.get_by_role("heading", level=1).first.inner_text() == menu.entry(name).title
    assert page.get_by_text("Page not found").count() == 0
    assert page.get_by_test_id("stSidebarNavLink").count() == len(menu.PAGES)
    assert exceptions(page) == []


@pytest.mark.parametrize(("size", "theme"), LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_the_window_and_can_be_used_by_everyone(server, new_page, name, size, theme):
    page = new_page(dark=theme == "dark", **SIZES[size])
    traffic = Traffic(page)
    page.add_init_script(JUMPS)
    open_page(page, server.url, _address(name))
    assert traffic.hosts <= {"127.0.0.1", ""}
    assert traffic.fetched < FETCHED
    assert traffic.told < TOLD
    if jumped(page) >= STILL:  # a busy machine paints what is half made: the page itself jumps again
        open_page(page, server.url, _address(name))
    assert jumped(page) < STILL
    screenshot(page, f"{name}-{size}-{theme}")
    assert sideways(page) <= 0
    assert accessibility(page) == []
    assert exceptions(page) == []


def test_what_is_folded_away_can_be_used_by_everyone(server, new_page):
    page = open_page(new_page(**SIZES["phone"]), server.url, "clustering")
    assert page.locator(".katex").count() == 0
    for panel in ("How it works", "Reproduce in Python"):
        page.get_by_text(panel).click()
    page.locator(".katex").first.wait_for()
    page.get_by_text("from gmm_engine.data.examples import").wait_for()
    settle(page)
    screenshot(page, "clustering-opened")
    assert sideways(page) <= 0
    assert accessibility(page) == []
