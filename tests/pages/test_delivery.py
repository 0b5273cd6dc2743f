"""Streamlit's own files on their way: compressed once, and a first page with room for the menu."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path

import streamlit

from pages._ui.server.delivery import IMPORTED, KEPT_BYTES, Delivery

PAGE = b"<html><head><title>Streamlit</title></head><body></body></html>"
SCRIPT = b"let answer = 42;\n" * 1000


class Files:
    """An app with one page and one script, counting how often it is asked."""

    def __init__(self):
        self.asked = 0

    async def __call__(self, scope, receive, send):
        self.asked += 1
        kind, body = (b"text/javascript", SCRIPT) if "static" in scope["path"] else (b"text/html", PAGE)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        status = 404 if "absent" in scope["path"] else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": body[half:]})


def get(app, path, **headers):
    """Headers and body of one answer."""
    sent = []
    rows = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": rows}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, None, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    found = dict(sent[0]["headers"])
    assert int(found[b"content-length"]) == len(body)
    return found, body


def test_a_script_is_compressed_once():
    files = Files()
    app = Delivery(files)
    for _ in range(2):
        headers, body = get(app, "/static/js/a.js", accept_encoding="gzip, br")
        assert headers[b"content-encoding"] == b"gzip"
        assert headers[b"content-type"] == b"text/javascript"
        assert gzip.decompress(body) == SCRIPT
    assert files.asked == 1


def test_who_cannot_unpack_or_wants_a_part_gets_it_as_it_is():
    app = Delivery(Files())
    assert get(app, "/static/js/a.js")[1] == SCRIPT
    assert get(app, "/static/js/a.js", accept_encoding="gzip", range="bytes=0-1")[1] == SCRIPT


def test_what_is_absent_or_too_much_is_not_kept():
    app = Delivery(Files())
    get(app, "/static/absent.js", accept_encoding="gzip")
    app.bytes = KEPT_BYTES
    assert get(app, "/static/js/a.js", accept_encoding="gzip")[1] == SCRIPT
    assert app.kept == {}


def test_the_first_page_has_its_name_and_room_for_the_menu():
    _, body = get(Delivery(Files()), "/", accept="text/html,*/*")
    assert b"<title>GMM Studio</title>" in body
    _, body = get(Delivery(Files()), "/studio/clustering", accept="text/html,*/*")
    assert "<title>Clustering · GMM Studio</title>".encode() in body
    assert b"stSidebar" in body


def test_the_first_page_names_every_script_that_nearly_all_pages_need():
    _, body = get(Delivery(Files()), "/clustering", accept="text/html,*/*")
    folder = Path(streamlit.__file__).parent / "static" / "static"
    asked = set(re.findall(rb"js/([\w.-]+\.js)", body + (folder.parent / "index.html").read_bytes()))
    assert any(name.startswith(b"Slider.") for name in asked)
    for name in asked:
        text = (folder / "js" / name.decode()).read_text(encoding="utf-8")
        assert {each.encode() for each in IMPORTED.findall(text)} <= asked


def test_a_download_is_not_held_back():
    assert get(Delivery(Files()), "/media/report.html", accept="text/html")[1] == PAGE
