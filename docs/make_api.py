"""Write ``docs/api.md`` from the docstrings of the public names: ``python -m docs.make_api``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import gmm_engine
from gmm_engine import data, density, trace
from gmm_engine.data import examples, generate, series
from gmm_engine.features import audio, drawing

PAGE = Path(__file__).with_name("api.md")
HEAD = """# Public names

Written by `make docs` from the docstrings; [engine.md](engine.md) shows the names at work.
"""
# Beside the package itself: modules whose functions are meant to be called.
MODULES: tuple[ModuleType, ...] = (density, trace, data, examples, generate, series, audio, drawing)
# What is left as it is, code and titles in italics, and the signs that mean something in Markdown.
SIGNS = re.compile(r"(`[^`]*`|\*\w[^*]*\*)|([\\*_<>\[\]#|$~])")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
LISTS = ("Parameters", "Attributes", "Returns", "Yields", "Raises")


def page() -> str:
    """The whole page."""
    names = _public(gmm_engine)
    contents = [f"- [{name}](#{name.lower()}): {_prose(_first(getattr(gmm_engine, name)))}" for name in names]
    parts = [HEAD, "\n".join(contents), "## gmm_engine"]
    parts += [_entry(name, getattr(gmm_engine, name)) for name in names]
    for module in MODULES:
        parts += [f"## {module.__name__}", _prose(_first(module))]
        parts += [_entry(name, getattr(module, name)) for name in _public(module)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _public(module: ModuleType) -> list[str]:
    """Names that the module offers: classes and functions first, errors last."""
    offered = getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    ]
    named = {name: getattr(module, name) for name in offered}
    called = [name for name, thing in named.items() if callable(thing) and inspect.getdoc(thing)]
    return sorted(called, key=lambda name: (_is_error(named[name]), name.lower()))


def _is_error(thing: Any) -> bool:
    return inspect.isclass(thing) and issubclass(thing, Exception)


def _first(thing: Any) -> str:
    """The first sentence of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _entry(name: str, thing: Any) -> str:
    parts = [f"### {name}"]
    if not _is_error(thing):
        parts.append(f"`{name}{_arguments(thing)}`")
    parts.append(_document(inspect.getdoc(thing) or ""))
    methods = list(_methods(thing)) if inspect.isclass(thing) and not _is_error(thing) else []
    if methods:
        lines = [f"- `{key}{_arguments(each)}`: {_prose(_first(each))}" for key, each in methods]
        parts += ["**Methods**", "\n".join(lines)]
    return "\n\n".join(parts)


def _arguments(thing: Any) -> str:
    """The parameters with their defaults, without types."""
    signature = inspect.signature(thing)
    bare = [
        each.replace(annotation=inspect.Parameter.empty)
        for name, each in signature.parameters.items()
        if name not in ("self", "cls")
    ]
    shown = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    return ADDRESS.sub("", str(shown))


def _methods(thing: type) -> Iterator[tuple[str, Any]]:
    """Documented methods that are written here, by name."""
    for name, each in inspect.getmembers(thing, inspect.isroutine):
        home = getattr(inspect.unwrap(each), "__module__", None) or ""
        if not name.startswith("_") and home.startswith("gmm_engine") and inspect.getdoc(each):
            yield name, each


def _document(text: str) -> str:
    """A numpydoc docstring as Markdown."""
    titles = re.split(r"^(\w[\w ]*)\n-{3,}\n", text, flags=re.MULTILINE)
    parts = [_paragraphs(titles[0])]
    for title, body in zip(titles[1::2], titles[2::2], strict=True):
        parts.append(f"**{title}**")
        if title == "Examples":
            parts.append(f"```pycon\n{body.strip()}\n```")
        else:
            named = title in LISTS and (" : " in body or title == "Raises")
            parts.append(_items(body) if named else _paragraphs(body))
    return "\n\n".join(part for part in parts if part)


def _paragraphs(text: str) -> str:
    """Prose, its lines joined; indented blocks stay as they are."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()]
    return "\n\n".join(
        f"```text\n{inspect.cleandoc(block)}\n```" if block.startswith("    ") else _prose(block)
        for block in blocks
    )


def _items(text: str) -> str:
    """A list of parameters: every line that is not indented begins an item."""
    items: list[list[str]] = []
    for line in text.strip("\n").split("\n"):
        if line.startswith(" ") and items:
            items[-1].append(line.strip())
        elif line.strip():
            items.append([line.strip()])
    return "\n".join(f"- {_item(' '.join(lines))}" for lines in items)


def _item(line: str) -> str:
    name, colon, rest = line.partition(" : ")
    return f"`{name}`: {_prose(rest)}" if colon else _prose(line)


def _prose(text: str) -> str:
    """One line of text whose signs Markdown leaves alone."""
    joined = " ".join(text.replace("``", "`").split())
    return SIGNS.sub(lambda found: found[1] or f"\\{found[2]}", joined)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
