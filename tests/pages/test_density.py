"""The density page answers, reproduces in Python, and refuses in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.pages.numbers import executed, numbers
from tests.pages.visit import sentences, visit

CHOSEN = {"density_model": "Choose"}


@pytest.fixture
def plane():
    return visit("density", **CHOSEN)


@pytest.fixture
def line():
    return visit("density", **CHOSEN, density_shape="One column")


def test_a_box_in_python_has_the_pages_probability(plane):
    found = executed(plane)
    shown = numbers(plane)
    assert shown["Probability of the box"] == f"{found['chance']:.2%}"
    assert len(plane.dataframe[0].value) == int(shown["Modes"])


def test_moving_the_box_moves_the_probability(plane):
    before = numbers(plane)["Probability of the box"]
    plane.slider(key="density_box_up").set_value((43.0, 60.0)).run()
    assert not plane.exception
    after = numbers(plane)
    assert before != after["Probability of the box"]
    assert after["Probability of the box"] == f"{executed(plane)['chance']:.2%}"


def test_an_interval_in_python_has_the_pages_numbers(line):
    line.slider(key="density_quantile").set_value(90).run()
    line.slider(key="density_mass").set_value(50).run()
    assert not line.exception
    one, shown = executed(line)["one"], numbers(line)
    assert float(shown["90% quantile"]) == pytest.approx(one.quantile([0.9])[0], rel=1e-3)
    low, high = line.slider(key="density_span").value
    assert shown["Probability of the interval"] == f"{np.diff(one.cdf([low, high]))[0]:.2%}"
    assert any("The densest 50% lies in" in text.value for text in line.markdown)


def test_another_column_has_limits_of_its_own():
    page = visit("density", **CHOSEN, density_example="Penguins", density_shape="One column")
    page.selectbox(key="density_column").set_value("body mass (g)").run()
    assert not page.exception
    low, high = page.slider(key="density_span").value
    assert 2000 < low < high < 7000


def test_a_condition_in_python_has_the_pages_numbers():
    page = visit("density", **CHOSEN, density_question="Conditional", density_example="Penguins")
    page.multiselect(key="density_fix").set_value(["bill depth (mm)"]).run()
    page.slider(key="density_fix_1").set_value(15.0).run()
    assert not page.exception
    answer, shown = executed(page)["answer"], numbers(page)
    assert float(shown["Expected"]) == pytest.approx(answer["mean"][0], rel=1e-3)
    assert float(shown["Standard deviation"]) == pytest.approx(answer["deviation"][0], rel=1e-2)
    low, high = (float(part) for part in shown["90% band"].split(" to "))
    assert (low, high) == pytest.approx(tuple(answer["quantiles"][0]), rel=1e-3)


def test_hidden_cells_are_found_again_better_than_by_means():
    page = visit("density", **CHOSEN, density_question="Missing cells", density_example="Penguins")
    assert not page.exception
    shown, found = numbers(page), executed(page)
    assert float(shown["Error"]) < 0.8 * float(shown["Error with column means"])
    assert 80 < float(shown["Within 90% limits"].rstrip("%")) < 97
    assert int(shown["Cells filled in"]) == np.isnan(found["cells"]).sum()
    table = page.dataframe[0].value
    row = int(table.index[0])
    np.testing.assert_allclose(table["body mass (g)"].iloc[0], found["filled"][row, 3], rtol=1e-6)


def test_nothing_hidden_and_nothing_missing_is_said():
    page = visit("density", **CHOSEN, density_question="Missing cells", density_hide="0")
    assert not page.exception
    assert "No cell is missing" in page.info[0].value


def test_a_table_with_holes_is_completed():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 2)) @ np.array([[1.0, 0.9], [0.0, 0.3]])
    frame = pd.DataFrame(x, columns=["a", "b"])
    frame.loc[5:30, "b"] = np.nan
    page = visit("density", **CHOSEN, density_question="Missing cells")
    page.get_by_key("density_data").set_value("Upload").run()
    page.file_uploader[0].upload("holes.csv", frame.to_csv(index=False).encode()).run()
    assert not page.exception
    assert numbers(page)["Cells filled in"] == "26"
    assert page.dataframe[0].value["b, deviation"].iloc[0] > 0


@pytest.mark.parametrize(
    ("question", "content", "words"),
    [
        ("Density", b"a,b\nx,y\nz,w\n", "No numeric column can be used"),
        ("Conditional", b"a,b\n1,5\n1,6\n1,7\n1,9\n", "Only b is chosen"),
        ("Missing cells", b"a,b,c\n1,2,9\n2,5,4\n", "bring more rows"),
    ],
    ids=["text", "constant", "few"],
)
def test_a_table_that_cannot_be_used_gets_a_sentence(question, content, words):
    page = visit("density", **CHOSEN, density_question=question)
    page.get_by_key("density_data").set_value("Upload").run()
    page.file_uploader[0].upload("table.csv", content).run()
    assert not page.exception
    assert words in " ".join(sentences(page))


def test_one_column_has_no_condition():
    page = visit("density", **CHOSEN, density_question="Conditional", density_example="Two normals")
    assert not page.exception
    assert "choose two or more" in sentences(page)[0]
