"""Runs a page's notebook as its reader would: top to bottom, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pages._ui import exports
from tests.data_dir import ROOT

RUN = """
import json, sys
document, wanted = json.loads(sys.stdin.buffer.read())
names = {"__name__": "__main__"}
for number, cell in enumerate(document["cells"]):
    if cell["cell_type"] == "code":
        exec(compile(cell["source"], f"cell {number}", "exec"), names)
print("\\nFOUND", json.dumps({name: eval(text, names) for name, text in wanted.items()}))
"""


@pytest.fixture
def taken(monkeypatch):
    """What the buttons of *Take away* would hand out: file name -> function that makes it."""
    offered: dict[str, Any] = {}

    def button(screen, label, file, kind, make):
        offered[file] = make

    monkeypatch.setattr(exports, "_button", button)
    return offered


def found_by(
    content: bytes, *, python: Path = Path(sys.executable), folder: Path = ROOT, **wanted: str
) -> dict[str, Any]:
    """The values of Python expressions after the notebook's last cell."""
    message = json.dumps([json.loads(content), wanted]).encode()
    command = [str(python), "-c", RUN]
    done = subprocess.run(command, input=message, capture_output=True, cwd=folder, timeout=300)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return dict(json.loads(done.stdout.decode().rpartition("FOUND ")[2]))
