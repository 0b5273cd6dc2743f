"""What a host and a fresh clone rely on."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.data_dir import ROOT

PIN = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.]*( ; .+)?")


def _project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.lstrip().startswith("#")]


def _name(requirement):
    return re.match(r"[A-Za-z0-9.-]+", requirement)[0].lower()


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_a_lock_holds_exact_versions_only(name):
    assert [line for line in _pins(name) if not PIN.fullmatch(line)] == []


def test_the_runtime_lock_covers_every_dependency_and_no_test_tool():
    pinned = {_name(line) for line in _pins("requirements.txt")}
    project = _project()["project"]
    assert {_name(each) for each in project["dependencies"]} <= pinned
    tools = [each for extra in ("test", "lint") for each in project["optional-dependencies"][extra]]
    assert {_name(each) for each in tools} & pinned == set()


def test_tests_run_against_the_versions_a_host_gets():
    assert set(_pins("requirements.txt")) <= set(_pins("tests/requirements.txt"))


@pytest.mark.parametrize(
    "name", ["uv.lock", "Pipfile", "environment.yml", "poetry.lock", "pages/requirements.txt"]
)
def test_no_second_dependency_file_outranks_the_lock(name):
    assert not (ROOT / name).exists()


def test_every_dependency_has_a_reason():
    reasons = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").lower()
    names = [_name(each) for each in _project()["project"]["dependencies"]]
    assert [name for name in names if name not in reasons] == []


def test_apt_packages_are_bare_names():
    lines = (ROOT / "packages.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]*", line) for line in lines)
