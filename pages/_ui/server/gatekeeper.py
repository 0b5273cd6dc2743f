"""Who may come in and how often: visits and uploads a minute, and nobody at the metrics."""

from __future__ import annotations

import secrets
from math import ceil

from starlette.types import ASGIApp, Receive, Scope, Send

from pages._ui.server.pace import Pace
from pages._ui.settings import SETTINGS, Settings

STREAM = "/_stcore/stream"
UPLOADS = "/_stcore/upload_file/"
METRICS = ("/_stcore/metrics", "/_stcore/script-health-check")


class RateLimit:
    """Answer 429 to a network address that begins visits or sends files too often.

    A visit costs the server a run of a page, an upload a file to decode: both are counted
    before they reach it. What runs inside a visit is counted by the gate.
    """

    def __init__(self, app: ASGIApp, limits: Settings = SETTINGS) -> None:
        self.app = app
        self.header = limits.client_header.lower().encode()
        self.visits = Pace(limits.visits_a_minute)
        self.uploads = Pace(limits.uploads_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pace = self._pace(scope)
        seconds = pace.wait(address(scope, self.header)) if pace is not None else 0.0
        if seconds:
            await refuse(scope, send, 429, "Too often. Wait a little, then try again.", ceil(seconds))
        else:
            await self.app(scope, receive, send)

    def _pace(self, scope: Scope) -> Pace | None:
        if scope["type"] == "websocket" and STREAM in scope["path"]:
            return self.visits
        sends = scope["type"] == "http" and scope["method"] in ("PUT", "POST")
        return self.uploads if sends and UPLOADS in scope["path"] else None


class PrivateMetrics:
    """Hide Streamlit's metrics from everybody without the operator's token."""

    def __init__(self, app: ASGIApp, limits: Settings = SETTINGS) -> None:
        self.app = app
        self.word = f"Bearer {limits.metrics_token}" if limits.metrics_token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        private = scope["type"] == "http" and any(path in scope["path"] for path in METRICS)
        if private and not self._knows(scope):
            await refuse(scope, send, 404, "Not found")
        else:
            await self.app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        said = dict(scope["headers"]).get(b"authorization", b"")
        return self.word is not None and secrets.compare_digest(said, self.word.encode())


def address(scope: Scope, header: bytes = b"") -> str:
    """The visitor's network address: the connection's, or what the trusted proxy says last."""
    said = dict(scope["headers"]).get(header, b"").decode("latin-1") if header else ""
    return said.rpartition(",")[2].strip() or str((scope.get("client") or ("unknown",))[0])


async def refuse(scope: Scope, send: Send, status: int, words: str, after: int = 0) -> None:
    """Answer with a status and a sentence, also to a websocket that wants to open."""
    body = words.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    if after:
        headers.append((b"retry-after", str(after).encode()))
    kind = "http.response"
    if scope["type"] == "websocket":
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1013, "reason": words})
            return
        kind = "websocket.http.response"
    await send({"type": f"{kind}.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})
