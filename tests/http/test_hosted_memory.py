"""The hosted profile keeps its promise: visitors at their limits, and less than a gigabyte."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.server import Server
from tests.http.client import Visit, request

VISITORS = 8


def table(seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(110_000, 6)) + rng.integers(0, 3, (110_000, 1)) * 5
    lines = ["a,b,c,d,e,f", *(",".join(f"{cell:.5f}" for cell in row) for row in rows)]
    return "\n".join(lines).encode()


def photo():
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 255, (30, 40, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(coarse).resize((4000, 3000), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()


def peak(server):
    """The most memory the server's process ever had, megabytes."""
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        pytest.skip("this system does not say how much memory a process has")
    return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1000


def give(visit, content, name):
    label = next(label for label in visit.widgets if label.startswith("Your file"))
    visit.give(label, content, name)
    return visit.problems


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_visitors_with_large_files_stay_below_a_gigabyte(tmp_path):
    server = Server(env={"GMM_PROFILE": "hosted", "GMM_DATABASE": f"sqlite:///{tmp_path}/saved/studio.db"})
    visits, said = [], []
    try:
        for i in range(VISITORS):
            visits.append(Visit(server.port, "clustering", "clustering_data=Upload"))
            said += give(visits[-1], table(i), f"table{i}.csv")
            visits.append(Visit(server.port, "segmentation", "segmentation_data=Upload"))
            said += give(visits[-1], photo(), f"photo{i}.jpg")
        most = peak(server)
        assert request(server.port, "/_stcore/health")[0] == 200
    finally:
        for visit in visits:
            visit.socket.close()
        server.stop()
    assert most < 1000, most
    assert not any("Something went wrong" in each for each in said)
    print(f"peak {most:.0f} MB; refused: {len(said)}: {said[-1:]}")
