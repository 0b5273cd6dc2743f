"""Something breaks under a page or a kernel: it ends in a sentence or costs time, and work goes on.

Faults of a running server are in `tests/browser/test_faults.py`, those of the database with sharing.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys

import pandas as pd
import pytest

from gmm_engine.data import _decode
from tests.data_dir import ROOT
from tests.pages.visit import sentences, visit

CALL = """
import numpy as np
from gmm_engine.kernels import smoothing
{before}
paths = np.zeros((2, 3))
smoothing.autoregressive_paths(np.ones(3), np.array([1]), np.full((2, 2), 0.5), paths, paths)
print(paths[0].tolist())
"""
FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))"
ANSWER = "[1.0, 1.0, 1.0]"


class Killed(subprocess.Popen):
    """A child that the system ends as soon as it has begun."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        os.kill(self.pid, signal.SIGKILL)


def workbook():
    buffer = io.BytesIO()
    frame = pd.DataFrame({"height": [150 + i % 40 for i in range(60)], "mass": range(60)})
    frame.to_excel(buffer, index=False)
    return buffer.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_a_killed_decoder_costs_a_sentence_and_the_next_file_is_read(monkeypatch):
    page = visit("clustering", clustering_data="Upload")
    with monkeypatch.context() as broken:
        broken.setattr(_decode.subprocess, "Popen", Killed)
        page.file_uploader(key="clustering_file").upload("a.xlsx", workbook()).run()
        assert not page.exception
        assert "Send a smaller part of it" in sentences(page)[0]
        assert page.get("plotly_chart")
    page.file_uploader(key="clustering_file").upload("b.xlsx", workbook()).run()
    assert not page.exception
    assert sentences(page) == []


def called(tmp_path, before="", **environment):
    """What a kernel answers in a process of its own with an empty cache."""
    run = subprocess.run(
        [sys.executable, "-c", CALL.format(before=before)],
        cwd=ROOT,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits of this kind")
def test_a_full_disk_costs_the_compiler_its_cache_only(tmp_path):
    assert called(tmp_path, FULL) == ANSWER
    assert not any(path.suffix == ".nbc" and path.stat().st_size for path in tmp_path.rglob("*"))
    assert called(tmp_path) == ANSWER
    assert any(path.suffix == ".nbc" for path in tmp_path.rglob("*"))


@pytest.mark.slow
def test_kernels_run_where_no_folder_can_be_written(tmp_path):
    nowhere = {"NUMBA_CACHE_LOCATOR_CLASSES": "ZipCacheLocator"}  # finds a place for no plain file
    assert called(tmp_path, **nowhere) == ANSWER
    assert list(tmp_path.rglob("*.nbc")) == []
