"""What a visitor does and sees, in a few verbs."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.server import ARTIFACTS

BUSY = "[data-testid=stSpinner], [data-testid=stSkeleton], [data-testid=stAppSkeleton]"
# Streamlit's own markup, which no app can change: in a menu with sections, headings stand
# between the items of its list. Open upstream: streamlit/streamlit#8399.
MENU = "[data-testid=stSidebarNav]"
NOT_OURS = {"list": MENU, "listitem": MENU}


def open_page(page: Page, url: str, name: str = "", query: str = "") -> Page:
    """Go to a page by its own address and wait until it has settled."""
    page.goto(f"{url}/{name}" + (f"?{query}" if query else ""))
    return settle(page)


def settle(page: Page, quiet: float = 0.4, within: float = 60) -> Page:
    """Wait until the script has ended, nothing loads, and both have stayed so for `quiet` seconds."""
    end = time.monotonic() + within
    calm_since: float | None = None
    while calm_since is None or time.monotonic() - calm_since < quiet:
        if time.monotonic() > end:
            raise TimeoutError(f"the page is still busy after {within:.0f} s: {page.url}")
        calm_since = (calm_since or time.monotonic()) if _calm(page) else None
        page.wait_for_timeout(50)
    return page


def _calm(page: Page) -> bool:
    app = page.locator(
        "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    )
    return app.count() == 1 and page.locator(BUSY).count() == 0


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
