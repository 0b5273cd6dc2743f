"""Who may import whom: the arrows that ARCHITECTURE.md draws.

A room may import what stands in its row, itself, and `types errors validate stored`
(kernels excepted); nothing else of ours. A room that is missing from the table
fails, so that a new one is given its place.
"""

from __future__ import annotations

import ast
import sys

import pytest

from tests.data_dir import ROOT
from tests.sources import imports_of, module_of, name_of, python_files, tree_of

BASICS = {"types", "errors", "validate", "stored", "wording"}
FOUNDATION = {"kernels", "threads"}
LOOP = {"em", "start", "covariance"}
USES = {"selection", "merging", "density", "mixture", "features", "rows"} | LOOP | FOUNDATION
ROWS = {
    "types": set(),
    "errors": set(),
    "wording": set(),
    "threads": set(),
    "validate": set(),
    "stored": set(),
    "kernels": set(),
    "em": FOUNDATION,
    "start": FOUNDATION | {"em", "rows"},
    "covariance": FOUNDATION,
    "rows": FOUNDATION,
    "data": set(),
    "features": set(),
    "mixture": LOOP | {"rows"} | FOUNDATION,
    "selection": LOOP | {"mixture", "rows", "threads"},
    "merging": LOOP | {"compare", "mixture", "rows", "threads"},
    "density": LOOP | {"mixture", "threads"},
    "likeness": LOOP | {"mixture", "rows", "selection", "threads"},
    "anomaly": USES,
    "classify": USES,
    "reduction": USES,
    "regimes": USES,
    "sequences": USES,
    "segmentation": USES,
    "background": USES,
    "cli": LOOP | {"data", "mixture", "rows", "selection"},
    "trace": {"mixture", "covariance", "rows"},
    "compare": set(),
    "profiles": set(),
    "figures": set(),
}
WHOLE_ENGINE = {"__init__", "__main__"}
ENGINE = python_files("gmm_engine")
OWN = ("app", "pages", "gmm_engine", "tests", "benchmarks")
COMPILERS = {"njit", "jit", "vectorize", "guvectorize", "stencil", "cfunc"}


def _room(dotted):
    """`gmm_engine.data.tables` lies in the room `data`; the package itself in `__init__`."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def _rooms_imported(path):
    return {_room(name) for name in imports_of(path) if name.split(".")[0] == "gmm_engine"}


def _allowed(room):
    basics = set() if room in {"kernels", "types", "errors"} else BASICS
    return ROWS[room] | basics | {room}


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_an_engine_room_imports_only_what_its_row_allows(path):
    room = _room(module_of(path))
    if room in WHOLE_ENGINE:
        return
    assert room in ROWS, f"give the room {room!r} its row in tests/test_layers.py and ARCHITECTURE.md"
    assert _rooms_imported(path) - _allowed(room) == set()


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_the_engine_knows_no_app(path):
    tops = {name.split(".")[0] for name in imports_of(path)}
    assert tops & {"streamlit", "pages", "app", "tests", "benchmarks"} == set()
    assert "plotly" not in tops or _room(module_of(path)) == "figures"
    assert tops & {"pickle", "multiprocessing", "joblib"} == set()


@pytest.mark.parametrize("path", python_files("gmm_engine"), ids=name_of)
def test_only_kernels_see_the_compiler(path):
    tops = {name.split(".")[0] for name in imports_of(path)}
    if _room(module_of(path)) == "kernels":
        assert tops - set(sys.stdlib_module_names) <= {"numpy", "numba", "gmm_engine"}
    else:
        assert "numba" not in tops


@pytest.mark.parametrize("path", python_files("gmm_engine", "pages", "app.py"), ids=name_of)
def test_compile_options_live_in_one_file(path):
    if path == ROOT / "gmm_engine" / "kernels" / "_jit.py":
        return
    assert _names_used(path) & COMPILERS == set()


@pytest.mark.parametrize("path", python_files("gmm_engine"), ids=name_of)
def test_no_kernel_brings_its_own_threads(path):
    keywords = {
        (word.arg, word.value.value)
        for word in ast.walk(tree_of(path))
        if isinstance(word, ast.keyword) and isinstance(word.value, ast.Constant)
    }
    assert ("parallel", True) not in keywords


@pytest.mark.parametrize("path", python_files("pages", "app.py"), ids=name_of)
def test_the_app_imports_only_what_its_row_allows(path):
    for name in imports_of(path):
        if name.split(".")[0] in OWN:
            assert _app_may_import(name_of(path), name), name


def _app_may_import(file, name):
    if file == "app.py" or file == "pages/_ui/main.py":
        return name.startswith("pages._ui")
    if file.startswith("pages/_ui/"):
        return name.startswith(("pages._ui", "gmm_engine"))
    return name.startswith("pages._ui") or _is_public(name)


def _is_public(name):
    """`from gmm_engine import X`, and figures, types and errors as modules."""
    parts = name.split(".")
    return parts[0] == "gmm_engine" and (len(parts) <= 2 or parts[1] in BASICS | {"figures"})


def test_rooms_are_flat():
    deep = [name_of(path) for path in ENGINE if len(path.relative_to(ROOT).parts) > 3]
    assert deep == []


def _names_used(path):
    nodes = list(ast.walk(tree_of(path)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
