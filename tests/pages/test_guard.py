"""What stands before Streamlit: headers on every answer, caps on uploads, limits from the environment."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pages._ui import settings
from pages._ui.server.guard import SecurityHeaders, UploadCap

PATH = "/_stcore/upload_file/session-1/file-1"
LIMITS = replace(settings.SETTINGS, upload_megabytes=1, session_upload_megabytes=2, minute_upload_megabytes=3)


async def accept(scope, receive, send):
    """An app that reads the whole body and answers 204."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


def request(app, path=PATH, size=0, chunks=1, declared=True, method="PUT"):
    """Status and headers of one request with a body of `size` bytes."""
    sent, parts = [], [b"x" * (size // chunks)] * chunks
    headers = [(b"content-length", str(size).encode())] if declared else []
    scope = {"type": "http", "method": method, "path": path, "headers": headers}

    async def receive():
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"])


def test_every_answer_forbids_foreign_scripts():
    _, headers = request(SecurityHeaders(accept), path="/", method="GET")
    policy = headers[b"content-security-policy"].decode()
    assert "script-src 'self' blob:;" in policy
    assert "unsafe-eval" not in policy
    assert headers[b"x-content-type-options"] == b"nosniff"


@pytest.mark.parametrize("declared", [True, False])
def test_one_large_request_is_refused(declared):
    cap = UploadCap(accept, LIMITS)
    assert request(cap, size=900_000, chunks=9, declared=declared)[0] == 204
    assert request(cap, size=1_100_000, chunks=11, declared=declared)[0] == 413


def test_a_session_has_a_total():
    cap = UploadCap(accept, LIMITS)
    assert [request(cap, size=900_000)[0] for _ in range(3)] == [204, 204, 413]


def test_the_server_has_a_total_within_a_minute():
    cap = UploadCap(accept, LIMITS)
    paths = [f"/_stcore/upload_file/session-{i}/f" for i in range(4)]
    assert [request(cap, path=path, size=900_000)[0] for path in paths] == [204, 204, 204, 413]


def test_other_requests_pass():
    cap = UploadCap(accept, LIMITS)
    assert request(cap, path="/_stcore/health", size=5_000_000, method="GET")[0] == 204


def test_the_environment_changes_a_limit():
    assert settings.load({"GMM_JOB_SLOTS": "5"}).job_slots == 5
    assert settings.load({"GMM_LIVE_SECONDS": "0.5"}).live_seconds == 0.5
    assert settings.load({}).job_slots == settings.Settings().job_slots


@pytest.mark.parametrize("text", ["many", "-1", "0", ""])
def test_a_limit_that_is_no_positive_number_is_refused(text):
    with pytest.raises(ValueError, match="GMM_JOB_SLOTS"):
        settings.load({"GMM_JOB_SLOTS": text})
