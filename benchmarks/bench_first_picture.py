"""How soon a visitor who has never been here sees a page's first picture.

Run ``python -m benchmarks.bench_first_picture``; writes ``benchmarks/results/first_picture.json``.
Every page is opened in turn by browsers that have nothing of it yet, beside the server on one
machine; seconds run from the request for its address until the first figure, player, photograph or
answer in sight is painted. On a server that has just begun to listen the same is measured for one page.
"""

from __future__ import annotations

import statistics
import time

from playwright.sync_api import Browser

from benchmarks.browsing import browsing, report, serving
from pages._ui import menu
from tests.browser.visitor import settle

ROUNDS = 3
WARM_SECONDS, COLD_SECONDS = 2, 6
COLD_PAGE = "clustering"
PICTURE = """() => {
  const every = (root) => [...root.querySelectorAll("*")].flatMap((node) =>
    node.shadowRoot ? [node, ...every(node.shadowRoot)] : [node]);
  const inSight = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 100 && box.height > 60 && box.top < window.innerHeight;
  };
  const painted = (canvas) => canvas.width > 0 && !canvas.closest("[data-testid=stDataFrame]")
    && canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
  const picture = (node) => node.matches(".studio-chart[data-state=drawn], .answer")
    || (node.tagName === "CANVAS" && painted(node))
    || (node.tagName === "IMG" && node.complete && node.naturalWidth > 100);
  return every(document).some((node) => inSight(node) && picture(node));
}"""


def until_picture(browser: Browser, url: str, *, wait: bool = True) -> float:
    """Seconds for a new visitor; then `wait` until the page is complete."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(PICTURE, polling=25, timeout=120_000)
    seconds = time.perf_counter() - started
    if wait:
        settle(page)
    context.close()
    return seconds


def main() -> None:
    """Measure every page, say it, and write the result."""
    found: dict[str, float] = {}
    with browsing() as (server, browser):
        for row in menu.PAGES:
            if row.name == "resources":  # nothing but words
                continue
            address = f"{server.url}/{'' if row is menu.PAGES[0] else row.name}"
            until_picture(browser, address)  # what the examples are made of is found
            times = [until_picture(browser, address) for _ in range(ROUNDS)]
            print(row.name, [round(each, 2) for each in times], flush=True)
            found[f"{row.name}_p50_s"] = statistics.median(times)
        with serving() as fresh:
            found["cold_server_s"] = until_picture(browser, f"{fresh.url}/{COLD_PAGE}", wait=False)
    warm = dict.fromkeys((name for name in found if name.endswith("p50_s")), WARM_SECONDS)
    report("first_picture", found, {**warm, "cold_server_s": COLD_SECONDS}, digits=2)


if __name__ == "__main__":
    main()
