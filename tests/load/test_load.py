"""What must hold for several visitors at once, whatever the machine."""

from __future__ import annotations

import asyncio

import pytest

from tests.browser.server import Server
from tests.load import scenarios

pytestmark = pytest.mark.load
SHORT_FITS = "synthetic_data_rows=100,000&synthetic_data_k=9&synthetic_data_draw="


@pytest.fixture
def server():
    """A server with one slot, so that the second long fit has to wait."""
    running = Server(env={"GMM_JOB_SLOTS": "1"})
    yield running
    running.stop()
    assert "Traceback" not in running.logged()


def test_sliders_moved_together_raise_no_error(server):
    found = asyncio.run(scenarios.sliders(server, visitors=8, moves=3, pause=0.5))
    assert found["moves"] == 24
    assert found["errors"] == 0, found["first_errors"]


def test_long_fits_wait_by_turns_and_say_their_place(server):
    found = asyncio.run(scenarios.queue(server, visitors=4, query=SHORT_FITS))
    assert found["errors"] == 0
    for row in found["visitors"]:
        assert row["ahead"] == sorted(row["ahead"], reverse=True)  # nobody was overtaken
    assert max(row["ahead"][0] for row in found["visitors"] if row["ahead"]) >= 1


def test_who_leaves_is_forgotten(server):
    found = asyncio.run(scenarios.leave(server, visitors=6, patience=1.0))
    assert found["errors"] == 0
    assert found["after_mb"] > 0
