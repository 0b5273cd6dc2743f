"""What stands before Streamlit: security headers on answers, caps on uploaded bytes."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.formparsers import MultiPartParser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from pages._ui.server.gatekeeper import UPLOADS, refuse
from pages._ui.settings import MEGABYTE, SETTINGS, Settings

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob:",  # the microphone's recording is fetched from a blob
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {SETTINGS.frame_ancestors}",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(self), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
REMEMBERED_SESSIONS = 10_000
TOO_LARGE = "This upload is larger than the server accepts."
# What a visitor sends stays in memory: it is never on the server's disk, and does not need room there.
MultiPartParser.spool_max_size = (SETTINGS.upload_megabytes + 1) * MEGABYTE


class SecurityHeaders:
    """Add `HEADERS` to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.rows = [(name.encode(), text.encode()) for name, text in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.rows]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class UploadCap:
    """Refuse (413) what a client sends beyond its share, before Streamlit keeps it.

    Streamlit accepts any number of files under invented ids, so bytes are counted here:
    per request, per session, for the whole server within a minute, and as much as it holds.
    """

    def __init__(
        self, app: ASGIApp, limits: Settings = SETTINGS, held: Callable[[], int] | None = None
    ) -> None:
        self.app = app
        self.limits = limits
        self.held = held or held_by_streamlit
        self.arriving = 0
        self.by_session: OrderedDict[str, int] = OrderedDict()
        self.minute: deque[tuple[float, int]] = deque()
        self.minute_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = _upload_session(scope)
        if session is None:
            await self.app(scope, receive, send)
        elif self._too_much(session, declared := _declared_length(scope), declared):
            await refuse(scope, send, 413, TOO_LARGE)
        else:
            await self._pass_on(session, scope, receive, send)

    async def _pass_on(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            size = len(message.get("body", b""))
            seen += size
            self.arriving += size
            self._charge(session, size)
            if self._too_much(session, 0, seen):
                raise _TooMuchError
            return message

        try:
            await self.app(scope, counted, send)
        except _TooMuchError:
            await refuse(scope, send, 413, TOO_LARGE)
        finally:
            self.arriving -= seen

    def _charge(self, session: str, size: int) -> None:
        self.by_session[session] = self.by_session.pop(session, 0) + size
        if len(self.by_session) > REMEMBERED_SESSIONS:
            self.by_session.popitem(last=False)
        self.minute.append((time.monotonic(), size))
        self.minute_bytes += size

    def _too_much(self, session: str, coming: int, request: int) -> bool:
        while self.minute and self.minute[0][0] < time.monotonic() - 60:
            self.minute_bytes -= self.minute.popleft()[1]
        return (
            request > self.limits.upload_megabytes * MEGABYTE
            or self.by_session.get(session, 0) + coming > self.limits.session_upload_megabytes * MEGABYTE
            or self.minute_bytes + coming > self.limits.minute_upload_megabytes * MEGABYTE
            or self.held() + self.arriving + coming > self.limits.held_upload_megabytes * MEGABYTE
        )


def held_by_streamlit() -> int:
    """Bytes of the uploads that Streamlit keeps for the visits it knows."""
    if not runtime.exists():
        return 0
    storage = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return sum(len(file.data) for files in list(storage.values()) for file in list(files.values()))


class _TooMuchError(Exception):
    pass


def _upload_session(scope: Scope) -> str | None:
    """The session id in the address of an upload, None for anything else."""
    if scope["type"] != "http" or scope["method"] not in ("PUT", "POST"):
        return None
    _, found, rest = scope["path"].partition(UPLOADS)
    return rest.split("/")[0] if found else None


def _declared_length(scope: Scope) -> int:
    text = dict(scope["headers"]).get(b"content-length", b"0")
    return int(text) if text.isdigit() else 0
