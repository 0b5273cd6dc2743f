"""Two servers behind the proxy as `deploy/haproxy.cfg` sets it up: one address, visits that stay together."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import pytest
import websockets

from tests.browser.server import HOST, Server, free_port
from tests.data_dir import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("replicas")]
COOKIE = "GMM_REPLICA"


class Site:
    """The proxy, and its two servers by the name that the cookie carries."""

    def __init__(self) -> None:
        self.servers = {name: Server() for name in ("one", "two")}
        self.port = free_port()
        self.address = f"{HOST}:{self.port}"
        places = {f"APP_{i + 1}": f"{HOST}:{each.port}" for i, each in enumerate(self.servers.values())}
        command = [shutil.which("haproxy"), "-f", str(ROOT / "deploy" / "haproxy.cfg")]
        environment = {**os.environ, **places, "BIND": self.address}
        self.proxy = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while self.status("/_stcore/health") != 200:
            assert time.monotonic() < end, "the proxy did not start"
            time.sleep(0.2)

    def answer(self, path, **headers):
        return urllib.request.urlopen(
            urllib.request.Request(f"http://{self.address}{path}", headers=headers), timeout=10
        )

    def status(self, path):
        try:
            with self.answer(path) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def stop(self):
        self.proxy.terminate()
        self.proxy.wait(10)
        for each in self.servers.values():
            each.stop()


@pytest.fixture(scope="module")
def site():
    if shutil.which("haproxy") is None:
        pytest.skip("haproxy is not installed here")
    running = Site()
    yield running
    running.stop()


def test_what_a_server_tells_about_itself_stays_inside(site):
    assert site.status("/_stcore/metrics") == 404
    assert site.status("/_stcore/health") == 200


def test_a_new_browser_is_given_a_server_and_keeps_it(site):
    with site.answer("/") as first:
        cookie = first.headers.get_all("set-cookie")
    given = next(row.split(";")[0] for row in cookie if row.startswith(COOKIE))
    with site.answer("/", Cookie=given) as again:
        assert all(COOKIE not in row for row in again.headers.get_all("set-cookie") or [])


def test_the_websocket_passes_for_this_address_only(site):
    async def opens(origin):
        try:
            async with websockets.connect(
                f"ws://{site.address}/_stcore/stream", subprotocols=["streamlit"], origin=origin
            ):
                return True
        except websockets.InvalidStatus:
            return False

    assert asyncio.run(opens(f"http://{site.address}"))
    assert not asyncio.run(opens("http://elsewhere.example"))
