"""Figures as JSON: ours says the same as Plotly's own writer."""

from __future__ import annotations

import base64
import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from gmm_engine.figures.spelling import spelled

COLUMNS = {
    "float32": np.float32([1, np.nan, 3]),
    "float64": np.array([1e300, -0.0, np.inf]),
    "small whole numbers": np.arange(3),
    "large whole numbers": np.array([2**40, 1, 2]),
    "unsigned": np.arange(3, dtype=np.uint64),
    "truths": np.array([True, False, True]),
    "words": np.array(["a<b", "é", "\u2028"]),
    "objects": np.array(["a", 1, None], object),
    "dates": pd.date_range("2026-01-01", periods=3),
    "a column of a table": pd.Series([1.5, 2.5, 3.5]),
    "a list with a hole": [1.0, float("nan"), 3.0],
    "numbers of numpy in a list": [np.float64(1), np.int64(2), 3],
    "nothing": np.array([]),
}


@pytest.mark.parametrize("name", list(COLUMNS))
def test_a_figure_is_spelled_as_plotly_spells_it(name):
    trace = {"type": "scatter", "y": COLUMNS[name], "name": "a", "marker": {"size": np.float32([1, 2, 3])}}
    fig = go.Figure({"data": [trace], "layout": {"title": {"text": "</script>"}}}, _validate=False)
    expected = json.loads(pio.to_json(fig, validate=False))
    assert _numbers(json.loads(spelled(fig))) == _numbers({**expected, "layout": fig.layout.to_plotly_json()})


def test_a_matrix_keeps_its_shape():
    z = np.arange(6.0).reshape(2, 3)[:, ::-1]
    fig = go.Figure({"data": [{"type": "heatmap", "z": z}]}, _validate=False)
    again = go.Figure(json.loads(spelled(fig)))
    assert json.loads(again.to_json())["data"][0]["z"]["shape"] == "2, 3"
    np.testing.assert_array_equal(_decoded(json.loads(spelled(fig))["data"][0]["z"]), z.ravel())


def _decoded(typed):
    return np.frombuffer(base64.b64decode(typed["bdata"]), typed["dtype"])


def _numbers(value):
    """Typed arrays as lists, whatever the width: both writers may choose their own."""
    if isinstance(value, dict) and "bdata" in value:
        return [repr(float(x)) for x in _decoded(value)]
    if isinstance(value, dict):
        return {key: _numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [repr(float(x)) if isinstance(x, int | float) else _numbers(x) for x in value]
    return value
