"""The report: one file that holds everything, says it safely, and fetches nothing."""

from __future__ import annotations

import re

import pandas as pd
import plotly.graph_objects as go
import pytest

from gmm_engine.figures.spelling import spelled
from pages._ui import excerpt, exports
from pages._ui.report import Report
from tests.pages.visit import visit

FIGURE = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))


def made(**parts):
    return Report("clustering", **parts).html()


def test_a_report_holds_figures_numbers_settings_and_python():
    text = made(
        data="people.csv",
        figures={"clusters": (FIGURE, "Two groups"), "pairs": (FIGURE, "Three pairs")},
        numbers={"BIC": ("1,234.5", "Smaller is better.")},
        settings={"clustering_k": 2, "clustering_columns": ("a", "b")},
        script="model.fit(X)\n",
    )
    for words in ("people.csv", "Two groups", "Three pairs", "1,234.5", "model.fit(X)", "a, b"):
        assert words in text
    assert text.count("Plotly.newPlot(") == 2
    assert text.count("plotly.js v") == 1


@pytest.mark.parametrize("name", ["density", "time_series", "bic_selection", "anomalies"])
def test_no_figure_stands_in_a_report_twice(name, monkeypatch):
    made = []
    monkeypatch.setattr(
        exports.report, "Report", lambda *args, **parts: made.append(parts) or Report(*args, **parts)
    )
    monkeypatch.setattr(
        exports,
        "_button",
        lambda screen, label, file, kind, make: make() if label.startswith("Report") else None,
    )
    assert not visit(name).exception
    figures = [spelled(fig) for fig, _ in made[0]["figures"].values()]
    assert len(figures) == len(set(figures)) > 0


def test_settings_are_called_as_on_the_page():
    page = visit("clustering")
    text = made(
        settings={"clustering_noise": False, "clustering_k": 2}, labels={"clustering_k": "Components"}
    )
    assert "<td>Components</td><td>2</td>" in text
    assert "<td>noise</td><td>no</td>" in text
    assert "<td>where a_b is</td>" in made(settings={"x": "y"}, labels={"x": r"where a\_b is"})
    assert page.session_state["labels_on_screen"]["clustering_look"] == "View"


def test_a_report_forbids_itself_the_network():
    text = made(figures={"clusters": (FIGURE, "Two groups")})
    assert "default-src 'none'" in text
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=", text) == []


def test_no_chart_of_a_report_offers_to_be_uploaded():
    text = made(figures={"clusters": (FIGURE, "Two groups")})
    assert '"modeBarButtonsToRemove": ["sendChartToCloud"]' in text


def test_names_from_files_are_text():
    text = made(data="<script>alert(1)</script>", settings={"clustering_columns": ("<b>",)})
    assert "<script>alert" not in text
    assert "&lt;b&gt;" in text


def test_tables_stand_in_a_report_shortened_and_said_so():
    frame = pd.DataFrame({"<name>": range(60), "share": [0.25] * 60})
    text = made(tables={"Profiles": excerpt.of(frame)})
    assert "<h2>Profiles</h2>" in text
    assert "<th>&lt;name&gt;</th>" in text
    assert "<td>49</td><td>25.0%</td>" in text
    assert "<td>50</td>" not in text
    assert "The first 50 of 60 rows" in text


@pytest.mark.parametrize("name", ["clustering", "density", "bic_selection", "infinite_mixture", "anomalies"])
def test_tables_of_a_page_are_files_with_names_and_part_of_its_report(name, monkeypatch):
    files, reports = [], []
    monkeypatch.setattr(
        exports.report, "Report", lambda *args, **parts: reports.append(parts) or Report(*args)
    )
    monkeypatch.setattr(
        exports,
        "_button",
        lambda screen, label, file, kind, make: files.append(file) or (label.startswith("Report") and make()),
    )
    page = visit(name)
    assert not page.exception
    kind = "flagged" if name == "anomalies" else "profiles"
    assert f"{name}_{kind}.csv" in files
    (table,) = reports[0]["tables"].values()
    assert table.rows
    labels = list(page.session_state["labels_on_screen"].values())
    assert len(labels) == len(set(labels)), "two settings of one name"
