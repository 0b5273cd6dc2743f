"""Who a visitor is: a random number in a cookie, kept for as long as saved results are.

It tells a maker's saved results from others', so that the maker can delete them on the next
visit, and it counts quotas. It is no login: whoever clears the cookie is somebody new.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.settings import SETTINGS

COOKIE = "gmm_visitor"
SHAPE = re.compile(r"[A-Za-z0-9_-]{32}")


def visitor() -> str:
    """This visitor's secret number: the cookie's, or one of this visit where cookies are blocked."""
    sent = str(cookies().get(COOKIE, ""))
    if SHAPE.fullmatch(sent):
        return sent
    return str(st.session_state.setdefault("_visitor", secrets.token_urlsafe(24)))


def cookies() -> Mapping[str, str]:
    """What the browser sent when this visit began."""
    return st.context.cookies


class VisitorCookie:
    """Give every new browser its number, with the first page it loads."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                kept = [row for row in message["headers"] if row[0] != b"cache-control"]
                # A cache between here and the visitor must not hand one number to many.
                cache = (b"cache-control", b"private, no-cache")
                message["headers"] = [*kept, cache, (b"set-cookie", _cookie(scope))]
            await send(message)

        known = scope["type"] != "http" or COOKIE.encode() + b"=" in dict(scope["headers"]).get(
            b"cookie", b""
        )
        await self.app(scope, receive, send if known else with_cookie)


def _is_page(message: Message) -> bool:
    return dict(message.get("headers", [])).get(b"content-type", b"").startswith(b"text/html")


def _header(scope: Scope, name: bytes) -> bytes:
    return bytes(dict(scope["headers"]).get(name, b""))


def _cookie(scope: Scope) -> bytes:
    schemes = scope.get("scheme", "").encode(), _header(scope, b"x-forwarded-proto")
    secure = "; Secure" if b"https" in schemes else ""
    age = int(SETTINGS.share_days * 86_400)
    number = secrets.token_urlsafe(24)
    return f"{COOKIE}={number}; Max-Age={age}; Path=/; HttpOnly; SameSite=Lax{secure}".encode()
