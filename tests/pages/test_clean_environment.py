"""What a page hands out runs where nothing but the package and what it needs is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pages._ui import exports, fits, inputs
from pages._ui.specs import MixtureSpec
from tests.data_dir import ROOT
from tests.pages.notebook import found_by

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
SOURCES = ("gmm_engine", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """The Python of an environment of its own, in a folder far from this one."""
    folder = tmp_path_factory.mktemp("clean")
    for name in SOURCES:
        place, leave = ROOT / name, shutil.ignore_patterns("__pycache__")
        copy = folder / "sources" / name
        copy.parent.mkdir(exist_ok=True)
        shutil.copytree(place, copy, ignore=leave) if place.is_dir() else shutil.copy(place, copy)
    python = folder / "environment" / "bin" / "python"
    _uv("venv", "--python", sys.executable, python.parents[1])
    needed = _uv("pip", "install", "--python", python, "-r", ROOT / "requirements.txt", "setuptools>=77")
    if needed.returncode:
        pytest.skip(f"packages cannot be had here: {needed.stderr[-300:]}")
    built = _uv("pip", "install", "--python", python, "--no-deps", "--no-build-isolation", folder / "sources")
    assert built.returncode == 0, built.stderr
    return python


def _uv(*words):
    command = [Path(sys.executable).with_name("uv"), *words]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=900)


@pytest.fixture
def geyser():
    imports = ("from gmm_engine.data.examples import EXAMPLES",)
    code = 'data = EXAMPLES["Geyser"].load()'
    return inputs.Source(inputs.EXAMPLES["Geyser"].load(), "geyser", True, code, imports)


@pytest.fixture
def recipe(geyser):
    spec = MixtureSpec(2)
    return exports.Recipe(fits.code(spec, geyser.dataset.numeric), fits.imports(spec))


def test_the_package_there_is_an_installed_one(clean, tmp_path):
    where = "import gmm_engine, importlib.util as u; print(gmm_engine.__file__, u.find_spec('pytest'))"
    done = subprocess.run([clean, "-c", where], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    file, pytest_there = done.stdout.split()
    assert Path(file).is_relative_to(clean.parents[1])
    assert pytest_there == "None"


def test_the_script_runs_there(clean, geyser, recipe, tmp_path):
    path = tmp_path / "clustering.py"
    path.write_text(exports.script("clustering", geyser, recipe), encoding="utf-8")
    done = subprocess.run([clean, path], capture_output=True, text=True, cwd=tmp_path, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "log-likelihood" in done.stdout


def test_the_notebook_runs_there_and_finds_the_pages_numbers(clean, geyser, recipe, tmp_path):
    content = exports.notebook("clustering", geyser, recipe)
    means = {"means": "model.means_.tolist()"}
    there = found_by(content, python=clean, folder=tmp_path, **means)
    np.testing.assert_array_equal(there["means"], found_by(content, **means)["means"])
