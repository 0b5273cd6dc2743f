"""How fast the pages for tables answer: from a key press on a control to the redrawn chart.

Run ``python -m benchmarks.bench_tables_app``; writes ``benchmarks/results/tables_app.json``.
Each control is stepped through values that were not computed before, on example data, in a
browser without a graphics card. Then a million rows are made as files.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass

from playwright.sync_api import Page

from benchmarks.browsing import browsing, report
from gmm_engine import RowMaker
from gmm_engine.data.examples import EXAMPLES
from pages._ui.synthetic_data import bulk
from tests.browser.visitor import open_page, settle
from tests.load.process import processor_ms, resident_megabytes

ROUNDS = 12
TARGET_MS = 250


@dataclass(frozen=True)
class Step:
    """A control to press keys on: its page, the link, its label, and which chart answers."""

    name: str
    page: str
    query: str
    label: str
    role: str = "slider"
    chart: int = 0


STEPS = (
    Step("clustering_components", "clustering", "clustering_model=Choose&clustering_k=1", "Components"),
    Step(
        "clustering_labels", "clustering",
        "clustering_example=Penguins&clustering_model=Choose&clustering_guide=true", "Labels it sees",
    ),
    Step(
        "clustering_pairs", "clustering",
        "clustering_example=Penguins&clustering_look=Pairs&clustering_model=Choose&clustering_k=1",
        "Components",
    ),
    Step("density_components", "density", "density_model=Choose&density_k=1", "Components"),
    Step("density_quantile", "density", "density_shape=One+column", "Quantile", chart=1),
    Step("density_region", "density", "density_shape=One+column&density_mass=50", "Highest-density region"),
    Step("density_slice", "density", "density_question=Conditional", "Slice at eruption (min)", chart=1),
    Step("density_hidden", "density", "density_question=Missing+cells&density_model=Choose", "Hide cells"),
    Step("anomalies_line", "anomalies", "anomalies_line=Percentile", "Strangest rows (%)"),
    Step(
        "reduction_components", "reduction", "reduction_example=Moons&reduction_mixture=Choose&reduction_k=2",
        "Components",
    ),
    Step("infinite_most", "infinite_mixture", "infinite_mixture_most=4", "At most"),
    Step("like_mine_draw", "synthetic_data", "synthetic_data_way=Like+mine", "Draw", "spinbutton"),
)  # fmt: skip

# The chart is drawn when its data are other ones, and two frames have passed.
WATCH = """chart => {
  document.addEventListener("keydown", () => {
    const plot = () => document.querySelectorAll(".js-plotly-plot")[chart];
    const before = plot()?.data, pressed = performance.now();
    window.waited = null;
    const drawn = () => requestAnimationFrame(() => setTimeout(() => {
      window.waited = performance.now() - pressed;
    }));
    const look = () => {
      const now = plot()?.data;
      if (now && now !== before) drawn(); else requestAnimationFrame(look);
    };
    look();
  }, true);
}"""


def measure(page: Page, url: str, step: Step, pid: int) -> tuple[list[float], float]:
    """Milliseconds from each key press to the redrawn chart, and the server's processor time for each."""
    open_page(page, url, step.page, step.query)
    page.evaluate(WATCH, step.chart)
    control = page.get_by_role(step.role, name=step.label)
    times, before = [], processor_ms(pid)
    for i in range(ROUNDS):
        settle(page, quiet=0.2)
        control.first.focus()
        if step.role == "slider":
            page.keyboard.press("ArrowRight" if i < 8 else "ArrowLeft")
        else:
            page.keyboard.press("ArrowUp")
            page.keyboard.press("Enter")
        page.wait_for_function("() => window.waited", timeout=60_000)
        times.append(float(page.evaluate("() => window.waited")))
    settle(page, quiet=0.2)
    return times, (processor_ms(pid) - before) / ROUNDS


def answers() -> dict[str, float]:
    """Median, best and worst of every control."""
    found: dict[str, float] = {}
    with browsing() as (server, browser):
        for step in STEPS:
            page = browser.new_context().new_page()
            times, used = measure(page, server.url, step, server.process.pid)
            page.context.close()
            print(step.name, [round(each) for each in times], flush=True)
            found[f"{step.name}_server_cpu_ms"] = used
            found[f"{step.name}_p50_ms"] = statistics.median(times)
            found[f"{step.name}_best_ms"] = min(times)
            found[f"{step.name}_worst_ms"] = max(times)
        found["memory_after_mb"] = resident_megabytes(server.process.pid)
    return found


def million() -> dict[str, float]:
    """Seconds, size and added memory of a million rows like the penguins, as both kinds of file."""
    maker = RowMaker().fit(EXAMPLES["Penguins"].load().values)
    bulk.write(maker, 1000, "CSV", 0)
    found = {}
    for kind in bulk.KINDS:
        before = resident_megabytes(os.getpid())
        started = time.perf_counter()
        size = len(bulk.write(maker, 1_000_000, kind, 0).getbuffer())
        found[f"million_{kind.lower()}_s"] = time.perf_counter() - started
        found[f"million_{kind.lower()}_mb"] = size / 1e6
        found[f"million_{kind.lower()}_added_memory_mb"] = resident_megabytes(os.getpid()) - before
    return found


def main() -> None:
    """Measure everything, say it, and write the result."""
    found = million() | answers()
    report("tables_app", found, {name: TARGET_MS for name in found if name.endswith("p50_ms")})


if __name__ == "__main__":
    main()
