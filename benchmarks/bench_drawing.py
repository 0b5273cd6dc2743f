"""How soon a stroke is read: from the pen's lifting to the probabilities on the screen of `digits`.

Run ``python -m benchmarks.bench_drawing``; writes ``benchmarks/results/drawing.json``. A browser
draws digits with its mouse; its own clock measures until the sentence and until the bars change.
"""

from __future__ import annotations

import os
import statistics

from playwright.sync_api import Page, sync_playwright

from benchmarks.bench_app import wait_until_idle
from benchmarks.compare import write
from tests.browser.find_browser import find_browser
from tests.browser.server import Server
from tests.browser.test_digits import DIGITS, draw
from tests.browser.visitor import open_page, settle

ROUNDS = 2
TARGET_MS = 150
SAMPLE = 3  # shown while nothing is drawn: the sentence would not change
WATCH = """() => {
  const words = () => [...document.querySelectorAll("p")].find(
    (each) => each.textContent.startsWith("Read as"))?.textContent;
  const bars = () => String(document.querySelector(".js-plotly-plot")?._fullData?.[0]?.x);
  document.addEventListener("pointerup", () => {
    const lifted = performance.now(), before = [words(), bars()], found = [0, 0];
    window.waited = null;
    const look = () => {
      const now = [words(), bars()];
      for (const i of [0, 1]) {
        if (!found[i] && now[i] && now[i] !== before[i]) found[i] = performance.now() - lifted;
      }
      if (found[0] && found[1]) window.waited = found;
      else requestAnimationFrame(look);
    };
    look();
  }, true);
}"""


def stroke_to_answer(page: Page, url: str) -> tuple[list[float], list[float]]:
    """Milliseconds from a stroke's end to the new sentence and to the new bars."""
    open_page(page, url, "digits")
    page.get_by_label("Drawing area").scroll_into_view_if_needed()
    page.evaluate(WATCH)
    words, bars = [], []
    for strokes in [each for digit, each in DIGITS.items() if digit != SAMPLE] * ROUNDS:
        settle(page, quiet=0.3)
        draw(page, strokes[:1])
        page.wait_for_function("() => window.waited")
        first, second = page.evaluate("() => window.waited")
        words.append(first)
        bars.append(second)
        page.get_by_role("button", name="Clear").click()
    return words, bars


def summary(times: list[float]) -> dict[str, float]:
    found = {"p50_ms": statistics.median(times), "p90_ms": statistics.quantiles(times, n=10)[-1]}
    return {name: round(value, 1) for name, value in {**found, "best_ms": min(times)}.items()}


def main() -> None:
    server = Server()
    chromium = find_browser()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            open_page(browser.new_page(), server.url, "digits")  # the first visitor's reader is learned
            wait_until_idle(server.process.pid)
            words, bars = stroke_to_answer(browser.new_page(), server.url)
            browser.close()
    finally:
        server.stop()
    rows = {"stroke to sentence": summary(words), "stroke to bars": summary(bars)}
    write("drawing", rows, target_ms=TARGET_MS, load_average=round(os.getloadavg()[0], 1))


if __name__ == "__main__":
    main()
