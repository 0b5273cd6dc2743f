"""The speech page with a microphone (a false one, which beeps)."""

from __future__ import annotations

import pytest

from tests.browser.visitor import accessibility, exceptions, open_page, screenshot, settle, sideways

PARTS = ("Sounds", "Words", "Teach", "Vowels")


def record(page, seconds=2.0):
    """Press record, let the false microphone beep, press stop."""
    page.get_by_role("button", name="Record", exact=True).first.click()
    page.wait_for_timeout(int(1000 * seconds))
    page.get_by_role("button", name="Stop recording").click()
    page.get_by_test_id("stAudioInputWaveformTimeCode").first.wait_for()
    return settle(page, quiet=1.5)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_by_its_own_link(server, new_page, part):
    page = open_page(new_page(width=390), server.url, "speech", f"speech_part={part}")
    page.locator(".js-plotly-plot").first.wait_for()
    assert exceptions(page) == []
    assert sideways(page) == 0
    assert accessibility(page) == []
    screenshot(page, f"speech_{part}_390")


def test_what_the_microphone_hears_is_segmented_and_named(server, new_page):
    page = open_page(new_page(), server.url, "speech", "speech_data=Record")
    record(page)
    page.locator(".js-plotly-plot").first.wait_for()
    assert exceptions(page) == []
    page.get_by_test_id("stButtonGroup").get_by_text("Words", exact=True).click()
    settle(page, quiet=1.0)
    assert exceptions(page) == []
    assert page.get_by_role("heading", name="Understood").is_visible()


def test_examples_are_recorded_one_after_another(server, new_page):
    page = open_page(new_page(), server.url, "speech", "speech_part=Teach&speech_teach_way=Record")
    for count in (1, 2):
        record(page, 0.8 + 0.7 * count)  # of other lengths: the false microphone may say the very same
        page.get_by_text(f"So far: {count} yes").wait_for()
        settle(page, quiet=1.0)  # the next recorder takes the place of this one
    assert page.get_by_text("Still missing: a second word").is_visible()
    assert exceptions(page) == []


def test_segments_are_taken_away(server, new_page):
    page = open_page(new_page(), server.url, "speech")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Audacity labels").click()
    lines = waiting.value.path().read_text(encoding="utf-8").splitlines()
    start, end, label = lines[0].split("\t")
    assert float(start) == 0 < float(end)
    assert label.startswith("sound ")
