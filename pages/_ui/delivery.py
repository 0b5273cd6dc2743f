"""How Streamlit's own files reach the browser: compressed, and a first page that does not jump.

Streamlit serves its scripts as they lie on disk, 9 MB for a page with a chart. They never
change while the server runs, so each is compressed once, when first asked for, and kept.
"""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PACKED = (".js", ".css", ".svg", ".json")
KEPT_BYTES = 12_000_000
# The menu comes with the first answer of the script; its room is left free until then.
HEAD = b"""<meta name="description" content="Fit Gaussian mixtures to your own data in the browser.">
<style>@media (min-width: 768px) {
  [data-testid=stApp]:not(:has([data-testid=stSidebar])) [data-testid=stMain] { margin-left: 300px; }
}</style></head>"""


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
            body = body.replace(b"</head>", HEAD, 1).replace(b"<title>Streamlit<", b"<title>GMM Studio<", 1)
        await answer.send(body, [], send)


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
