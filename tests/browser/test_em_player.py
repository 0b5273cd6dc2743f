"""The EM player plays by itself, obeys hands and keys, and takes means that are placed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import last_said, open_page, settle

EXAMPLE = "2 90; 5 45"  # the means that the page begins with


@pytest.fixture
def player(page, server):
    """The page with its example, and where the player stands."""
    return open_page(page, server.url, "em_steps")


def position(page):
    """Half steps since the start."""
    return float(page.locator(".player").get_attribute("data-position"))


def wait_until_at(page, place):
    """Wait for the player to stand there."""
    expect(page.locator(".player")).to_have_attribute("data-position", f"{place:.3f}")


def wait_until_beyond(page, place):
    """Wait for a playing player to have passed there."""
    passed = "([player, place]) => Number(player.dataset.position) > place"
    page.wait_for_function(passed, arg=[page.locator(".player").element_handle(), place])


def wait_for_placed_means(page):
    """Wait for the page to show the means that were placed; the two of them."""
    written = page.get_by_label("Means", exact=True)
    expect(written).not_to_have_value(EXAMPLE)
    settle(page)
    assert len(written.input_value().split(";")) == 2


def scrub(page):
    return page.get_by_label("Position in the run")


def test_it_plays_and_obeys_keys_without_a_message(player):
    said = last_said(player)
    player.get_by_label("Speed").select_option("60")
    player.get_by_role("button", name="Play", exact=True).click()
    expect(player.get_by_text("The fit converged.")).to_be_visible()
    player.get_by_label("Back to the start").click()
    expect(player.get_by_text("no row belongs to anyone yet")).to_be_visible()
    for _ in range(3):
        player.get_by_label("One step forward").click()
    scrub(player).fill("10")
    wait_until_at(player, 10)
    player.get_by_label("Speed").select_option("1")
    player.get_by_label("with 2 components").focus()
    player.keyboard.press("Home")
    wait_until_at(player, 0)
    player.keyboard.press("ArrowRight")
    player.keyboard.press("ArrowRight")
    player.keyboard.press("ArrowLeft")
    wait_until_at(player, 1)
    expect(player.locator("[data-phase=e]")).to_have_class("lit")
    player.keyboard.press("Space")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    wait_until_beyond(player, 1)
    player.keyboard.press("Space")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    player.keyboard.press("End")
    expect(player.locator("[data-phase=m]")).to_have_class("lit")
    assert last_said(player) == said


def test_placed_means_are_where_the_run_starts(player):
    player.get_by_role("button", name="Place the means").click()
    canvas = player.get_by_label("with 2 components")
    box = canvas.bounding_box()
    for x, y in ((0.3, 0.3), (0.7, 0.4)):
        player.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    wait_for_placed_means(player)
    assert "em_steps_means=" in player.url


def test_means_can_be_placed_with_the_keyboard(player):
    player.get_by_role("button", name="Place the means").focus()
    for key in ("Enter", "ArrowLeft", "ArrowUp", "Enter", "ArrowRight", "Enter"):
        player.keyboard.press(key)
    wait_for_placed_means(player)


def test_reduced_motion_jumps_from_step_to_step(new_page, server):
    page = open_page(new_page(reduced_motion="reduce"), server.url, "em_steps")
    page.get_by_label("Speed").select_option("60")
    page.get_by_role("button", name="Play", exact=True).click()
    seen = set()
    for _ in range(12):
        seen.add(position(page))
        page.wait_for_timeout(120)
    assert all(place == round(place) for place in seen)


def test_a_link_carries_the_run(player, new_page, server):
    player.get_by_role("button", name="Copy link").click()
    address = player.get_by_role("button", name="Copy").first.get_attribute("data-address")
    assert "em_steps_means=2+90" in address
    other = new_page()
    other.goto(address.replace("em_steps_k=2", "em_steps_k=2").replace("means=2+90", "means=2+80"))
    settle(other)
    assert other.get_by_label("Means", exact=True).input_value() == "2 80; 5 45"


def test_a_shorter_run_follows_a_longer_one(new_page, server):
    page = open_page(new_page(), server.url, "em_steps", "em_steps_lesson=Too+many")
    expect(page.get_by_label("with 7 components")).to_be_visible()
    slider = page.get_by_role("slider", name="Components")
    for k in (6, 5, 4, 3, 2):
        slider.focus()
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_label(f"with {k} components")).to_be_visible()
