"""The app as a visitor's browser meets it: a process of its own on a free port."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.data_dir import ROOT

ARTIFACTS = ROOT / "artifacts"
HOST = "127.0.0.1"
ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d )", re.M)  # each begins with its time
# How answers to a visitor end who has closed the window meanwhile: nobody's mistake.
GONE = re.compile(
    r"^[\w.]*(ClientDisconnect|WebSocketDisconnect|ConnectionClosed\w*|ConnectionResetError|BrokenPipeError"
    r"|ClosedResourceError|BrokenResourceError|CancelledError)\b"
)


class Server:
    """A running app; `script` may be any entry, `env` adds to the environment, `port` 0 is any free one."""

    def __init__(
        self,
        script: str = "app.py",
        env: dict[str, str] | None = None,
        start_within: float = 180,
        port: int = 0,
    ):
        self.port = port or free_port()
        self._read = 0
        self.url = f"http://{HOST}:{self.port}"
        ARTIFACTS.mkdir(exist_ok=True)
        self.log = ARTIFACTS / f"server-{self.port}.log"
        command = [sys.executable, "-m", "streamlit", "run", script]
        command += ["--server.port", str(self.port), "--server.address", HOST, "--server.headless", "true"]
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=log, stderr=subprocess.STDOUT
            )
        self._wait_until_healthy(start_within)

    def healthy(self) -> bool:
        """Whether the health address answers "ok" (any other address answers with the app's page)."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                return bool(answer.read() == b"ok")
        except OSError:
            return False

    def logged(self) -> str:
        """What the server has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def tracebacks(self) -> list[str]:
        """Tracebacks logged since this was last asked, save for visitors who left in the middle."""
        new = self.logged()[self._read :]
        self._read += len(new)
        found = [entry.strip() for entry in ENTRY.split(new) if "Traceback" in entry]
        return [entry for entry in found if not GONE.match(entry.splitlines()[-1])]

    def stop(self) -> None:
        """End the process this object started."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)

    def _wait_until_healthy(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"the app did not start:\n{self.logged()[-3000:]}")
            time.sleep(0.1)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def page_names() -> list[str]:
    """Addresses of all pages: the file names in ``pages/``."""
    return sorted(path.stem for path in Path(ROOT, "pages").glob("*.py") if not path.stem.startswith("_"))
