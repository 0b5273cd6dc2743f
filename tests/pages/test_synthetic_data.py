"""Made rows beside what a fit finds in them."""

from __future__ import annotations

import pytest

from pages._ui.synthetic_data import made
from tests.pages.numbers import script
from tests.pages.visit import visit


def test_the_script_prints_components_in_the_pages_order(capsys):
    page = visit("synthetic_data")
    table = page.dataframe[0].value
    exec(compile(script(page), "reproduced", "exec"), {})
    printed = capsys.readouterr().out.splitlines()[0].strip("[]").split()
    shown = table["weight, fitted"].tolist()
    assert [float(each) for each in printed] == pytest.approx(shown, abs=1e-3)


def test_code_of_components_in_order_stays_as_it_is():
    code = "model = fit()\nprint(model.weights_.round(4), model.means_.round(4))\nprint(1)"
    assert made.in_order(code, [0, 1]) == code
    assert "print(model.weights_[order].round(4), model.means_[order].round(4))\nprint(1)" in made.in_order(
        code, [1, 0]
    )
