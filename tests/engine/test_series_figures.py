"""Figures of series: small whatever the length, with every peak, valid for Plotly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from gmm_engine.data.series import SERIES
from gmm_engine.figures import series as figures


def valid(fig):
    """Plotly accepts every property."""
    return go.Figure(fig.to_dict())


def dated(n):
    return pd.date_range("2024-01-01", periods=n, freq="min")


def test_the_envelope_keeps_every_peak_and_its_place():
    y = np.random.default_rng(0).normal(size=100_000)
    y[43_210], y[77_777] = 30.0, -30.0
    y[50_000:50_400] = np.nan
    rows = figures.envelope(y, 0, len(y))
    assert len(rows) == 2 * figures.BUCKETS
    assert {43_210, 77_777} <= set(rows.tolist())
    assert (np.diff(rows) >= 0).all()
    np.testing.assert_array_equal(figures.envelope(y, 500, 900), np.arange(500, 900))


def test_probabilities_are_averaged():
    proba = np.repeat([[1.0, 0.0], [0.0, 1.0]], 5000, axis=0)
    rows, shares = figures.averaged(proba, 0, 10_000, buckets=4)
    np.testing.assert_allclose(shares, [[1, 0], [1, 0], [0, 1], [0, 1]])
    assert rows.tolist() == [1250, 3750, 6250, 8750]


def test_a_long_timeline_is_a_small_figure():
    n = 300_000
    y, proba = np.arange(float(n)), np.full((n, 3), 1 / 3, np.float32)
    fig = figures.timeline(dated(n), y, "x", proba, (0, n), marks=np.array([5, n - 1]))
    assert sum(len(trace.x) for trace in fig.data) < 8000
    assert "stretches of 300,000 rows" in figures.detail((0, n))
    assert figures.detail((0, 100)) == ""
    valid(fig)


def test_the_other_figures_are_valid_and_speak():
    future = pd.DataFrame(
        np.arange(10.0).reshape(2, 5), index=dated(12)[10:], columns=[0.1, 0.25, 0.5, 0.75, 0.9]
    )
    valid(figures.fan(dated(10), np.arange(10.0), "x", future))
    assert "80% between 5 and 9" in figures.fan_alt("x", future)
    matrix = np.array([[0.9999, 0.0001], [0.2, 0.8]])
    valid(figures.transitions(matrix))
    assert "80.0%" in figures.transitions_alt(matrix)
    proba = np.repeat([[0.9, 0.1], [0.2, 0.8]], 5, axis=0)
    drawn = (dated(10), np.arange(10.0), "x", proba)
    told = figures.timeline_alt(*drawn, (0, 10), np.array([3, 7]))
    assert "regime 1 in 50% of the rows, mean 2; regime 2 in 50%, mean 7" in told
    assert "2 strange rows marked" in told
    assert "strange" not in figures.timeline_alt(*drawn, (0, 3), np.array([7]))


@pytest.mark.parametrize("name", [name for name in SERIES if name != "A million points"])
def test_examples_repeat(name):
    first, second = SERIES[name].load(), SERIES[name].load()
    assert first.digest == second.digest
    assert len(first.numeric) == 1


def test_what_came_is_not_drawn_across_rows_that_no_fan_foretold():
    table = pd.DataFrame({"origin": [2.0, 2.0, 6.0], "row": [2.0, 3.0, 6.0], "actual": [1.0, 2.0, 9.0]})
    fig = figures.past_fans(pd.RangeIndex(8), table.assign(low=0.0, median=1.0, high=2.0), "x")
    assert np.isnan(fig.data[-1].y).tolist() == [False, False, True, False]
    assert list(fig.data[-1].x) == [2, 3, 3, 6]
