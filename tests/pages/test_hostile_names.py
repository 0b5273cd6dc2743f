"""Column names and cells made of HTML, Markdown and formulas are shown as text, everywhere."""

from __future__ import annotations

import json
import random

import pytest

from pages._ui import exports, menu
from pages._ui.controls import tame
from tests.pages.visit import visit

NAMES = ("<img src=x onerror=alert(1)>", "**bold** $x^2$", "[l](javascript:alert(1))", "=1+1", "%{x}<b>")
RAW = ("<img", "**bold**", "$x^2$", "[l](", "<b>")
KINDS = ("markdown", "caption", "info", "warning", "error", "success", "subheader", "header", "metric")
TABLES = (
    "clustering",
    "bic_selection",
    "density",
    "reduction",
    "anomalies",
    "infinite_mixture",
    "synthetic_data",
)
SERIES = ("time_series", "em_steps")


def table(dates=False):
    rng = random.Random(3)
    lines = [",".join(('"day"',) * dates + tuple(f'"{name}"' for name in NAMES) + ('"class"',))]
    for i in range(90):
        shift = 6 * (i % 2)
        cells = [f"2024-{1 + i // 28:02}-{1 + i % 28:02}"] * dates
        cells += [f"{rng.gauss(shift, 1):.3f}" for _ in NAMES] + [f'"{NAMES[i % 2]}"']
        lines.append(",".join(cells))
    return "\n".join(lines).encode()


def strings(value):
    """All texts inside a figure, encoded arrays left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "bdata":
                yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def shown(page):
    """What Markdown would read: (kind, text) of every element that renders it."""
    for kind in KINDS:
        for element in getattr(page, kind):
            yield kind, element.label if kind == "metric" else element.value
    for kind in ("expander", "tabs", "checkbox", "toggle", "button", "radio", "segmented_control"):
        for element in page.get(kind):
            yield kind, getattr(element, "label", "")
            if kind in ("radio", "segmented_control"):
                for option in getattr(element, "options", ()):
                    yield kind, str(option)


@pytest.mark.parametrize(
    "name", ["clustering", *(pytest.param(n, marks=pytest.mark.slow) for n in (*TABLES[1:], *SERIES))]
)
def test_names_are_shown_as_text(name):
    if not any(row.name == name for row in menu.PAGES):
        pytest.skip("there is no such page")
    page = visit(name, **{f"{name}_data": "Upload"})
    boxes = [box for box in page.get("file_uploader") if box.key == f"{name}_file"]
    if not boxes:
        pytest.skip("the page takes no table")
    boxes[0].upload("<i>x</i>[l](javascript:alert(1)).csv", table(dates=name == "time_series")).run()
    assert not page.exception
    figures = [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]
    assert figures or name == "em_steps"  # which draws in a player of its own
    bad = [text for fig in figures for text in strings(fig) if "<img" in text or "%{x}<b>" in text]
    assert bad == []
    read = [(kind, text) for kind, text in shown(page) for raw in RAW if _raw(raw, str(text))]
    assert read == []


def _raw(sign, text):
    """Whether `sign` stands in `text` as it is, not escaped."""
    at = text.find(sign)
    while at > 0 and text[at - 1] == "\\":
        at = text.find(sign, at + 1)
    return at >= 0


def test_a_control_that_reads_markdown_gets_no_foreign_words():
    assert not any(map(tame, NAMES[:3]))
    assert all(map(tame, ("Examples", "petal length", "x-1", "Größe (cm)".replace("(", "").replace(")", ""))))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_harmless_in_what_is_taken_away(cell):
    import pandas as pd

    out = exports.csv(pd.DataFrame({cell: [cell, "plain"], "x": [-1.5, 2.0]})).decode()
    assert out.count(f"'{cell}") == 2
    assert "-1.5" in out
    assert "'-1.5" not in out
