"""What a visitor takes away: rows as CSV, the model as JSON, figures, and Python that repeats it.

    exports.offer(
        screen, shown.source,
        rows=lambda: labelled_frame,
        model=lambda: shown.value.to_dict(),
        figures={"clusters": fig},
        recipe=exports.Recipe(imports=("from gmm_engine import GaussianMixture",), body="..."),
    )

Everything is a function, called when its button is pressed, so that offering costs nothing.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages._ui import excerpt, layout, menu, report
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.saving import sharing

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NEEDS = "It needs gmm_engine, which comes with GMM Studio: `pip install .` in the folder of its source."


@dataclass(frozen=True)
class Recipe:
    """Python that repeats a page: `imports` and a `body` that uses the name `data`."""

    body: str
    imports: tuple[str, ...] = ()


class File(NamedTuple):
    """A file of another kind: words on its button, its name, and what makes its content."""

    words: str
    name: str
    make: Callable[[], bytes]


def offer(
    screen: Screen,
    source: Source,
    *,
    rows: Callable[[], pd.DataFrame] | None = None,
    model: Callable[[], Mapping[str, Any]] | None = None,
    figures: Mapping[str, go.Figure] | None = None,
    tables: Mapping[str, Callable[[], pd.DataFrame]] | None = None,
    files: Sequence[File] = (),
    recipe: Recipe | None = None,
) -> None:
    """The *Take away* panel of a page; leave out what the page does not have.

    `tables` are more tables, by the words on their buttons: reports and saved results show their
    first rows; `files` are pictures, films and the like.
    """
    st.header("Take away", anchor=False)
    name, noted, tables = screen.name, (report.numbers(), report.labels()), tables or {}
    with st.container(horizontal=True):
        if rows is not None:
            _button(screen, "Rows (CSV)", f"{name}.csv", "text/csv", lambda: csv(rows()))
        for words, make in tables.items():
            file = excerpt.file_name(name, words)
            _button(screen, words, file, "text/csv", lambda make=make: csv(make()))
        for file in files:
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            _button(screen, file.words, file.name, kind, file.make)
        if model is not None:
            _button(screen, "Model (JSON)", f"{name}_model.json", "application/json", lambda: _json(model()))
        _button(
            screen, "Report (HTML)", f"{name}_report.html", "text/html",
            lambda: _report(screen, source, figures or {}, tables, recipe, noted).html(),
        )  # fmt: skip
        if recipe is not None:
            _button(screen, "Python", f"{name}.py", "text/x-python", lambda: script(name, source, recipe))
            kind = "application/x-ipynb+json"
            _button(screen, "Notebook", f"{name}.ipynb", kind, lambda: notebook(name, source, recipe))
    text = script(name, source, recipe) if recipe is not None else ""
    if text:
        layout.reproduce(screen.key("reproduce"), text)
    sharing.offer(screen, source, model=model, tables=tables, script=text)


def saved(screen: Screen, kept: report.Report, model: Mapping[str, Any] | None) -> None:
    """What a saved result gives to take away."""
    name = kept.page
    with st.container(horizontal=True):
        if model is not None:
            _button(screen, "Model (JSON)", f"{name}_model.json", "application/json", lambda: _json(model))
        _button(screen, "Report (HTML)", f"{name}_report.html", "text/html", kept.html)


def csv(frame: pd.DataFrame) -> bytes:
    """Comma-separated UTF-8, safe to open in a spreadsheet: text that looks like a formula is quoted."""
    safe = frame.copy(deep=False)
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in safe.dtypes]]:
        safe[column] = safe[column].map(harmless)
    safe.columns = [harmless(column) for column in safe.columns]
    return bytes(safe.to_csv(index=False).encode("utf-8"))


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def script(name: str, source: Source, recipe: Recipe) -> str:
    """A Python file that repeats the page."""
    title, imports = menu.entry(name).title, _imports(source, recipe)
    opening = f'"""{title}, as made with GMM Studio.\n\n{NEEDS}\n"""'
    return f"{opening}\n\n{imports}\n\n{source.code}\n\n{recipe.body.strip()}\n"


def notebook(name: str, source: Source, recipe: Recipe) -> bytes:
    """The same as a Jupyter notebook, one cell each for imports, data and the work."""
    row = menu.entry(name)
    words = {"cell_type": "markdown", "metadata": {}, "source": f"# {row.title}\n\n{row.question}\n\n{NEEDS}"}
    texts = (_imports(source, recipe), source.code, recipe.body.strip())
    code = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for text in texts
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [{"id": f"cell{i}", **cell} for i, cell in enumerate([words, *code])]
    return _json({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def archive(files: Mapping[str, bytes]) -> bytes:
    """Several files in one ZIP."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _imports(source: Source, recipe: Recipe) -> str:
    lines = dict.fromkeys((*recipe.imports, *source.imports))
    plain = sorted(line for line in lines if not line.startswith("from gmm_engine"))
    ours = sorted(line for line in lines if line.startswith("from gmm_engine"))
    return "\n".join([*plain, *([""] if plain and ours else []), *ours])


def _button(screen: Screen, label: str, file: str, kind: str, make: Callable[[], Any]) -> None:
    st.download_button(
        label, make, file_name=file, mime=kind, key=screen.key(f"take_{file}"), on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _report(
    screen: Screen,
    source: Source,
    figures: Mapping[str, go.Figure],
    tables: Mapping[str, Callable[[], pd.DataFrame]],
    recipe: Recipe | None,
    noted: tuple[Mapping[str, tuple[str, str]], Mapping[str, str]],
) -> report.Report:
    showing = screen.showing
    drawn = {id(fig) for fig, _ in showing.charts.values()}
    more = {
        key: (fig, "") for key, fig in figures.items() if key not in showing.charts and id(fig) not in drawn
    }
    return report.Report(
        screen.name,
        data=source.dataset.name,
        figures={**showing.charts, **more},
        numbers=noted[0],
        tables=excerpt.every(tables),
        labels=noted[1],
        settings={} if showing.older else screen.link,
        script=script(screen.name, source, recipe) if recipe is not None else "",
    )
