"""Figures are valid, light, and say the same in every theme."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from gmm_engine.figures import criterion, parameters, rows, scatter, selection, theme
from gmm_engine.figures.model import Parts

RNG = np.random.default_rng(0)
FLAT = Parts(np.array([0.4, 0.6]), RNG.normal(size=(2, 2)), np.tile(np.eye(2), (2, 1, 1)))
LINE = Parts(np.array([0.4, 0.6]), np.array([[0.0], [5.0]]), np.ones((2, 1, 1)))
X = RNG.normal(size=(500, 2))
MANY = RNG.normal(size=(30_000, 2))
SHARES = RNG.dirichlet([1, 1], 500)

SWEPT = ([1, 2, 3], ["EII", "VVV"], np.array([[9.0, 5.0, 6.0], [8.0, np.nan, 5.5]]))
FIGURES = {
    "curves": lambda: criterion.curves(*SWEPT, "BIC", (0, 1)),
    "curves of nothing": lambda: criterion.curves([1], ["EII"], np.array([[np.nan]]), "BIC"),
    "grid": lambda: selection.grid(*SWEPT, [["", "", ""], ["", "no spread", ""]], "BIC", (0, 1)),
    "scatter": lambda: rows.picture(X, ("a", "b"), FLAT, responsibilities=SHARES),
    "labels": lambda: rows.picture(X, ("a", "b"), labels=RNG.integers(-1, 3, 500)),
    "density": lambda: rows.picture(MANY, ("a", "b"), FLAT),
    "histogram": lambda: rows.picture(X[:, :1], ("a",), LINE),
    "rows alone": lambda: rows.picture(X[:, :1], ("a",)),
    "parameters": lambda: parameters.true_and_estimated(FLAT, FLAT, [(0, 1), (1, None), (None, 0)], "ab"),
}


def test_a_component_has_one_colour_everywhere():
    fig = FIGURES["scatter"]()
    lines = [trace.line.color for trace in fig.data if trace.mode == "lines"]
    assert lines == [theme.colour(0), theme.colour(1)]


def test_first_components_differ_in_colour_and_marker():
    pairs = {(theme.colour(j), theme.symbol(j)) for j in range(70)}
    assert len(pairs) == 70


def test_many_rows_become_a_density_and_say_so():
    fig = FIGURES["density"]()
    assert fig.data[0].type == "heatmap"
    assert "4,000 of 30,000" in fig.layout.annotations[0].text
    assert len(pio.to_json(fig, validate=False)) < 400_000


@pytest.mark.parametrize("sigmas", [1, 2, 3])
def test_an_ellipse_lies_at_its_distance(sigmas):
    covariance = np.array([[4.0, 1.2], [1.2, 1.0]])
    outline = scatter.ellipse(np.array([3.0, -1.0]), covariance, sigmas) - [3.0, -1.0]
    distance = np.sqrt(np.einsum("if,fg,ig->i", outline, np.linalg.inv(covariance), outline))
    np.testing.assert_allclose(distance, sigmas, rtol=1e-9)


def test_names_from_files_are_shown_literally():
    fig = rows.picture(X, ("<b>a</b>", "%{x}"))
    assert fig.layout.xaxis.title.text == "&lt;b&gt;a&lt;/b&gt;"
    assert "%{x}<br>" not in fig.data[0].hovertemplate


def test_missing_values_break_nothing():
    holes = X.copy()
    holes[::7] = np.nan
    go.Figure(rows.picture(holes, ("a", "b")).to_dict())
    go.Figure(rows.picture(holes[:, :1], ("a",)).to_dict())


def test_a_figure_without_a_legend_keeps_no_room_for_one():
    line = theme.trace("scatter", y=[1, 2])
    assert theme.figure([line], 300).layout.margin.t < theme.figure([line, line], 300).layout.margin.t
    assert theme.figure([line, line], 300, showlegend=False).layout.margin.t < 36
    assert theme.figure([line | {"showlegend": True}, line], 300).layout.margin.t == 36


def test_curves_name_no_family_that_lies_above_the_window():
    """As when a sweep was stopped early: of two families one has a single, hopeless candidate."""
    values = np.array([[10.0, 9.0, 8.0], [500.0, np.nan, np.nan]])
    fig = criterion.curves([1, 2, 3], ["EII", "VVV"], values, "BIC", (0, 2))
    assert [note.text for note in fig.layout.annotations if note.showarrow] == ["EII"]


def test_curves_name_the_leading_families_at_their_ends_and_no_name_covers_another():
    counts, families = [1, 2, 3], ["EII", "VII", "EEE", "VVV", "EEV"]
    values = np.array([[90.0, 80, 70], [9, 5, 6], [9, 5.1, 6.05], [9, 5.2, 6.1], [9, 5.3, 6.15]])
    fig = criterion.curves(counts, families, values, "BIC", (1, 1))
    named = {note.text: note for note in fig.layout.annotations}
    assert set(named) == {"VII", "EEE", "VVV", "EEV", "best: VII, 2"}
    scale = (fig.layout.height - 16 - fig.layout.margin.b) / np.ptp(fig.layout.yaxis.range)
    heights = sorted(note.y * scale - note.ay for text, note in named.items() if text in families)
    assert np.diff(heights).min() > 14
    assert fig.layout.showlegend is False
    grey = next(trace for trace in fig.data if trace.name == "EII")
    assert grey.line.color == theme.MUTED
