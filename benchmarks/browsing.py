"""What benchmarks of the app share: a server with a browser beside it, and how figures are written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from benchmarks.compare import save
from tests.browser.find_browser import find_browser
from tests.browser.server import Server


@contextmanager
def serving() -> Iterator[Server]:
    """A server of its own, stopped in the end."""
    server = Server()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a graphics card."""
    path = find_browser()
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@contextmanager
def browsing() -> Iterator[tuple[Server, Browser]]:
    """A server, and a browser beside it."""
    with serving() as server, chromium() as browser:
        yield server, browser


def report(name: str, found: Mapping[str, float], targets: Mapping[str, float], digits: int = 1) -> None:
    """Say every figure beside its target, and write them with how busy the machine was."""
    rounded = {key: round(value, digits) for key, value in found.items()}
    for key, value in rounded.items():
        print(f"{key:36} {value:10.{digits}f}   {f'target {targets[key]}' if key in targets else ''}")
    save(name, rounded, targets=dict(targets), load_average=round(os.getloadavg()[0], 1))
