"""The pictures page in a browser: compare, choose by click, draw a box and strokes, take a picture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import drag, open_page, settle

SMALL = "segmentation_example=Cameraman"


@pytest.fixture
def segments(page, server):
    return open_page(page, server.url, "segmentation", SMALL)


@pytest.fixture
def cutting(page, server):
    return open_page(page, server.url, "segmentation", f"{SMALL}&segmentation_task=Cut+out+an+object")


def test_the_divider_obeys_keys_and_a_click_chooses(segments):
    divider = segments.get_by_label("Divider between the two pictures")
    divider.focus()
    segments.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuetext", re.compile("51% original"))
    picture = segments.get_by_alt_text(re.compile("The picture in"))
    size = picture.bounding_box()
    headline = segments.get_by_role("heading", name=re.compile("^Segment "))
    for place in ((0.35, 0.6), (0.85, 0.7)):
        before = headline.inner_text()
        spot = {"x": place[0] * size["width"], "y": place[1] * size["height"]}
        picture.click(position=spot, force=True)
        expect(headline).not_to_have_text(before)
        settle(segments)


def test_a_box_is_drawn_and_a_stroke_corrects(cutting):
    canvas = cutting.get_by_label(re.compile("Picture with the box"))
    drag(cutting, canvas, (0.2, 0.1), (0.7, 0.9))
    expect(cutting.get_by_label("Left", exact=True)).to_have_value(re.compile("^(19|20)"))
    settle(cutting)
    share = cutting.get_by_test_id("stMetricValue").first
    before = share.inner_text()
    cutting.get_by_role("radio", name="Keep").click()
    drag(cutting, canvas, (0.3, 0.8), (0.6, 0.8))
    expect(share).not_to_have_text(before)


def test_the_box_moves_with_the_keys(cutting):
    number = cutting.get_by_label("Left", exact=True)
    start = float(number.input_value())
    cutting.get_by_label(re.compile("Picture with the box")).focus()
    for _ in range(3):
        cutting.keyboard.press("ArrowRight")
    expect(number).to_have_value(re.compile(f"^{start + 3:.0f}"))


def test_the_camera_gives_a_picture(page, server):
    open_page(page, server.url, "segmentation", "segmentation_data=Camera")
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    page.get_by_role("button", name="Take Photo").click()
    expect(page.get_by_text("segments by the shortest description")).to_be_visible()
