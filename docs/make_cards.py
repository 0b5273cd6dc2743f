"""Take the pictures of the home page's cards: ``python -m docs.make_cards [page ...]``.

Starts the app, opens each page with its example, and keeps its first chart without text on a
transparent ground, once for each theme, as ``pages/_ui/static/cards/<page>-<theme>.png``.
"""

from __future__ import annotations

import sys
from io import BytesIO

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from pages._ui import menu
from tests.browser.find_browser import find_browser
from tests.browser.server import Server
from tests.browser.visitor import open_page

CARDS = menu.FOLDER / "_ui" / "static" / "cards"
SIZE = (560, 315)
PICTURES = ", ".join(f"[data-testid=stMain] {each}" for each in (".js-plotly-plot", "canvas", "img"))
BARE = """
  *, .stApp, .stMain, .studio-chart { background: transparent !important; }
  .infolayer, .xaxislayer-above, .yaxislayer-above, .gridlayer, .modebar-container { display: none; }
  [data-testid=stSidebar], [data-testid=stHeader] { display: none; }
"""


SKIPPED = {"reduction": 2}  # its first charts show two of its probabilities, and plain rows
# An empty drawing pad is no picture.
COLOURS = 300
GROUND = {"light": (255, 255, 255), "dark": (20, 24, 28)}
NEAR = 6  # levels by which the ground may differ from its colour


def _opened(part: Locator, theme: str) -> Image.Image:
    """The picture of one part; a canvas paints its own ground, which becomes transparent."""
    picture = Image.open(BytesIO(part.screenshot(omit_background=True))).convert("RGBA")
    if part.evaluate("part => part.tagName") == "CANVAS":
        pixels = np.array(picture)
        far = np.abs(pixels[..., :3].astype(int) - GROUND[theme]).max(axis=-1)
        pixels[far <= NEAR, 3] = 0
        picture = Image.fromarray(pixels)
    return picture


def take(page: Page, url: str, name: str, theme: str) -> None:
    """Open one page and save its first chart."""
    open_page(page, url, name)
    page.add_style_tag(content=BARE)
    page.wait_for_timeout(500)
    shots = (_opened(part, theme) for part in page.locator(PICTURES).all()[SKIPPED.get(name, 0) :])
    taken = next(each for each in shots if len(each.getcolors(1 << 20) or "x" * COLOURS) >= COLOURS)
    box = taken.getbbox() or (0, 0, *taken.size)
    card = Image.new("RGBA", SIZE)
    art = taken.crop(box)
    art.thumbnail((SIZE[0] - 24, SIZE[1] - 24), Image.Resampling.LANCZOS)
    card.paste(art, ((SIZE[0] - art.width) // 2, (SIZE[1] - art.height) // 2))
    CARDS.mkdir(exist_ok=True)
    card.quantize(128).save(CARDS / f"{name}-{theme}.png", optimize=True)


def main(names: list[str]) -> None:
    """Pictures of the named pages, of all without names."""
    server = Server()
    path = find_browser()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for theme in GROUND:
                size = {"width": 1280, "height": 1000}
                page = browser.new_page(viewport=size, device_scale_factor=1.5, color_scheme=theme)
                for row in menu.PAGES:
                    if row.card and (not names or row.name in names):
                        take(page, server.url, row.name, theme)
                page.close()
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
