"""The film player: it plays in the browser alone, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from gmm_engine.data.films import write_video
from gmm_engine.data.scenes import street
from gmm_engine.data.video import read_video
from tests.browser.visitor import last_said, open_page, settle

FILM = ".film"


@pytest.fixture
def opened(server, page):
    open_page(page, server.url, "background")
    expect(page.locator(".film canvas")).to_have_count(4)
    return page


def _frame(page):
    return int(page.locator(FILM).get_attribute("data-frame"))


def test_it_plays_and_obeys_keys_without_the_server(opened):
    said = last_said(opened)
    opened.get_by_label("To the first frame").click()
    expect(opened.locator(FILM)).to_have_attribute("data-frame", "0")
    opened.get_by_role("button", name="Play").click()
    expect(opened.locator(FILM)).to_have_attribute("data-frame", re.compile(r"^[1-9]\d+$"))
    opened.get_by_role("button", name="Pause").click()
    still = _frame(opened)
    opened.wait_for_timeout(300)
    assert _frame(opened) == still
    lit = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0 && v < 255)"
    assert opened.locator(".film canvas").evaluate_all(f"all => all.every({lit})")
    opened.get_by_label("To the first frame").focus()
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("Home")
    expect(opened.locator(FILM)).to_have_attribute("data-frame", "0")
    opened.keyboard.press("ArrowRight")
    expect(opened.locator(FILM)).to_have_attribute("data-frame", "1")
    opened.keyboard.press("End")
    expect(opened.locator(FILM)).to_have_attribute("data-frame", "149")
    opened.get_by_role("slider", name="Frame").focus()
    opened.keyboard.press("ArrowLeft")
    expect(opened.locator(FILM)).to_have_attribute("data-frame", "148")
    expect(opened.locator(FILM).get_by_role("status")).to_contain_text("frame 149 of 150")
    assert last_said(opened) == said


def test_less_motion_is_respected(server, new_page):
    page = new_page(reduced_motion="reduce")
    open_page(page, server.url, "background")
    page.get_by_label("To the first frame").click()
    expect(page.locator(FILM)).to_have_attribute("data-frame", "0")
    start = page.evaluate("() => performance.now()")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(FILM)).to_have_attribute("data-frame", "2")
    assert page.evaluate("() => performance.now()") - start >= 1000, "two frames a second"


def test_a_film_comes_in_and_its_masks_go_out(server, page):
    open_page(page, server.url, "background", "background_data=Upload")
    content = write_video(street(24, (60, 81), random_state=1).values, fps=12)
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.mp4", "mimeType": "video/mp4", "buffer": content}
    )
    expect(page.locator(FILM).get_by_role("status")).to_contain_text("of 24")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Masks (MP4)").click()
    masks = read_video(waiting.value.path().read_bytes())
    assert masks.values.shape == (24, 60, 82, 3)
    assert masks.about["fps"] == 12


def test_a_link_brings_the_controls_back(server, page):
    query = "background_example=Windy+day&background_threshold=20&background_model=Zivkovic+2004"
    open_page(page, server.url, "background", query)
    page.get_by_text("Reproduce in Python").click()
    expect(page.locator("body")).to_contain_text("example('Windy day')")
    expect(page.locator("body")).to_contain_text("BackgroundModel.zivkovic()")
    expect(page.get_by_role("slider", name="Threshold")).to_have_value(re.compile(r"^20"))
