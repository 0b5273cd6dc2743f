"""A browser, a server, and visitors who come with nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.find_browser import find_browser
from tests.browser.server import Server
from tests.browser.visitor import WATCH

HERE = Path(__file__).parent
PATIENCE = 60_000  # milliseconds before a visitor gives up: a machine may have other work
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Everything in this folder needs a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window, with a false camera and microphone."""
    path = find_browser()
    if path is None and os.environ.get("GMM_NEEDS_BROWSER"):
        pytest.fail("no Chromium starts here; see tests/browser/find_browser.py")
    if path is None:
        pytest.skip("no Chromium starts here; `make test` installs one")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shared_server():
    """The app, shared by all tests of a worker."""
    running = Server()
    yield running
    found = running.tracebacks()  # before it is ended in the middle of whatever it does
    running.stop()
    assert found == []


@pytest.fixture
def server(shared_server):
    """The app that all tests share; it logs no traceback while a test visits it."""
    yield shared_server
    assert shared_server.tracebacks() == []


@pytest.fixture
def fresh_server():
    """Start servers that nobody has visited yet: ``fresh_server(script="app.py", env={})``."""
    started = []

    def start(**options):
        started.append(Server(**options))
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def new_page(browser):
    """Open windows of new visitors: ``new_page(width=390, dark=True)``; none may raise in the browser."""
    contexts, errors = [], []
    expect.set_options(timeout=PATIENCE)

    def open_window(width=1280, height=900, dark=False, **options):
        scheme = "dark" if dark else "light"
        size = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, color_scheme=scheme, **options))
        contexts[-1].add_init_script(WATCH)
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_page):
    """One visitor at a desk, light theme."""
    return new_page()
