"""Digits drawn with a mouse are read, and the page fits a phone."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.visitor import (
    click_chart,
    exceptions,
    open_page,
    settle,
)


def arc(x, y, wide, high, begin, end, n=16):
    """Points on an ellipse from one angle to another; 0 is right and 90 below."""
    angle = np.radians(np.linspace(begin, end, n))
    return [(x + wide * np.cos(a), y + high * np.sin(a)) for a in angle]


# Strokes in shares of the drawing area, as a hand would make them.
DIGITS = {
    0: [arc(0.5, 0.5, 0.2, 0.32, -80, 285, 24)],
    1: [[(0.42, 0.3), (0.54, 0.17), (0.53, 0.5), (0.52, 0.84)]],
    2: [[*arc(0.5, 0.33, 0.17, 0.15, -160, 40), (0.42, 0.66), (0.3, 0.81), (0.5, 0.79), (0.71, 0.81)]],
    3: [[*arc(0.47, 0.32, 0.17, 0.14, -150, 85), *arc(0.47, 0.64, 0.2, 0.18, -85, 150)]],
    4: [
        [(0.46, 0.15), (0.36, 0.36), (0.27, 0.56), (0.5, 0.56), (0.75, 0.54)],
        [(0.6, 0.36), (0.58, 0.6), (0.55, 0.87)],
    ],
    5: [[(0.68, 0.17), (0.4, 0.18), (0.37, 0.46), *arc(0.47, 0.62, 0.2, 0.19, -110, 140)]],
    6: [[(0.62, 0.15), (0.45, 0.3), (0.35, 0.5), *arc(0.49, 0.66, 0.16, 0.17, 180, -170, 20)]],
    7: [[(0.28, 0.2), (0.5, 0.19), (0.71, 0.19), (0.58, 0.45), (0.45, 0.84)], [(0.4, 0.52), (0.66, 0.5)]],
    8: [[*arc(0.5, 0.33, 0.15, 0.15, 90, -270, 20), *arc(0.5, 0.67, 0.18, 0.18, -90, 270, 20)]],
    9: [[*arc(0.5, 0.34, 0.16, 0.16, 0, -350, 20), (0.66, 0.34), (0.63, 0.6), (0.55, 0.85)]],
}  # fmt: skip


def draw(page, strokes, what="one digit"):
    """Draw strokes of points, in shares of the pad that asks for `what`."""
    box = page.get_by_label(f"Drawing area: draw {what}").bounding_box()
    for stroke in strokes:
        (x, y), *rest = [(box["x"] + box["width"] * a, box["y"] + box["height"] * b) for a, b in stroke]
        page.mouse.move(x, y)
        page.mouse.down()
        for point in rest:
            page.mouse.move(*point, steps=3)
        page.mouse.up()


@pytest.fixture
def drawn(page, server):
    """The page with its drawing area in view."""
    open_page(page, server.url, "digits")
    page.get_by_label("Drawing area").scroll_into_view_if_needed()
    return settle(page)


def test_nine_of_ten_drawn_digits_are_read(drawn):
    right = []
    for digit, strokes in DIGITS.items():
        draw(drawn, strokes)
        settle(drawn)
        right.append(drawn.get_by_text(f"Read as {digit} with").count() == 1)
        drawn.get_by_role("button", name="Clear").click()
        expect(drawn.get_by_text("Until then, this is how a sample is read")).to_be_visible()
    assert sum(right) >= 9, right
    assert exceptions(drawn) == []


def test_answers_come_while_the_pen_is_down_and_leave_the_stroke_whole(drawn):
    box = drawn.get_by_label("Drawing area").bounding_box()
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in DIGITS[1][0]]
    drawn.mouse.move(*places[0])
    drawn.mouse.down()
    nothing_yet = drawn.get_by_text("Nothing is drawn yet")
    for place in places[1:]:
        drawn.mouse.move(*place, steps=10)
    while nothing_yet.is_visible():
        drawn.mouse.move(places[-1][0], places[-1][1] - 1)
        drawn.mouse.move(*places[-1])
        drawn.wait_for_timeout(50)
    drawn.mouse.up()
    expect(drawn.get_by_text("Read as 1 with")).to_be_visible()
    assert drawn.get_by_role("listitem").filter(has_text="%").count() == 10
    assert exceptions(drawn) == []


def test_a_click_on_a_cell_opens_its_pictures(page, server):
    open_page(page, server.url, "digits", "digits_way=Sample")
    matrix = page.get_by_label("Confusion matrix").locator(".nsewdrag")
    click_chart(page, matrix, (0.35, 0.35))
    expect(page.get_by_label("3 read as 3:")).to_be_visible()
    assert exceptions(page) == []
