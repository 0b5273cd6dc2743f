"""Figures of the pages for tables are valid and say the same in every theme."""

from __future__ import annotations

import numpy as np
import plotly.io as pio

from gmm_engine.figures import conditional, density, likeness, pairs
from gmm_engine.figures.model import Parts

RNG = np.random.default_rng(0)
X = RNG.normal(size=(900, 6))
HOLES = np.where(RNG.random(X.shape) < 0.1, np.nan, X)
NAMES = ("a", "<b>", "$c$", "d", "e", "f")
LABELS = RNG.integers(-1, 3, 900)
WORDS = LABELS.astype(str)
LINE = Parts(np.array([0.4, 0.6]), np.array([[0.0], [5.0]]), np.ones((2, 1, 1)))
SPANS = np.array([[-1.0, 1.0], [4.0, 6.0]])
PEAKS = np.array([[0.0, 0.2], [5.0, 0.3]])
AT = np.linspace(-2, 2, 9)
BANDS = {"mean": AT, "quantiles": np.column_stack([AT - 1, AT + 1])}

FIGURES = {
    "line": lambda: density.line(HOLES[:, 0], "a", LINE, span=(0, 1), intervals=SPANS, peaks=PEAKS),
    "cumulative": lambda: density.cumulative(HOLES[:, 0], "a", PEAKS, (0, 1), (0.5, 0.3)),
    "plane": lambda: density.plane(
        HOLES[:, :2], NAMES[:2], (AT, AT), np.abs(np.outer(AT, AT)) / 4, box=((0, 1), (0, 1)), peaks=PEAKS
    ),
    "regression": lambda: conditional.regression(HOLES[:, :2], NAMES[:2], AT, BANDS, 0.9, 0.0),
    "cut": lambda: conditional.cut("a", LINE, LINE, SPANS, 3.0),
    "filled": lambda: conditional.filled("a", X[:, 0], np.abs(X[:, 1]), (0.0, 1.0), X[:, 2]),
    "matrix": lambda: pairs.matrix(HOLES, NAMES, LABELS, ["one", "two", "three"]),
    "parallel": lambda: pairs.parallel(HOLES, NAMES, LABELS, RNG.normal(size=(3, 6))),
    "side by side": lambda: likeness.side_by_side(HOLES[:, :2], X[:, :2], NAMES[:2]),
    "columns": lambda: likeness.columns([("a", HOLES[:, 0], X[:, 0]), ("w", WORDS, WORDS)]),
    "correlations": lambda: likeness.correlations(NAMES, np.eye(6), np.eye(6)),
    "nearness": lambda: likeness.nearness(np.abs(X[:, 0]), np.abs(X[:, 1])),
}  # fmt: skip


def test_a_cell_of_the_matrix_is_one_trace_with_every_group_in_its_own_look():
    labels = np.array([1, 0, 1, -1, 0, 1])
    fig = pairs.matrix(X[:6, :3], NAMES[:3], labels, ["one", "two"])
    cells, keys = fig.data[:-3], fig.data[-3:]
    assert [key.name for key in keys] == ["outliers", "one", "two"]
    assert len(cells) == 3
    for cell in cells:
        assert list(cell.text) == ["outliers", "one", "one", "two", "two", "two"]
        colours = [cell.marker.colorscale[i][1] for i in cell.marker.color]
        looks = dict(zip(cell.text, zip(colours, cell.marker.symbol, strict=True), strict=True))
        assert looks == {key.name: (key.marker.color, key.marker.symbol) for key in keys}
    np.testing.assert_allclose(cells[0].x, X[[3, 1, 4, 0, 2, 5], 0], rtol=1e-6)


def test_a_large_table_is_drawn_as_a_sample_that_says_so():
    many = RNG.normal(size=(50_000, 3))
    fig = pairs.matrix(many, NAMES[:3], np.zeros(50_000, int))
    assert "500 of 50,000 rows" in fig.layout.annotations[0].text
    assert len(pio.to_json(fig, validate=False)) < 200_000
