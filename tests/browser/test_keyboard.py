"""Whole visits without a mouse: Tab, Enter, space and arrows reach and move everything needed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.visitor import open_page, settle

FOCUSED = "() => document.activeElement"
RING = """() => {
  const look = getComputedStyle(document.activeElement);
  const parent = getComputedStyle(document.activeElement.parentElement);
  return look.outlineStyle !== 'none' || look.boxShadow !== 'none' || parent.boxShadow !== 'none';
}"""


def tab_to(page, selector, presses=80):
    """Press Tab until the focus lies in `selector`; the element that has it then."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        inside = page.evaluate(f"selector => !!({FOCUSED})()?.closest(selector)", selector)
        if inside:
            return
    raise AssertionError(f"{presses} times Tab did not reach {selector}")


def components(page):
    """The number of components that the page says it fitted."""
    return page.get_by_test_id("stMetricValue").first


def test_a_fit_is_changed_and_taken_away_by_keyboard(server, page):
    open_page(page, server.url, "clustering", "clustering_model=Choose&clustering_k=2")
    expect(components(page)).to_have_text("2")
    tab_to(page, ".st-key-clustering_k :is([role=slider], input[type=range])")
    assert page.evaluate(RING)
    page.keyboard.press("ArrowRight")
    expect(components(page)).to_have_text("3")
    settle(page)
    tab_to(page, "[data-testid=stDownloadButton]")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.startswith("clustering")


def test_another_page_and_another_example_are_reached_by_keyboard(server, page):
    open_page(page, server.url, "clustering")
    assert page.title() == "Clustering · GMM Studio"
    tab_to(page, "[data-testid=stSidebarNavLink][href$='/density']")
    assert page.evaluate("() => getComputedStyle(document.activeElement).outline").startswith("rgb")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Density")
    expect(page).to_have_title("Density · GMM Studio")
    settle(page)
    tab_to(page, ".st-key-density_example")
    before = page.locator(".st-key-density_example input").input_value()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-density_example input")).not_to_have_value(before)
    settle(page)
