"""Documents agree with the code they speak of."""

from __future__ import annotations

import ast
import contextlib
import doctest
import importlib
import inspect
import io
import re

import pytest

import gmm_engine
from docs import make_api
from tests.data_dir import ROOT
from tests.sources import module_of, name_of, python_files, text_files, tree_of

DOCUMENTS = [path for path in text_files() if path.suffix == ".md"]
MODULES = [module_of(path) for path in python_files("gmm_engine") if path.name != "__main__.py"]
PUBLIC = sorted(getattr(gmm_engine, "__all__", ()))
THIS_FILE = ROOT / "tests" / "test_docs.py"
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|TBD)\b|raise NotImplementedError|lorem ipsum", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users)/\w")
REGISTRY = re.compile(r"pythonhosted|pypi\.org|registry\.npmjs|--(extra-)?index-url|--find-links")
SECTIONS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def _text(path):
    return path.read_text(encoding="utf-8")


def _prose(path):
    """A document without its fenced code."""
    return re.sub(r"```.*?```", "", _text(path), flags=re.DOTALL)


def _anchors(path):
    headings = re.findall(r"^#+ (.+)$", _prose(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_documented_with_an_example(name):
    thing = getattr(gmm_engine, name)
    documents = inspect.getdoc(thing) or ""
    if inspect.ismodule(thing):
        return
    assert documents.split("\n")[0].endswith("."), "start with one sentence"
    if callable(thing) and not _is_error(thing):
        assert "Examples\n--------" in documents
        assert ">>>" in documents
        assert "Parameters\n----------" in documents


def _is_error(thing):
    return inspect.isclass(thing) and issubclass(thing, Exception)


@pytest.mark.parametrize("path", python_files("gmm_engine", "pages", "app.py"), ids=name_of)
def test_a_file_says_what_it_is_for(path):
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert doctest.testmod(importlib.import_module(name), optionflags=flags).failed == 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", _prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_make_commands_exist(path):
    named = re.findall(r"(?:^|`)make ([a-z][a-z-]*)", _text(path), flags=re.MULTILINE)
    targets = re.findall(r"^([a-z-]+):", _text(ROOT / "Makefile"), flags=re.MULTILINE)
    assert set(named) <= set(targets)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_python_in_documents_runs(path):
    blocks = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", _text(path), flags=re.DOTALL)
    for code, printed in blocks:
        with contextlib.redirect_stdout(io.StringIO()) as screen:
            exec(compile(code, name_of(path), "exec"), {})
        assert not printed or screen.getvalue() == printed


def test_the_page_of_public_names_is_up_to_date():
    written = make_api.PAGE.read_text(encoding="utf-8").splitlines()
    assert written == make_api.page().splitlines(), "docstrings have changed: run `make docs`"


def test_the_page_of_public_names_holds_every_name():
    page = make_api.page()
    assert [name for name in PUBLIC if f"### {name}\n" not in page] == []


def test_the_changelog_is_kept():
    headings = re.findall(r"^### (.+)$", _text(ROOT / "CHANGELOG.md"), flags=re.MULTILINE)
    assert headings
    assert set(headings) <= set(SECTIONS)


@pytest.mark.parametrize("forbidden", [UNFINISHED, MACHINE, REGISTRY], ids=lambda words: words.pattern[:20])
def test_no_file_is_unfinished_or_tied_to_a_machine(forbidden):
    files = [path for path in text_files() if path != THIS_FILE]
    assert [name_of(path) for path in files if forbidden.search(_text(path))] == []
