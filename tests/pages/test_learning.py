"""The learning pages react, reproduce in Python, and refuse in words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pages._ui.em_steps import lessons
from tests.pages.numbers import numbers, ran, script
from tests.pages.visit import sentences, visit


@pytest.fixture
def em():
    return visit("em_steps")


def test_em_in_python_gives_the_pages_numbers(em):
    run = ran(script(em))["run"]
    shown = numbers(em)
    assert int(shown["Iterations"]) == run.n_iter
    assert float(shown["Log-likelihood per row"]) == pytest.approx(run.bounds[-1], abs=5e-5)
    table = em.dataframe[0].value
    np.testing.assert_allclose(table["mean of eruption (min)"], run.means[-1, :, 0], atol=5e-5)


@pytest.mark.parametrize("name", lessons.LESSONS)
def test_a_lesson_sets_everything_and_still_reproduces(em, name):
    em.selectbox(key="em_steps_lesson").set_value(name).run()
    assert not em.exception
    assert sentences(em) == []
    run = ran(script(em))["run"]
    assert int(numbers(em)["Iterations"]) == run.n_iter
    assert run.collapsed == (name == "Collapse")


def test_a_lesson_opens_by_its_link():
    page = visit("em_steps", em_steps_lesson="Bad start")
    assert numbers(page)["Log-likelihood per row"] == "-4.2463"
    assert "lower hilltop" in page.info[0].value


def told(page):
    """Whether the page says what happens in the lesson it opens with."""
    return any("Both means start in empty corners" in caption.value for caption in page.caption)


def test_a_lesson_speaks_of_its_own_example_only(em):
    assert told(visit("em_steps"))
    assert not told(visit("em_steps", em_steps_data="Upload"))
    assert not told(visit("em_steps", em_steps_example="Iris"))


def test_raising_the_floor_saves_the_collapse(em):
    em.selectbox(key="em_steps_lesson").set_value("Collapse").run()
    assert "Component 2 collapsed" in em.warning[0].value
    em.select_slider(key="em_steps_floor").set_value("0.01").run()
    assert len(em.warning) == 0


@pytest.mark.parametrize("text", ["", "nonsense", "1 2", "1 2; 3", "1 2; 3 nan"])
def test_means_that_cannot_be_read_are_named(em, text):
    em.text_input(key="em_steps_means").set_value(text).run()
    assert not em.exception
    assert "2 means of two numbers each are needed" in sentences(em)[0]


def test_a_table_without_numbers_is_refused(em):
    em.get_by_key("em_steps_data").set_value("Upload").run()
    em.file_uploader[0].upload("words.csv", b"a,b\nx,y\nz,w\n").run()
    assert not em.exception
    assert "No numeric column can be used: a holds text" in sentences(em)[0]


@pytest.fixture
def bic():
    return visit("bic_selection", bic_selection_families="five common", bic_selection_most="5")


def test_bic_in_python_gives_the_pages_numbers(bic):
    found = ran(script(bic))["found"]
    table = bic.dataframe[0].value
    theirs = found.table[["n_components", "covariance_type", "bic"]].head(10)
    assert table["components"].tolist() == theirs["n_components"].tolist()
    assert table["family"].tolist() == theirs["covariance_type"].tolist()
    np.testing.assert_allclose(table["BIC"], theirs["bic"], atol=0.006)
    assert float(numbers(bic)["BIC"]) == pytest.approx(found.best.bic, abs=0.06)


def test_a_sweep_enlarged_is_the_larger_sweep(bic):
    bic.slider(key="bic_selection_most").set_value(7).run()
    enlarged = bic.dataframe[0].value
    fresh = visit("bic_selection", bic_selection_families="five common", bic_selection_most="7")
    np.testing.assert_array_equal(enlarged["BIC"], fresh.dataframe[0].value["BIC"])


@pytest.mark.parametrize("criterion", ["AIC", "ICL", "CV"])
def test_every_criterion_has_its_own_best(bic, criterion):
    bic.get_by_key("bic_selection_criterion").set_value(criterion).run()
    assert not bic.exception
    assert any(f"Best by {criterion}: **" in text.value for text in bic.markdown)
    column = bic.dataframe[0].value[criterion]
    assert (np.diff(column) >= 0).all()


def test_another_model_is_opened_merged_and_exported(bic):
    bic.selectbox(key="bic_selection_model").set_value("VVV, 4").run()
    assert not bic.exception
    assert numbers(bic)["Components"] == "4"
    assert any("the entropy curve bends at" in text.value for text in bic.markdown)
    charts = [chart.proto.id for chart in bic.get("plotly_chart")]
    assert sum("bic_selection_chart_" in chart for chart in charts) == 5
    assert json.loads(bic.get("plotly_chart")[0].proto.spec)["layout"]["shapes"]


def test_the_bootstrap_test_runs_when_asked(bic):
    bic.select_slider(key="bic_selection_resamples").set_value("19").run()
    bic.toggle(key="bic_selection_test").set_value(True).run()
    assert not bic.exception
    assert any("the rows demand **" in text.value for text in bic.markdown)


def test_one_column_has_bells():
    page = visit("bic_selection", bic_selection_example="Two normals", bic_selection_most="3")
    assert any("**two bells" in text.value for text in page.markdown)


def test_a_table_of_three_rows_is_refused(bic):
    bic.get_by_key("bic_selection_data").set_value("Upload").run()
    bic.file_uploader[0].upload("three.csv", b"a,b\n1,2\n2,4\n3,5\n").run()
    assert not bic.exception
    assert "at least 4 are needed" in sentences(bic)[0]
