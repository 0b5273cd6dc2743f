"""Decoder children without their start: a process that has imported the decoders, and forks.

Most of a short decoder's life goes into starting Python and numpy. Here each case still runs
`_child.main` in a process of its own, under its own limits, killed and reaped as ever; only
the imports are shared. A process that forks must have one thread, so this file runs alone:

    python -I nursery.py SOCKET CHILD MODULE ...

A case gets only its own decoder: all of them together would fill the room that it may address.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import IO

_OURS = ("gmm_engine.errors", "gmm_engine.types", "gmm_engine.data.guards")


class Nursery:
    """Answers to `Popen` in the place of `subprocess`; children come one at a time."""

    PIPE, DEVNULL = subprocess.PIPE, subprocess.DEVNULL

    def __init__(self, child: str, environment: dict[str, str], modules: Iterable[str]) -> None:
        self._line, theirs = socket.socketpair()
        self.seconds = 0.0  # processor time of all children so far
        command = [sys.executable, "-I", __file__, str(theirs.fileno()), child, *modules]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, cwd="/")
        theirs.close()

    def Popen(self, command: list[str], *, stdin: IO[bytes], **_: object) -> Sprout:
        reader, writer = os.pipe()
        socket.send_fds(self._line, [command[-1].encode()], [stdin.fileno(), writer])
        os.close(writer)
        return Sprout(self, int(self._line.recv(100)), os.fdopen(reader, "rb"))

    def reap(self) -> int:
        """Wait for the last child: its return code, as `subprocess` gives it."""
        self._line.send(b"reap")
        code, seconds = self._line.recv(100).split()
        self.seconds += float(seconds)
        return int(code)

    def close(self) -> None:
        self._line.close()
        self._process.wait()


class Sprout:
    """One child, as far as `_decode` knows a `Popen`."""

    def __init__(self, nursery: Nursery, pid: int, stdout: IO[bytes]) -> None:
        self._nursery, self.pid, self.stdout = nursery, pid, stdout
        self.returncode: int | None = None

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = self._nursery.reap()
        return self.returncode


def main() -> None:
    line, path = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    child = SimpleNamespace(__name__="decoder", __file__=path)
    exec(compile(Path(path).read_bytes(), path, "exec"), vars(child))
    child._bare_packages()
    for name in ("numpy", *_OURS, *sys.argv[3:]):
        importlib.import_module(name)
    while True:
        request, files, _, _ = socket.recv_fds(line, 1_000_000, 2)
        if not request:
            return
        pid = os.fork()
        if not pid:
            _decode(child, request.decode(), files)
        for file in files:
            os.close(file)
        line.send(str(pid).encode())
        line.recv(100)
        _, status, usage = os.wait4(pid, 0)
        line.send(f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime}".encode())


def _decode(child: SimpleNamespace, request: str, files: list[int]) -> None:
    """Be the decoder's process: its standard files, its session, its argument; never return."""
    code = 1
    try:
        os.setsid()
        os.dup2(files[0], 0)
        os.dup2(files[1], 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(3, 64)
        sys.argv = [child.__file__, request]
        child.main()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
