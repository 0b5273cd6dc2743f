"""The learning pages' notebooks, run top to bottom elsewhere, give the numbers on the screen."""

from __future__ import annotations

import numpy as np
import pytest

from tests.pages.notebook import found_by, taken
from tests.pages.numbers import numbers
from tests.pages.visit import visit

__all__ = ["taken"]


@pytest.mark.parametrize("lesson", ["Old Faithful", "Bad start"])
def test_the_notebook_of_em_steps_gives_the_pages_numbers(taken, lesson):
    page = visit("em_steps", em_steps_lesson=lesson)
    found = found_by(
        taken["em_steps.ipynb"](),
        iterations="run.n_iter",
        likelihood="run.bounds.tolist()",
        weights="run.weights[-1].tolist()",
        means="run.means[-1].tolist()",
        centres="run.centres[-1].tolist()",
    )
    shown, table = numbers(page), page.dataframe[0].value
    names = [name.removeprefix("mean of ") for name in table if name.startswith("mean of ")]
    assert found["iterations"] == int(shown["Iterations"])
    assert found["likelihood"][-1] == pytest.approx(float(shown["Log-likelihood per row"]), abs=5e-5)
    np.testing.assert_allclose(table["weight"], found["weights"], atol=5e-5)
    np.testing.assert_allclose(table[[f"mean of {name}" for name in names]], found["means"], atol=5e-5)
    centres = table[[f"k-means centre of {name}" for name in names]]
    np.testing.assert_allclose(centres, found["centres"], atol=5e-5)
    assert taken["em_steps.csv"]().count(b"\n") - 1 == len(found["likelihood"])


@pytest.mark.parametrize("label", ["BIC", "ICL"])
def test_the_notebook_of_bic_selection_gives_the_pages_numbers(taken, label):
    query = {"families": "five common", "most": "5", "criterion": label}
    page = visit("bic_selection", **{f"bic_selection_{name}": value for name, value in query.items()})
    found = found_by(
        taken["bic_selection.ipynb"](),
        counts="found.table['n_components'].tolist()",
        families="found.table['covariance_type'].tolist()",
        values=f"found.table[{label.lower()!r}].tolist()",
        bic="float(model.bic(X))",
        score="float(model.score(X))",
        parameters="model.n_parameters()",
    )
    table, shown = page.dataframe[0].value, numbers(page)
    n = len(table)
    assert table["components"].tolist() == found["counts"][:n]
    assert table["family"].tolist() == found["families"][:n]
    np.testing.assert_allclose(table[label], found["values"][:n], atol=0.006)
    np.testing.assert_allclose(table["behind"], table[label] - table[label][0], atol=0.011)
    relative = np.exp(-0.5 * table["behind"])
    np.testing.assert_allclose(table["weight"], relative / relative.sum(), atol=0.01)
    assert found["bic"] == pytest.approx(float(shown["BIC"]), abs=0.06)
    assert found["score"] == pytest.approx(float(shown["Log-likelihood per row"]), abs=6e-4)
    assert found["parameters"] == int(shown["Free parameters"])
