"""What charts show is told in words that hold the result, in numbers as the page writes them."""

from __future__ import annotations

import re

import pytest

from gmm_engine.figures.words import amount
from pages._ui import charts, menu
from pages._ui.digits import gallery
from tests.pages.visit import visit

LONGEST = 420  # letters: half a minute to hear
VIEWS = {
    "clustering pairs": ("clustering", {"clustering_look": "Pairs"}),
    "clustering parallel": ("clustering", {"clustering_look": "Parallel"}),
    "clustering k-means": ("clustering", {"clustering_look": "k-means"}),
    "clustering guided": ("clustering", {"clustering_example": "Penguins", "clustering_guide": "true"}),
    "density of one column": ("density", {"density_shape": "One column"}),
    "density, conditional": ("density", {"density_question": "Conditional"}),
    "density, missing cells": ("density", {"density_question": "Missing cells"}),
    "rows like mine": ("synthetic_data", {"synthetic_data_way": "Like mine"}),
    "columns like mine": (
        "synthetic_data",
        {"synthetic_data_way": "Like mine", "synthetic_data_view": "Every column"},
    ),
    "pairs like mine": (
        "synthetic_data",
        {"synthetic_data_way": "Like mine", "synthetic_data_view": "Correlations"},
    ),
    "forecast": ("time_series", {"time_series_show": "Forecast"}),
    "strange rows": ("time_series", {"time_series_show": "Strange rows"}),
    "spoken words": ("speech", {"speech_part": "Words"}),
    "vowels": ("speech", {"speech_part": "Vowels"}),
}
CASES = {row.name: (row.name, {}) for row in menu.PAGES if row.card and row.name != "em_steps"} | VIEWS


@pytest.fixture
def told(monkeypatch):
    """Names and words of the charts a page shows."""
    seen, show = {}, charts.show

    def spy(screen, name, fig, alt, **options):
        seen[name] = alt
        show(screen, name, fig, alt, **options)

    line_up = gallery.show

    def spy_on_pictures(screen, name, pictures, labels, alt, *across):
        seen[name] = alt
        line_up(screen, name, pictures, labels, alt, *across)

    monkeypatch.setattr(charts, "show", spy)
    monkeypatch.setattr(gallery, "show", spy_on_pictures)
    return seen


@pytest.mark.parametrize("case", CASES)
def test_every_chart_tells_its_result_in_one_short_text(case, told):
    name, link = CASES[case]
    page = visit(name, **link)
    assert not page.exception
    assert told
    for chart, text in told.items():
        assert re.search(r"\d", text), f"{chart} tells no number: {text}"
        assert text.endswith("."), text
        assert len(text) <= LONGEST, text
        assert not re.search(r"nan|inf\b|e-\d|np\.|[{}\[\]<>]|(?<![\w.])-\d", text), text


def test_groups_are_told_with_the_numbers_on_the_page(told):
    page = visit("clustering")
    table = page.dataframe[-1].value if "share" in page.dataframe[-1].value else page.dataframe[0].value
    for row in table.to_dict("records"):
        centre = [amount(row[name]) for name in row if str(name).startswith("mean")]
        assert f"{row['share']:.0%} around {' and '.join(centre)}" in told["clusters"]
