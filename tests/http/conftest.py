"""One small server with tight limits, for everything in this folder."""

from __future__ import annotations

import re

import pytest

from tests.browser.server import Server

TIGHT = {
    "GMM_UPLOAD_MEGABYTES": "2",
    "GMM_SESSION_UPLOAD_MEGABYTES": "5",
    "GMM_HELD_UPLOAD_MEGABYTES": "25",
    "GMM_DECODED_MEGABYTES": "50",
    "GMM_METRICS_TOKEN": "operators-word",
    "GMM_CLIENT_HEADER": "x-forwarded-for",
    "GMM_UPLOADS_A_MINUTE": "300",
    "GMM_FRAME_ANCESTORS": "'self' https://school.example",
}


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    """The app under `TIGHT` limits; no incident in its log may come from our own code."""
    folder = tmp_path_factory.mktemp("saved")
    running = Server(env={**TIGHT, "GMM_DATABASE": f"sqlite:///{folder}/studio.db"})
    yield running
    running.stop()
    assert _ours(running.logged()) == []


def _ours(log):
    """Incidents raised in our code, not in Streamlit's reading of a message."""
    files = [re.findall(r'File "([^"]+)"', part) for part in log.split("incident ")[1:]]
    return [
        names[-1]
        for names in files
        if names and "site-packages" not in names[-1] and "/lib/" not in names[-1]
    ]
