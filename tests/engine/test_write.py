"""Exported CSV keeps the numbers and disarms formulas."""

import io

import numpy as np
import pandas as pd
import pytest

from gmm_engine.data.tables import read_table
from gmm_engine.data.write import to_csv


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_cell_that_begins_like_a_formula_is_disarmed(cell):
    out = to_csv(pd.DataFrame({"label": [cell, "fine"], cell: [1, 2]})).decode("utf-8-sig")
    back = pd.read_csv(io.StringIO(out))
    assert back["label"][0].startswith("'")
    assert str(back.columns[1]).startswith("'")


def test_numbers_stay_numbers_to_the_last_bit():
    x = np.array([-1.5, 0.1 + 0.2, 1e-300, np.nan, -7.0])
    frame = pd.DataFrame({"x": x, "n": np.arange(5) - 2, "t": ["a", "b", "c", "d", "e"]})
    back = read_table(to_csv(frame)).values
    assert np.array_equal(back["x"].to_numpy(), x, equal_nan=True)
    assert back["n"].tolist() == [-2, -1, 0, 1, 2]


def test_equal_names_are_written_each_in_its_own_column():
    frame = pd.DataFrame([[1, "=1"], [2, "=2"]], columns=["a", "a"])
    assert to_csv(frame).decode() == "a,a\n1,'=1\n2,'=2\n"


def test_letters_beyond_ascii_survive_excel():
    out = to_csv(pd.DataFrame({"Größe": [1.5, 2.5]}))
    assert out.startswith(b"\xef\xbb\xbf")
    assert read_table(out).columns == ("Größe",)
