"""Characters drawn with a mouse are learned, tried at once, and their model goes down and up."""

from __future__ import annotations

import json

import numpy as np
from playwright.sync_api import expect

from gmm_engine.data.signs import by_hand
from tests.browser.test_digits import draw
from tests.browser.visitor import accessibility, exceptions, open_page, settle, sideways

A = (np.array([[0.2, 0.85], [0.5, 0.15], [0.8, 0.85]]), np.array([[0.33, 0.6], [0.67, 0.6]]))
T = (np.array([[0.2, 0.2], [0.8, 0.2]]), np.array([[0.5, 0.2], [0.5, 0.85]]))
Z = (np.array([[0.2, 0.2], [0.8, 0.2], [0.2, 0.85], [0.8, 0.85]]),)
LETTERS = {"A": A, "T": T, "Z": Z}


def hand(letter, rng):
    return [points.tolist() for points in by_hand(LETTERS[letter], rng)]


def teach(page, letter, rng):
    draw(page, hand(letter, rng), f"the character {letter}")
    settle(page)
    page.get_by_role("button", name="Keep it").click()
    settle(page)


def test_three_letters_are_taught_and_read_and_travel_as_json(page, server, tmp_path):
    rng = np.random.default_rng(3)
    open_page(page, server.url, "digits", "digits_part=Your+characters&digits_teach_way=Draw")
    page.get_by_label("Characters, separated by commas").fill(", ".join(LETTERS))
    page.keyboard.press("Enter")
    settle(page)
    for letter in LETTERS:
        for _ in range(5):
            teach(page, letter, rng)
    expect(page.get_by_text("What it learned")).to_be_visible()
    assert read_now(page, rng) == list(LETTERS)
    with page.expect_download() as down:
        page.get_by_role("button", name="Model (JSON)").click()
    path = tmp_path / "letters.json"
    down.value.save_as(path)
    assert json.loads(path.read_text())["classes"] == list(LETTERS)
    open_page(page, server.url, "digits", "digits_part=Your+characters&digits_teach_way=Upload")
    page.locator("input[type=file]").set_input_files(path)
    settle(page)
    assert read_now(page, rng) == list(LETTERS)
    assert exceptions(page) == []
    assert sideways(page) == 0
    assert accessibility(page) == []


def read_now(page, rng):
    """What is read when each letter is drawn in the trial pad."""
    found = []
    for letter in LETTERS:
        pad = page.get_by_label("draw one of the characters")
        pad.scroll_into_view_if_needed()
        draw(page, hand(letter, rng), "one of the characters")
        settle(page)
        text = page.get_by_text("Read as").first.inner_text()
        found.append(text.split()[2])
        page.get_by_role("button", name="Clear").last.click()
        settle(page)
    return found
