"""Weights empty in the browser alone, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import accessibility, last_said, open_page, settle

SECTION = "section.weights"


@pytest.fixture
def opened(server, page):
    open_page(page, server.url, "infinite_mixture")
    expect(page.locator(f"{SECTION} canvas")).to_have_count(3)
    return page


def position(page):
    return float(page.locator(SECTION).get_attribute("data-position"))


def wait_until_at(page, iteration):
    """Wait for the player to stand there, on its way from nowhere else."""
    expect(page.locator(SECTION)).to_have_attribute("data-position", re.compile(rf"^{iteration}(\.0+)?$"))


def weights(page):
    """The bars as they are told to those who do not see them."""
    label = page.locator(f"{SECTION} canvas").first.get_attribute("aria-label")
    return [float(each) for each in label.removeprefix("Weights: ").replace("%", "").rstrip(".").split(", ")]


def test_weights_empty_by_mouse_and_keys_without_the_server(opened):
    said = last_said(opened)
    opened.get_by_label("Back to the start").click()
    wait_until_at(opened, 0)
    full = weights(opened)
    opened.get_by_label("Speed").select_option("60")
    opened.get_by_role("button", name="Play", exact=True).click()
    expect(opened.locator(SECTION).get_by_role("status")).to_contain_text("The fit converged")
    empty = weights(opened)
    assert min(full) > 0.5
    assert sum(weight > 1 for weight in empty) == 3
    opened.get_by_label("Back to the start").focus()
    opened.keyboard.press("Home")
    wait_until_at(opened, 0)
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("ArrowLeft")
    wait_until_at(opened, 1)
    opened.keyboard.press("End")
    expect(opened.locator(SECTION).get_by_role("status")).to_contain_text("3 of 12 components")
    assert last_said(opened) == said


def test_less_motion_jumps_from_iteration_to_iteration(server, new_page):
    page = open_page(new_page(reduced_motion="reduce"), server.url, "infinite_mixture")
    page.get_by_label("Back to the start").click()
    page.get_by_role("button", name="Play", exact=True).click()
    seen = set()
    for _ in range(10):
        seen.add(position(page))
        page.wait_for_timeout(120)
    assert all(place == round(place) for place in seen)


def test_another_concentration_empties_others_and_its_link_carries_it(opened, server, new_page):
    slider = opened.get_by_role("slider", name="Concentration")
    slider.focus()
    for _ in range(2):
        opened.keyboard.press("ArrowRight")
    settle(opened)
    expect(opened.locator(SECTION).get_by_role("status")).to_contain_text("2 of 12 components")
    assert "infinite_mixture_concentration=10" in opened.url
    other = new_page()
    other.goto(opened.url)
    settle(other)
    expect(other.locator(SECTION).get_by_role("status")).to_contain_text("2 of 12 components")
    assert accessibility(other) == []
