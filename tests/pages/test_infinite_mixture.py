"""The page of the Dirichlet process reacts, reproduces in Python, and refuses in words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gmm_engine import BayesianGaussianMixture
from pages._ui import playback, specs
from pages._ui.infinite_mixture import infinite_cases, weights_player
from pages._ui.infinite_mixture.infinite import InfiniteSpec
from tests.pages.numbers import executed, numbers, script
from tests.pages.visit import sentences, visit

EXAMPLE = "infinite_mixture_example"


def counts(page):
    return {label: int(value) for label, value in numbers(page).items()}


@pytest.fixture
def page():
    return visit("infinite_mixture")


def upload(page, content):
    page.get_by_key("infinite_mixture_data").set_value("Upload").run()
    page.file_uploader[0].upload("mine.csv", content.encode()).run()
    assert not page.exception
    return page


def test_it_reproduces_in_python(page):
    page.select_slider(key="infinite_mixture_concentration").set_value("1").run()
    names, shown = executed(page), counts(page)
    assert shown["Used components"] == names["used"].argmax()
    assert shown["Above 1% of the weight"] == (names["model"].weights_ > 0.01).sum()
    assert shown["BIC, full"] == names["found"].best.n_components
    chart = json.loads(page.get("plotly_chart")[0].proto.spec)
    bars = next(trace for trace in chart["data"] if trace["type"] == "bar")
    assert len(bars["x"]["bdata"]) > 0
    assert "weight_concentration_prior=1.0" in script(page)


@pytest.mark.parametrize("name", infinite_cases.CASES)
def test_a_case_finds_what_its_words_say(page, name):
    page.selectbox(key=EXAMPLE).set_value(name).run()
    assert not page.exception
    assert sentences(page) == []
    case, shown = infinite_cases.CASES[name], counts(page)
    assert (shown["BIC, full"], shown["Used components"]) == (case.bic, case.used)
    assert any(caption.value == case.words for caption in page.caption)


def test_the_words_of_the_cases_are_true(page):
    page.selectbox(key=EXAMPLE).set_value("Few rows").run()
    page.select_slider(key="infinite_mixture_concentration").set_value("1,000").run()
    assert counts(page)["Above 1% of the weight"] == 12
    assert all(caption.value != infinite_cases.CASES["Few rows"].words for caption in page.caption)
    page.select_slider(key="infinite_mixture_concentration").set_value("0.1").run()
    page.selectbox(key=EXAMPLE).set_value("Wine").run()
    page.multiselect[0].set_value(["alcohol", "malic_acid"]).run()
    assert counts(page)["Used components"] < 6


@pytest.mark.slow
def test_more_rows_that_are_not_normal_use_more_components():
    used = []
    for rows in ("1,000", "30,000"):
        at = visit(
            "infinite_mixture", infinite_mixture_data="Generate", infinite_mixture_shape="Moons",
            infinite_mixture_rows=rows, infinite_mixture_most="20",
        )  # fmt: skip
        used.append(counts(at)["Used components"])
    assert used[1] >= 2 * used[0]


def test_one_column_has_bells(page):
    page.selectbox(key=EXAMPLE).set_value("Iris").run()
    page.multiselect[0].set_value(["petal length (cm)"]).run()
    assert not page.exception
    assert sentences(page) == []


@pytest.mark.parametrize("prior", ["Dirichlet process", "Dirichlet distribution"])
@pytest.mark.parametrize("family", ["tied", "diag", "spherical"])
def test_every_shape_and_prior_answers(family, prior):
    page = visit("infinite_mixture", infinite_mixture_covariance=family, infinite_mixture_prior=prior)
    assert not page.exception
    assert sentences(page) == []
    assert counts(page)["Used components"] == executed(page)["used"].argmax()


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("a,b\nx,y\nz,w\n", "No numeric column can be used"),
        ("a,b\n1,\n,2\n3,\n,4\n5,\n,6\n", "No row has a number in every chosen column"),
        ("a,b\n5,1\n5,1\n5,1\n5,1\n", "a is constant (5); b is constant (1)"),
    ],
    ids=["words", "holes", "constant"],
)
def test_a_table_it_cannot_use_is_refused_in_words(page, table, sentence):
    assert any(sentence in each for each in sentences(upload(page, table)))


def test_a_constant_column_is_named(page):
    rows = "".join(f"{i},7\n" for i in range(30))
    found = upload(page, "a,b\n" + rows)
    assert sentences(found) == [] or "constant" in " ".join(sentences(found))


def test_fewer_rows_than_columns_end_in_a_picture_or_a_sentence(page):
    cells = np.random.default_rng(0).normal(size=(4, 6)).round(3)
    text = "a,b,c,d,e,f\n" + "\n".join(",".join(map(str, row)) for row in cells)
    found = upload(page, text)
    assert sentences(found) or counts(found)["Used components"] <= 4


def test_rows_with_gaps_are_left_out_and_said(page):
    rows = "".join(f"{i % 7 + i / 50},{i % 5 - i / 70}\n" for i in range(60))
    found = upload(page, f"a,b\n{rows},3\n2,\n")
    assert sentences(found) == []
    assert any("2 of 62 rows lack a value" in caption.value for caption in found.caption)


def test_more_components_fit_only_the_candidates_that_are_new(page, monkeypatch):
    fitted, sweep = [], specs.sweep

    def watched(*args, **options):
        for candidate in sweep(*args, **options):
            fitted.append(candidate.n_components)
            yield candidate

    monkeypatch.setattr(specs, "sweep", watched)
    page.get_by_key("infinite_mixture_most").set_value(15).run()
    assert fitted == [13, 14, 15]
    assert counts(page)["BIC, full"] == executed(page)["found"].best.n_components
    page.get_by_key("infinite_mixture_most").set_value(2).run()
    assert fitted == [13, 14, 15]
    assert counts(page)["BIC, full"] == executed(page)["found"].best.n_components


def test_the_player_gets_every_state(page):
    spec = InfiniteSpec(("a", "b"), 4, 0.1, "dirichlet_process", "full", 0)
    assert BayesianGaussianMixture(**spec.options(3)).n_components == 3
    markup = weights_player.BAR.html()
    assert markup.count("<option") == len(playback.ITERATIONS_A_SECOND)
    assert "{" not in markup
