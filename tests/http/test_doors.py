"""Headers, health, metrics and caps, as a program without a browser meets them."""

from __future__ import annotations

import json
import re

import pytest
from websockets.exceptions import InvalidStatus

from tests.http.client import Visit, put, request

MEGABYTE = b"x" * 1_000_000


@pytest.mark.parametrize("path", ["/", "/clustering", "/nowhere", "/_stcore/health", "/_stcore/metrics"])
def test_every_answer_has_its_headers(server, path):
    _, headers, _ = request(server.port, path)
    policy = headers["content-security-policy"]
    assert "script-src 'self' blob:;" in policy
    assert "frame-ancestors 'self' https://school.example" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]


def test_no_other_site_may_steer_the_page(server):
    status, _, body = request(server.port, "/_stcore/host-config")
    assert status == 200
    assert json.loads(body)["allowedOrigins"] == []


def test_health_is_public_and_metrics_are_not(server):
    assert request(server.port, "/_stcore/health")[::2] == (200, b"ok")
    for word in ("", "Bearer wrong", "operators-word"):
        status, _, body = request(server.port, "/_stcore/metrics", headers={"Authorization": word})
        assert (status, body) == (404, b"Not found")
    told = request(server.port, "/_stcore/metrics", headers={"Authorization": "Bearer operators-word"})
    assert told[0] == 200
    assert b"# EOF" in told[2]


def test_a_new_browser_gets_a_number_that_scripts_cannot_read(server):
    _, headers, _ = request(server.port, "/")
    cookie = headers["set-cookie"]
    assert re.match(r"gmm_visitor=[\w-]{32}; Max-Age=\d+; Path=/; HttpOnly; SameSite=Lax$", cookie)
    assert "private" in headers["cache-control"]
    _, again, _ = request(server.port, "/", headers={"Cookie": cookie.split(";")[0]})
    assert "gmm_visitor" not in again.get("set-cookie", "")
    _, secure, _ = request(server.port, "/", headers={"X-Forwarded-Proto": "https"})
    assert secure["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_beyond_the_limit_is_refused_however_it_comes(server, chunked):
    with Visit(server.port) as visit:
        assert visit.upload(MEGABYTE * 3, chunked=chunked) == 413


def test_a_session_nobody_opened_takes_no_file(server):
    assert put(server.port, "/_stcore/upload_file/nobody/x", b"a\n1\n") == 400


def test_without_the_token_no_file_is_taken(server):
    with Visit(server.port) as visit:
        path = f"/_stcore/upload_file/{visit.session}/x"
        assert request(server.port, path, "PUT", b"x")[0] == 403


def test_too_many_uploads_from_one_address_wait(server):
    path = "/_stcore/upload_file/nobody/x"
    mine, other = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}, {"X-Forwarded-For": "198.51.100.8"}
    found = [request(server.port, path, "PUT", b"", mine)[0] for _ in range(302)]
    assert set(found[:300]) == {403}
    assert found[300:] == [429, 429]
    _, headers, _ = request(server.port, path, "PUT", b"", mine)
    assert 0 < int(headers["retry-after"]) <= 60
    assert request(server.port, path, "PUT", b"", other)[0] == 403


def test_a_foreign_page_may_not_open_a_visit(server):
    from websockets.sync.client import connect

    url = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    with pytest.raises(InvalidStatus):
        connect(url, subprotocols=["streamlit"], origin="https://evil.example").close()
