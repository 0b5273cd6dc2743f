"""Columns that follow from others are found and named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gmm_engine.data import read_table
from gmm_engine.data.dependence import derived_columns
from gmm_engine.data.examples import EXAMPLES


def _columns(scale=1.0):
    a, b, c = np.random.default_rng(0).normal(size=(3, 300)) * scale
    return {"a": a, "b": 100 * b, "c": c}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda a, b, c: a + b, "a + b"),
        (lambda a, b, c: a - b - c, "a \N{MINUS SIGN} b \N{MINUS SIGN} c"),
        (lambda a, b, c: 3 - 2.5 * c, "\N{MINUS SIGN}2.5 \N{MULTIPLICATION SIGN} c"),
        (lambda a, b, c: np.round(b, 1), "b"),
    ],
)
def test_sums_and_multiples_are_named(make, words):
    columns = _columns()
    frame = pd.DataFrame({**columns, "d": make(*columns.values())})
    assert derived_columns(frame, tuple(frame)) == {"d": words}


def test_columns_of_their_own_are_left_alone():
    columns = _columns()
    near = columns["a"] + 0.01 * columns["c"]  # one part in a hundred is news
    frame = pd.DataFrame({"a": columns["a"], "b": columns["b"], "near": near})
    assert derived_columns(frame, tuple(frame)) == {}
    for name, example in EXAMPLES.items():
        table = example.load()
        assert derived_columns(table.values, table.numeric) == {}, name


def test_huge_numbers_gaps_and_few_rows_do_no_harm():
    huge = pd.DataFrame(_columns(scale=1e148)) / 100
    huge["e"] = huge["a"] * 2
    huge.loc[::3, "b"] = np.nan
    assert derived_columns(huge, tuple(huge)) == {"e": "2 \N{MULTIPLICATION SIGN} a"}
    assert derived_columns(huge.head(6), tuple(huge)) == {}


def test_a_table_tells_of_them():
    frame = pd.DataFrame(_columns())
    frame["total"] = frame["a"] + frame["c"]
    table = read_table(frame.to_csv(index=False).encode())
    assert table.numeric == ("a", "b", "c", "total")
    assert table.about["derived"] == {"total": "a + c"}
    assert "total is a + c: it says nothing new, and fits do better without it." in table.notes
