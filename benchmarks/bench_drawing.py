"""How soon a stroke is read: from the pen's lifting to the answer on the screen of `digits`.

Run ``python -m benchmarks.bench_drawing``; writes ``benchmarks/results/drawing.json``. A browser
draws digits with its mouse; its own clock measures until the last change of sentence and bars. Answers
come while a stroke is being drawn, too, so one may be there before the pen is lifted: that counts as 0.
Besides, the time until a first visitor of a new server, and the next one, see a digit read.
"""

from __future__ import annotations

import os
import statistics
import time

from playwright.sync_api import Page

from benchmarks.browsing import browsing
from benchmarks.compare import write
from tests.browser.test_digits import DIGITS, draw
from tests.browser.visitor import open_page, settle
from tests.load.process import wait_until_idle

ROUNDS = 5
TARGET_MS = 150
REST_MS = 1_500  # after which no change is expected any more
WATCH = """(rest) => {
  const inside = [...document.querySelectorAll("*")].map((each) => each.shadowRoot?.querySelector(".answer"));
  const answer = inside.find(Boolean), all = { childList: true, subtree: true, attributes: true };
  let lifted = 0, last = 0, answers = 0, timer;
  new MutationObserver(() => {
    answers += 1;
    requestAnimationFrame(() => (last = performance.now()));
  }).observe(answer, all);
  document.addEventListener("pointerdown", () => (answers = 0), true);
  document.addEventListener("pointerup", () => {
    lifted = performance.now();
    last = 0;
    const during = answers;
    window.found = null;
    clearTimeout(timer);
    timer = setTimeout(() => (window.found = [last ? last - lifted : 0, during]), rest);
  }, true);
}"""


def strokes_to_answers(page: Page, url: str) -> list[tuple[float, int]]:
    """Milliseconds from each stroke's end to its answer, and how many answers came during it."""
    open_page(page, url, "digits")
    page.get_by_label("Drawing area").scroll_into_view_if_needed()
    page.evaluate(WATCH, REST_MS)
    found = []
    for strokes in [*DIGITS.values()] * ROUNDS:
        for stroke in strokes:
            settle(page, quiet=0.3)
            draw(page, [stroke])
            page.wait_for_function("() => window.found")
            found.append(tuple(page.evaluate("() => window.found")))
        page.get_by_role("button", name="Clear").click()
    return found


def first_picture(page: Page, url: str) -> float:
    """Seconds from asking for the page to a digit that is read."""
    start = time.perf_counter()
    page.goto(f"{url}/digits")
    page.get_by_text("Read as").wait_for()
    return round(time.perf_counter() - start, 2)


def summary(times: list[float]) -> dict[str, float]:
    p = statistics.quantiles(times, n=20)
    found = {"p50_ms": statistics.median(times), "p90_ms": p[17], "p95_ms": p[18], "worst_ms": max(times)}
    return {name: round(value, 1) for name, value in found.items()}


def main() -> None:
    with browsing() as (server, browser):
        wait_until_idle(server.process.pid)
        first, next_one = (first_picture(browser.new_page(), server.url) for _ in range(2))
        found = strokes_to_answers(browser.new_page(), server.url)
    rows = {
        "stroke to answer": summary([waited for waited, _ in found]),
        "first picture": {"first_visitor_s": first, "next_visitor_s": next_one},
        "strokes": len(found),
        "answers during a stroke": round(statistics.mean(count for _, count in found), 1),
    }
    write("drawing", rows, target_ms=TARGET_MS, load_average=round(os.getloadavg()[0], 1))


if __name__ == "__main__":
    main()
