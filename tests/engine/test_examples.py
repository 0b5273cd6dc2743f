"""Every example opens, is complete, and matches what its sentence says."""

import numpy as np
import pytest

from gmm_engine.data.examples import EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_complete_table(name):
    data = EXAMPLES[name].load()
    assert tuple(data.values.columns) == data.columns
    assert set(data.numeric) <= set(data.columns)
    assert np.isfinite(data.matrix()).all()
    assert np.ptp(data.matrix(), axis=0).min() > 0
    assert len(data.about["truth"]["labels"]) == len(data.values)
    assert data.digest == EXAMPLES[name].load().digest


@pytest.mark.parametrize(
    ("name", "rows", "numeric"), [("Iris", 150, 4), ("Wine", 178, 13), ("Penguins", 342, 4)]
)
def test_known_tables_have_their_known_size(name, rows, numeric):
    assert EXAMPLES[name].load().matrix().shape == (rows, numeric)


def test_the_geyser_has_the_published_moments():
    X = EXAMPLES["Geyser"].load().matrix()
    assert np.allclose(X.mean(axis=0), [3.488, 70.9], rtol=0.04)
    assert np.allclose(X.std(axis=0), [1.141, 13.6], rtol=0.08)
    assert np.corrcoef(X.T)[0, 1] == pytest.approx(0.9, abs=0.03)


def test_twenty_payments_are_strange():
    data = EXAMPLES["Card payments"].load()
    assert (data.values["kind"] == "strange").sum() == 20
