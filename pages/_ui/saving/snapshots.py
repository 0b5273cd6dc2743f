"""A result as it is saved: page, settings, model, numbers, figures, tables and Python, as JSON.

What comes back from a database is checked like any other file from outside: sizes before
unpacking, names and types of every field, figures by Plotly's own rules. No pickle anywhere.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

from gmm_engine.data.documents import read_json
from gmm_engine.errors import DataError, UploadError
from pages._ui import menu
from pages._ui.excerpt import MOST_COLUMNS, MOST_ROWS, Excerpt

VERSION = 1
MOST_BYTES = 20_000_000  # unpacked; what `read_json` accepts
MOST_TEXT = 200_000
MOST_WORDS = 2_000  # signs of a number, its meaning, a cell
MOST_VALUES = 300


@dataclass(frozen=True)
class Snapshot:
    """One saved result.

    Attributes
    ----------
    page : the page's name.
    link : values of its controls, by parameter of the address.
    live : whether the page can show it again by itself; if not, figures and model are shown.
    figures : name -> (figure, what it shows in words).
    numbers : label -> (value, what it means).
    tables : title -> its first rows.
    model : the fitted model as JSON types, or None.
    script : Python that repeats it, or "".
    roles : for each file saved with it, the key of its uploader; "" for the data of the page.
    """

    page: str
    link: Mapping[str, list[str]]
    live: bool
    figures: Mapping[str, tuple[go.Figure, str]]
    model: Mapping[str, Any] | None = None
    script: str = ""
    roles: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tables: Mapping[str, Excerpt] = field(default_factory=dict)


def pack(snapshot: Snapshot) -> bytes:
    """The snapshot as compressed JSON."""
    figures = [
        {"name": name, "alt": alt, "figure": json.loads(pio.to_json(fig, validate=False))}
        for name, (fig, alt) in snapshot.figures.items()
    ]
    document = {
        "version": VERSION,
        "page": snapshot.page,
        "link": dict(snapshot.link),
        "live": snapshot.live,
        "figures": figures,
        "model": snapshot.model,
        "script": snapshot.script,
        "roles": list(snapshot.roles),
        "numbers": [[label, *row] for label, row in snapshot.numbers.items()],
        "tables": [{"title": title, **asdict(part)} for title, part in snapshot.tables.items()],
    }
    return zlib.compress(json.dumps(document).encode("utf-8"), 6)


def unpack(content: bytes) -> Snapshot:
    """The snapshot in `content`; raises `DataError` if it is damaged or not one of ours."""
    try:
        document = read_json(_inflated(content))
        _must(isinstance(document, dict), "it is no document")
        _must(document.get("version") == VERSION, f"its version is {document.get('version')!r:.20}")
        page = _text(document, "page")
        _must(any(row.name == page for row in menu.PAGES), f"there is no page {page!r:.40}")
        model, script = document.get("model"), _text(document, "script")
        _must(model is None or isinstance(model, dict), "its model is no model")
        _must(isinstance(document.get("live"), bool), "a field is missing")
        figures = document.get("figures")
        _must(isinstance(figures, list) and len(figures) <= MOST_VALUES, "its figures cannot be read")
        named = dict(_figure(row) for row in figures)
        link, roles = _link(document.get("link")), _roles(document.get("roles", []))
        # Results saved by earlier releases have no numbers and no tables.
        numbers = _numbers(document.get("numbers", []))
        tables = document.get("tables", [])
        _must(isinstance(tables, list) and len(tables) <= MOST_VALUES, "its tables cannot be read")
        parts = dict(map(_table, tables))
        return Snapshot(page, link, document["live"], named, model, script, roles, numbers, parts)
    except UploadError:
        raise DataError("The saved result cannot be used: it is damaged. Ask for a new link.") from None


def _inflated(content: bytes) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(content, MOST_BYTES)
    except zlib.error:
        raise UploadError("not compressed") from None
    if not unpacker.eof:
        raise UploadError("too large, or cut short")
    return plain


def _figure(row: Any) -> tuple[str, tuple[go.Figure, str]]:
    _must(isinstance(row, dict) and isinstance(row.get("figure"), dict), "a figure is missing")
    try:
        fig = go.Figure(row["figure"])
    except (ValueError, TypeError, KeyError):
        raise DataError("The saved result cannot be used: a figure is damaged.") from None
    return _text(row, "name"), (fig, _text(row, "alt"))


def _link(values: Any) -> dict[str, list[str]]:
    _must(isinstance(values, dict) and len(values) <= MOST_VALUES, "its settings cannot be read")
    for name, parts in values.items():
        fine = isinstance(parts, list) and len(parts) <= 5_000
        _must(fine and all(isinstance(part, str) for part in parts), f"its setting {name!r:.40} is no text")
    return values


def _roles(names: Any) -> tuple[str, ...]:
    fine = isinstance(names, list) and len(names) <= MOST_VALUES
    _must(fine and all(isinstance(name, str) for name in names), "the places of its files cannot be read")
    return tuple(names)


def _numbers(rows: Any) -> dict[str, tuple[str, str]]:
    _must(isinstance(rows, list) and len(rows) <= MOST_VALUES, "its numbers cannot be read")
    for row in rows:
        _must(_texts(row, 3) and len(row) == 3, "a number is damaged")
    return {label: (value, words) for label, value, words in rows}


def _table(row: Any) -> tuple[str, Excerpt]:
    _must(isinstance(row, dict), "a table is missing")
    columns, cells, total = row.get("columns"), row.get("rows"), row.get("total")
    _must(_texts(columns, MOST_COLUMNS) and len(set(columns)) == len(columns), "a table's head is damaged")
    _must(isinstance(cells, list) and len(cells) <= MOST_ROWS, "a table's rows cannot be read")
    for line in cells:
        _must(_texts(line, MOST_COLUMNS) and len(line) == len(columns), "a table's row is damaged")
    _must(type(total) is int and total >= len(cells), "a table's length is wrong")
    return _text(row, "title"), Excerpt(tuple(columns), tuple(map(tuple, cells)), total)


def _texts(parts: Any, most: int) -> bool:
    """Whether these are at most so many short texts."""
    fine = isinstance(parts, list) and len(parts) <= most
    return fine and all(isinstance(part, str) and len(part) <= MOST_WORDS for part in parts)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    _must(isinstance(value, str) and len(value) <= MOST_TEXT, f"its {name} is no text")
    return str(value)


def _must(condition: bool, otherwise: str) -> None:
    if not condition:
        raise DataError(f"The saved result cannot be used: {otherwise}. Ask for a new link.")
