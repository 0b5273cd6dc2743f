"""How Streamlit's own files reach the browser: compressed, and a first page that does not jump.

Streamlit serves its scripts as they lie on disk, 9 MB for a page with a chart. They never
change while the server runs, so each is compressed once, when first asked for, and kept.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui import menu
from pages._ui.charts import scripts

PACKED = (".js", ".css", ".svg", ".json")
KEPT_BYTES = 12_000_000
# What nearly every page shows. Streamlit fetches each only when the script's answer asks for it.
# Charts are by far the largest: home, which shows none, only fetches them when it is idle.
EARLY = (
    "BidiComponent", "DataFrame", "FileUploader", "Selectbox", "Multiselect", "Slider",
    "ButtonGroup", "NumberInput", "Metric", "Expander", "DownloadButton", "Html", "PageLink",
)  # fmt: skip
CHARTS = ("light.js", "ahead.js", "chart.js", "look.js", "arrivals.js")
FONTS = ("inter-latin", "source-serif-4-latin")
# Says to crawlers that the page is not ready; the security policy lets no inline script run.
INLINE_SCRIPT = re.compile(rb"<script>.*?</script>", re.DOTALL)
# A module's own imports, not those that it makes later on.
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*["'`]\./([\w.-]+\.js)["'`]""")
UNUSED_FONT = re.compile(rb'<link\s+rel="preload"[^>]*SourceSans[^>]*>')
# The pages' own style, which the script sends as well for servers without this one: from the
# first paint on it keeps room for what comes late.
LOOK = Path(__file__).parents[1] / "studio.css"
# The menu comes with the first answer of the script: until then its room is left free, and
# the page has its later width, so that nothing jumps.
STYLE = """@media (min-width: 768px) {
  [data-testid=stAppViewContainer]:not(:has([data-testid=stSidebar])) { padding-left: 281px; }
}
[data-testid=stMainBlockContainer] { max-width: initial !important; }"""


@dataclass
class _Answer:
    """One answer, held back until it is whole."""

    start: Message = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def header(self, name: bytes) -> bytes:
        return dict(self.start.get("headers", [])).get(name, b"")

    async def send(self, body: bytes, extra: list[tuple[bytes, bytes]], send: Send) -> None:
        kept = [row for row in self.start["headers"] if row[0] != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await send({**self.start, "headers": [*kept, length, *extra]})
        await send({"type": "http.response.body", "body": body})


class Delivery:
    """Compress static text files once, and complete the head of the first page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[str, tuple[_Answer, bytes]] = {}
        self.bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
        elif _may_pack(scope):
            await self._packed(scope, receive, send)
        elif _is_page(scope):
            await self._first_page(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _packed(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path not in self.kept:
            answer = _Answer()
            await self.app(scope, receive, answer.take)
            body = bytes(answer.body)
            if answer.start.get("status") != 200 or answer.header(b"content-encoding"):
                await answer.send(body, [], send)
                return
            packed = await asyncio.to_thread(gzip.compress, body, 6)
            if self.bytes + len(packed) > KEPT_BYTES:
                await answer.send(body, [], send)
                return
            answer.body.clear()
            self.bytes += len(packed)
            self.kept[path] = answer, packed
        answer, packed = self.kept[path]
        await answer.send(packed, [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")], send)

    async def _first_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = [row for row in scope["headers"] if row[0] not in (b"accept-encoding", b"if-none-match")]
        answer = _Answer()
        await self.app({**scope, "headers": whole}, receive, answer.take)
        body = bytes(answer.body)
        if answer.header(b"content-type").startswith(b"text/html"):
            body = INLINE_SCRIPT.sub(b"", UNUSED_FONT.sub(b"", body))
            title = escape(menu.tab(scope["path"].rpartition("/")[2])).encode()
            body = body.replace(b"</head>", _head(scope["path"].endswith("/")), 1).replace(
                b"<title>Streamlit<", b"<title>" + title + b"<", 1
            )
        await answer.send(body, [], send)


@cache
def _head(home: bool) -> bytes:
    """What the first page's head gets besides: a description, a style, early scripts."""
    words = '<meta name="description" content="Fit Gaussian mixtures to your own data in the browser.">'
    library, ahead, *ours = (f"./{scripts.folder()}/{name}" for name in CHARTS)
    how = "prefetch" if home else "preload"
    links = [f'<script defer src="{ahead}"></script>', f'<link rel="{how}" as="script" href="{library}">']
    links += [*map(_module, _early()), *(f'<link rel="modulepreload" href="{name}">' for name in ours)]
    fonts = [
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="./app/static/{name}.woff2">'
        for name in FONTS
    ]
    style = f"<style>{STYLE}\n{LOOK.read_text(encoding='utf-8')}</style>"
    return "\n".join([words, style, *fonts, *links, "</head>"]).encode()


def _module(name: str) -> str:
    return f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'


def _early() -> list[str]:
    """The scripts of `EARLY` with all that they import, in the order met; a browser would ask for
    one layer of imports after the other. Names carry a digest; what this Streamlit lacks, and what
    its own first page asks for, is left out."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    named = (folder.parents[1] / "index.html").read_text(encoding="utf-8")
    wanted = [path.name for script in EARLY for path in sorted(folder.glob(f"{script}.*.js"))]
    found: dict[str, None] = {}
    while wanted:
        name = wanted.pop(0)
        if name not in found and (folder / name).is_file():
            found[name] = None
            wanted += IMPORTED.findall((folder / name).read_text(encoding="utf-8"))
    return [name for name in found if name not in named]


def _may_pack(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    whole = b"range" not in headers and b"if-none-match" not in headers
    return (
        "/static/" in scope["path"]
        and scope["path"].endswith(PACKED)
        and whole
        and b"gzip" in headers.get(b"accept-encoding", b"")
    )


def _is_page(scope: Scope) -> bool:
    """An address of a page: no file, which might be large, and none of Streamlit's own."""
    wanted = b"text/html" in dict(scope["headers"]).get(b"accept", b"")
    return wanted and "." not in scope["path"].rpartition("/")[2] and "/_stcore/" not in scope["path"]
