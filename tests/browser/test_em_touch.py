"""The EM player under fingers: buttons, the curve as a scrubber, and placing means by taps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_em_player import position, wait_for_placed_means, wait_until_at, wait_until_beyond
from tests.browser.visitor import open_page


@pytest.fixture
def phone(new_page, server):
    """The page on a touch screen."""
    page = new_page(width=390, height=844, has_touch=True, is_mobile=True)
    return open_page(page, server.url, "em_steps")


def _drag(page, canvas, steps):
    """One finger down on the canvas, over the given shares of its width, and up."""
    box = canvas.bounding_box()
    session = page.context.new_cdp_session(page)
    y = box["y"] + box["height"] / 2
    for i, share in enumerate(steps):
        point = {"x": box["x"] + share * box["width"], "y": y}
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_taps_step_and_play_and_a_finger_on_the_curve_scrubs(phone):
    phone.get_by_label("Back to the start").tap()
    wait_until_at(phone, 0)
    phone.get_by_label("One step forward").tap()
    wait_until_at(phone, 1)
    phone.get_by_role("button", name="Play", exact=True).tap()
    wait_until_beyond(phone, 1)
    phone.get_by_role("button", name="Pause").tap()
    expect(phone.get_by_role("button", name="Play", exact=True)).to_be_visible()
    curve = phone.locator("[data-part=curve]")
    curve.scroll_into_view_if_needed()
    _drag(phone, curve, (0.9, 0.95))
    late = position(phone)
    _drag(phone, curve, (0.9, 0.7, 0.5, 0.3, 0.2))
    early = position(phone)
    assert 0 <= early < late


def test_means_are_placed_by_taps(phone):
    phone.get_by_role("button", name="Place the means").tap()
    box = phone.get_by_label("with 2 components").bounding_box()
    for x, y in ((0.3, 0.3), (0.7, 0.4)):
        phone.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
    wait_for_placed_means(phone)
