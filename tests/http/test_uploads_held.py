"""Bytes that nobody asked for: refused beyond a visit's share, and beyond what the server holds."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.http.client import Visit

MEGABYTE = b"x" * 1_000_000


def resident(server):
    """Megabytes of memory the server's process has."""
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        pytest.skip("this system does not say how much memory a process has")
    return int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1]) / 1000


def test_uploads_are_not_written_to_disk(server):
    with Visit(server.port) as visit:
        assert visit.upload(MEGABYTE + MEGABYTE[:500_000]) == 204
        files = Path(f"/proc/{server.process.pid}/fd")
        if files.exists():
            targets = [os.readlink(each) for each in files.iterdir() if each.is_symlink()]
            assert not [name for name in targets if name.startswith("/tmp") and "deleted" in name]


def test_uploads_nobody_asked_for_stop_at_the_sessions_share(server):
    before = resident(server)
    with Visit(server.port) as visit:
        found = [visit.upload(MEGABYTE, f"invented-{i}") for i in range(9)]
        assert found == [204] * 4 + [413] * 5
        assert visit.upload(b"a,b\n1,2\n", "small") == 204
    assert resident(server) - before < 60


def test_all_visits_together_hold_no_more_than_the_server_allows(server):
    visits = [Visit(server.port) for _ in range(8)]
    found = [visit.upload(MEGABYTE, f"f{i}") for visit in visits for i in range(4)]
    for visit in visits:
        visit.__exit__()
    assert 5 <= found.count(204) <= 25
    assert found[-1] == 413
    with Visit(server.port, "clustering") as other:
        assert other.problems == []
