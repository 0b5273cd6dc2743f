"""Take the README's pictures: ``python -m docs.make_screenshots``.

Starts the app, opens pages with their examples, and keeps what a visitor sees as
``docs/images/<page>.png``.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.find_browser import find_browser
from tests.browser.server import Server
from tests.browser.visitor import open_page

FOLDER = Path(__file__).parent / "images"
SHOWN = {"em_steps": "light", "density": "dark", "anomalies": "light", "segmentation": "dark"}
SIZE = {"width": 1280, "height": 860}


def keep(png: bytes, name: str) -> None:
    """A smaller file with a palette, which is enough for flat colours."""
    FOLDER.mkdir(exist_ok=True)
    Image.open(BytesIO(png)).convert("RGB").quantize(200).save(FOLDER / f"{name}.png", optimize=True)


def main() -> None:
    """Pictures of all pages in `SHOWN`."""
    server = Server()
    path = find_browser()  # before the loop below begins, which it could not be called from
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for name, theme in SHOWN.items():
                page = browser.new_page(viewport=SIZE, color_scheme=theme)
                open_page(page, server.url, name)
                page.wait_for_timeout(1000)
                keep(page.screenshot(), name)
                page.close()
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
