"""What a visitor does and sees, in a few verbs."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.browser.server import ARTIFACTS

# Put into every window: when the page last spoke to the server, and when it last heard from it.
WATCH = """(() => {
  const talk = (window.talk = { said: 0, heard: 0 });
  window.WebSocket = class extends WebSocket {
    constructor(...where) {
      super(...where);
      this.addEventListener("message", () => (talk.heard = performance.now()));
    }
    send(words) {
      talk.said = performance.now();
      super.send(words);
    }
  };
})()"""
# The script has ended, nothing loads, and what was last said has been answered. Few messages have
# no answer: none is awaited for longer than three seconds.
CALM = """() => {
  const ended = "[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]";
  const busy = "[data-testid=stSpinner], [data-testid=stSkeleton], [data-testid=stAppSkeleton], "
    + ".studio-chart:not([data-state]), .studio-chart[data-state=waiting]";
  const talk = window.talk || { said: 0, heard: 0 };
  const waits = talk.said > talk.heard && performance.now() - talk.said < 3000;
  return !waits && !window.studio?.holds && !!document.querySelector(ended) && !document.querySelector(busy);
}"""
# Streamlit's own markup, which no app can change: in a menu with sections, headings stand
# between the items of its list. Open upstream: streamlit/streamlit#8399.
MENU = "[data-testid=stSidebarNav]"
NOT_OURS = {"list": MENU, "listitem": MENU}


def open_page(page: Page, url: str, name: str = "", query: str = "") -> Page:
    """Go to a page by its own address and wait until it has settled."""
    page.goto(f"{url}/{name}" + (f"?{query}" if query else ""))
    return settle(page)


def settle(page: Page, quiet: float = 0.4, within: float = 120) -> Page:
    """Wait until the script has ended, nothing loads, and both have stayed so for `quiet` seconds."""
    end = time.monotonic() + within
    calm_since: float | None = None
    while calm_since is None or time.monotonic() - calm_since < quiet:
        if time.monotonic() > end:
            raise TimeoutError(f"the page is still busy after {within:.0f} s: {page.url}")
        calm_since = (calm_since or time.monotonic()) if page.evaluate(CALM) else None
        page.wait_for_timeout(50)
    return page


def last_said(page: Page) -> float:
    """When the page last sent the server something (ms): equal twice, nothing was sent between."""
    return float(page.evaluate("() => talk.said"))


def drag(page: Page, area: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag the mouse across an element, from and to these shares of its width and height."""
    area.scroll_into_view_if_needed()
    page.mouse.move(*_place(area, start))
    page.mouse.down()
    page.mouse.move(*_place(area, end), steps=8)
    page.mouse.up()


def click_chart(page: Page, area: Locator, at: tuple[float, float] = (0.5, 0.5)) -> None:
    """Click on what a chart shows there; charts know only what the mouse has rested on."""
    area.scroll_into_view_if_needed()
    page.mouse.move(*_place(area, at))
    page.locator(".hoverlayer .hovertext").first.wait_for()
    page.mouse.down()
    page.mouse.up()


def _place(area: Locator, share: tuple[float, float]) -> tuple[float, float]:
    box = area.bounding_box()
    assert box is not None
    return box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page in ``artifacts/`` to be looked at."""
    size = page.viewport_size or {"width": 1280, "height": 900}
    tall = page.get_by_test_id("stMain").evaluate("box => box.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], int(tall))})
    settle(page)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
    page.set_viewport_size(size)


def exceptions(page: Page) -> list[str]:
    """Tracebacks that the page shows; there must be none."""
    return page.locator("[data-testid=stException]").all_inner_texts()


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(
        page.evaluate(
            "() => Math.max(...['stMain', 'stApp'].map(id => document.querySelector(`[data-testid=${id}]`))"
            ".map(box => box.scrollWidth - box.clientWidth), "
            "document.documentElement.scrollWidth - window.innerWidth)"
        )
    )


# Counts how far what was seen has jumped by itself, as browsers measure it (layout shift).
JUMPS = """(() => {
  window.jumped = 0;
  new PerformanceObserver((list) => {
    for (const jump of list.getEntries()) if (!jump.hadRecentInput) window.jumped += jump.value;
  }).observe({ type: "layout-shift", buffered: true });
})()"""


def jumped(page: Page) -> float:
    """How far the page has jumped since it was opened: 0 not at all, 1 by a whole window."""
    return float(page.evaluate("() => window.jumped"))


class Traffic:
    """What a window fetches from now on: bytes as they travel, and hosts."""

    def __init__(self, page: Page) -> None:
        self.fetched = self.told = 0
        self.hosts: set[str] = set()
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.loadingFinished", self._count_fetched)
        self.session.on("Network.webSocketFrameReceived", self._count_told)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or ""))

    def _count_fetched(self, event: dict[str, Any]) -> None:
        self.fetched += int(event["encodedDataLength"])

    def _count_told(self, event: dict[str, Any]) -> None:
        # Binary frames arrive here as base64.
        self.told += len(event["response"]["payloadData"]) * 3 // 4


def accessibility(page: Page) -> list[str]:
    """What axe-core calls serious or critical, outside Streamlit's own parts."""
    grave = [
        each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")
    ]
    found = []
    for each in grave:
        nodes = [node for node in each["nodes"] if not _is_not_ours(page, each["id"], node)]
        found += [f"{len(nodes)} x {each['id']}: {_first(nodes)}"] if nodes else []
    return found


def _is_not_ours(page: Page, rule: str, node: dict[str, Any]) -> bool:
    inside = "([target, place]) => !!document.querySelector(target)?.closest(place)"
    return rule in NOT_OURS and bool(page.evaluate(inside, [node["target"][0], NOT_OURS[rule]]))


def _first(nodes: list[dict[str, Any]]) -> str:
    node = nodes[0]
    reasons = [check["message"] for check in [*node["any"], *node["all"], *node["none"]]]
    return f"{node['html'][:200]} {' '.join(reasons)}"
