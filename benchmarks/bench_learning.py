"""The two learning pages: frame rate of the player, time to a changed picture, time of a sweep.

Run ``python -m benchmarks.bench_learning``; writes ``benchmarks/results/learning.json``. Frames
are counted in the browser as animation frames after which the player stands elsewhere; pictures
are timed from the key press to the drawn change. Processor times tell what a busy machine hides.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from benchmarks.browsing import browsing, report
from gmm_engine import sweep
from gmm_engine.data import generate
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.types import Array
from tests.browser.visitor import open_page, settle

ROUNDS = 12
TARGETS = {
    "player_20000_rows_fps": 60,
    "messages_while_playing": 0,
    "em_slider_to_picture_p50_ms": 250,
    "bic_criterion_to_picture_p50_ms": 250,
    "sweep_geyser_s": 2,
    "sweep_10000x4_s": 30,
}
LONG_RUN = (
    "em_steps_data=Generate&em_steps_shape=Spirals&em_steps_rows=30,000&em_steps_k=9"
    "&em_steps_start=random&em_steps_lesson=Old+Faithful"
)
PLAYER = """() => [...document.querySelectorAll("*")]
  .map((each) => each.shadowRoot?.querySelector(".player")).find(Boolean)"""
COUNT_FRAMES = (
    "async () => {\n  const player = ("
    + PLAYER
    + """)(), button = player.querySelector("[data-part=play]");
  const last = player.querySelector("[data-part=scrub]").max, begun = performance.now();
  player.querySelector("[data-part=speed]").value = "15";
  button.click();
  const frames = [];
  await new Promise((done) => {
    const look = (now) => {
      const place = player.dataset.position;
      if (frames.at(-1)?.place !== place) frames.push({ now, place });
      if (button.textContent === "Play" || performance.now() - begun > 60000) return done();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const gaps = frames.slice(1).map((frame, i) => frame.now - frames[i].now).sort((a, b) => a - b);
  return {
    iterations: last / 2,
    fps: (1000 * gaps.length) / (frames.at(-1).now - frames[0].now),
    median: gaps[gaps.length >> 1],
    slow: gaps[Math.floor(gaps.length * 0.95)],
  };
}"""
)
DRAWN_BY_PLAYER = f"() => ({PLAYER})()?.querySelector('[data-part=em]').getAttribute('aria-label')"
DRAWN_IN_GRID = """() => [...(document.querySelector(".js-plotly-plot")?.data ?? [])]
  .map((trace) => (trace.text ?? []).join()).join()"""
WAIT = """(drawn) => new Promise((done) => {
  const before = drawn(), begun = performance.now();
  let pressed = null;
  const start = () => (pressed ??= performance.now());
  document.addEventListener("keydown", start, { capture: true, once: true });
  document.addEventListener("pointerdown", start, { capture: true, once: true });
  const look = () => {
    const now = drawn();
    if (pressed !== null && now && now !== before) return done(performance.now() - pressed);
    if (performance.now() - begun > 20000) return done(20000);
    requestAnimationFrame(look);
  };
  look();
})"""


def frame_rate(page: Page, url: str) -> dict[str, float]:
    """200 iterations over 20,000 drawn rows, and what was sent meanwhile."""
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_page(page, url, "em_steps", LONG_RUN)
    page.wait_for_timeout(2000)
    before = len(sent)
    found = page.evaluate(COUNT_FRAMES)
    return {
        "player_iterations": found["iterations"],
        "player_20000_rows_fps": found["fps"],
        "player_frame_median_ms": found["median"],
        "player_frame_p95_ms": found["slow"],
        "messages_while_playing": len(sent) - before,
    }


def waited(page: Page, drawn: str, act: Callable[[int], None]) -> float:
    """Median milliseconds from an act to the changed picture."""
    times = []
    for i in range(ROUNDS):
        settle(page, quiet=0.2)
        page.evaluate(f"() => {{ window.waiting = ({WAIT})({drawn}); }}")
        act(i)
        times.append(float(page.evaluate("() => window.waiting")))
    return statistics.median(times)


def pictures(page: Page, url: str) -> dict[str, float]:
    """From a changed control to the changed picture, on both pages."""
    open_page(page, url, "em_steps", "em_steps_start=k-means%2B%2B")
    slider = page.get_by_role("slider", name="Components")

    def move(i: int) -> None:
        slider.focus()
        page.keyboard.press("ArrowRight" if i % 8 < 4 else "ArrowLeft")

    def judge(i: int) -> None:
        page.get_by_test_id("stButtonGroup").get_by_text(("AIC", "ICL", "BIC")[i % 3], exact=True).click()

    em = waited(page, DRAWN_BY_PLAYER, move)
    open_page(page, url, "bic_selection")
    criterion = waited(page, DRAWN_IN_GRID, judge)
    return {"em_slider_to_picture_p50_ms": em, "bic_criterion_to_picture_p50_ms": criterion}


def sweep_times(name: str, X: Array) -> dict[str, float]:
    """Nine numbers of components in all fourteen families: seconds on the clock and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    count = sum(1 for _ in sweep(X, range(1, 10)))
    assert count == 126
    return {
        f"sweep_{name}_s": time.perf_counter() - started,
        f"sweep_{name}_cpu_s": time.process_time() - used,
    }


def main() -> None:
    """Measure everything, say it, and write the result."""
    X = EXAMPLES["Geyser"].load().matrix()
    sum(1 for _ in sweep(X[:60], [2]))  # compiles, or reads from the disk, what the sweeps need
    found = sweep_times("geyser", X)
    found |= sweep_times("10000x4", generate.blobs(10_000, n_components=5, n_columns=4).matrix())
    with browsing() as (server, browser):
        for measure in (frame_rate, pictures):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            found |= measure(page, server.url)
            page.close()
    report("learning", found, TARGETS, digits=2)


if __name__ == "__main__":
    main()
