"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

from statistics import median, quantiles

import pytest

from tests.data_dir import ROOT
from tests.sources import code_lines, functions_of, name_of, python_files, text_files

PRODUCT = ("app.py", "gmm_engine", "pages")
PAGES = [path for path in python_files("pages") if path.parent == ROOT / "pages"]
COMPONENTS = [path for path in text_files() if path.suffix in {".js", ".css"}]


def _length(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def _function_sizes(*folders):
    """Code lines of every function, signature included: {"file:name": lines}."""
    return {
        f"{name_of(path)}:{function.name}:{function.lineno}": len(
            code_lines(path) & set(range(function.lineno, function.end_lineno + 1))
        )
        for path in python_files(*folders)
        for function in functions_of(path)
    }


@pytest.mark.parametrize("path", [*python_files(), *COMPONENTS], ids=name_of)
def test_no_file_exceeds_300_lines(path):
    assert _length(path) <= 300


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_is_a_short_recipe(path):
    assert _length(path) <= 90


def test_no_function_exceeds_60_lines():
    assert {name: size for name, size in _function_sizes().items() if size > 60} == {}


def test_functions_are_short():
    sizes = list(_function_sizes(*PRODUCT).values())
    assert median(sizes) <= 10
    assert quantiles(sizes, n=10)[-1] <= 30
