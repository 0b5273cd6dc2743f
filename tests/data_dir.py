"""Reference data that stand beside the project and never in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def data_dir() -> Path:
    """$GMM_TEST_DATA, else ``shared/data`` beside the repository."""
    return Path(os.environ.get("GMM_TEST_DATA") or ROOT.parent / "shared" / "data")


def shared_file(relative: str) -> Path:
    """Path of one reference file; the test that asks skips where the file is absent."""
    path = data_dir() / relative
    if not path.exists():
        pytest.skip(f"reference file {relative} is not here; set GMM_TEST_DATA to its folder")
    return path
