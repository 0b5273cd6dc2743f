"""The process that compiles kernels ahead does not outlive its server."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.data_dir import ROOT

CHILD = """import threading, time
from pages._ui.server.compile_kernels import _end_with
threading.Thread(target=_end_with, args=({parent},), daemon=True).start()
time.sleep(600)"""
SERVER = f"""import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", {CHILD!r}.format(parent=os.getpid())])"""


@pytest.mark.slow  # it notices once it has loaded
def test_it_ends_with_its_server():
    with subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE) as server:
        server.communicate(timeout=120)  # the child holds the same pipe, which ends with it
