"""How soon a page answers a slider, beside the shortest Streamlit page that does the same.

Run ``python -m benchmarks.bench_answer``; writes ``benchmarks/results/answer.json``. The number of
components of the geyser's mixture is moved by key presses on our page Clustering, with all its
controls, numbers and downloads, and on `bare_app.py`, which holds a slider, scikit-learn's fit and
Streamlit's own chart of the same figure; in turn, in one browser, on one machine.
"""

from __future__ import annotations

import statistics
from contextlib import ExitStack, closing

from playwright.sync_api import Page

from benchmarks.bench_tables_app import WATCH
from benchmarks.browsing import chromium, report
from tests.browser.server import Server
from tests.browser.visitor import open_page, settle

ROUNDS = 4
STEPS = 8  # components are added one by one, then taken away again
TARGET_MS = 250


def answers(page: Page, key: str) -> list[float]:
    """Milliseconds from each of some key presses to the redrawn chart."""
    times = []
    for _ in range(STEPS):
        settle(page, quiet=0.2)
        page.get_by_role("slider", name="Components").focus()
        page.keyboard.press(key)
        page.wait_for_function("() => window.waited", timeout=60_000)
        times.append(float(page.evaluate("() => window.waited")))
    return times


def main() -> None:
    """Alternate between both, say it, and write the result."""
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        pages, times = {}, {"ours": [], "bare": []}
        for name, script in (("ours", "app.py"), ("bare", "benchmarks/bare_app.py")):
            server = Server(script=script)
            stack.callback(server.stop)
            pages[name] = page = stack.enter_context(closing(browser.new_page()))
            query = "clustering_model=Choose&clustering_k=1" if name == "ours" else ""
            open_page(page, server.url, "clustering" if name == "ours" else "", query)
            page.evaluate(WATCH, 0)
        for turn in range(ROUNDS):
            for name, page in pages.items():
                times[name] += answers(page, "ArrowLeft" if turn % 2 else "ArrowRight")
    found = {f"{name}_p50_ms": statistics.median(values) for name, values in times.items()}
    found |= {f"{name}_best_ms": min(values) for name, values in times.items()}
    found["bare_over_ours"] = found["bare_p50_ms"] / found["ours_p50_ms"]
    report("answer", found, {"ours_p50_ms": TARGET_MS}, digits=2)


if __name__ == "__main__":
    main()
