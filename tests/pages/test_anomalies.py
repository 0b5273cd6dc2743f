"""The anomalies page flags, explains, reproduces in Python, and refuses in words."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from gmm_engine import MixtureOutlierDetector
from gmm_engine.data.examples import EXAMPLES
from pages._ui.anomalies import threshold_line
from tests.pages.numbers import executed, numbers
from tests.pages.visit import sentences, visit


def uploaded(frame: pd.DataFrame, **query: str):
    page = visit("anomalies", anomalies_data="Upload", **query)
    page.file_uploader(key="anomalies_file").upload("mine.csv", frame.to_csv(index=False).encode()).run()
    return page


@pytest.fixture
def page():
    return visit("anomalies")


def test_numbers_and_reasons_are_the_detectors(page):
    X = EXAMPLES["Card payments"].load().matrix()
    model = MixtureOutlierDetector().fit(X)
    surprise = -model.score_samples(X)
    shown = numbers(page)
    assert int(shown["Rows flagged"]) == (surprise > model.threshold_).sum()
    assert shown["Line"] == f"{model.threshold_:.2f} nats"
    table = page.dataframe[0].value
    assert table["row"].iloc[0] == surprise.argmax() + 1
    assert "ordinary would be" in table["why"].iloc[0]
    assert float(shown["AUROC"]) > 0.95


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"anomalies_line": "Percentile", "anomalies_percent": "2.5"},
        {"anomalies_line": "False alarms", "anomalies_alarms": "5"},
        {"anomalies_line": "By hand", "anomalies_nats": "12.5"},
        {"anomalies_model": "Single Gaussian", "anomalies_line": "Percentile"},
        {"anomalies_model": "Classic mixture", "anomalies_k": "2", "anomalies_line": "Percentile"},
        {"anomalies_learn": "Rows labelled ordinary", "anomalies_line": "False alarms"},
    ],
    ids=["plain", "percentile", "alarms", "hand", "gaussian", "classic", "clean"],
)
def test_python_gives_the_pages_numbers(query):
    page = visit("anomalies", **query)
    assert not page.exception
    assert sentences(page) == []
    names, shown = executed(page), numbers(page)
    assert int(shown["Rows flagged"]) == (names["surprise"] > names["line"]).sum()
    assert shown["Line"] == f"{names['line']:.2f} nats"
    assert shown["Typical row"] == f"{names['model'].typical_score_:.2f} nats"


def test_the_percentile_recipe_flags_one_in_a_hundred():
    page = visit("anomalies", anomalies_model="Classic mixture", anomalies_line="Percentile")
    assert numbers(page)["Rows flagged"] == "20"


def test_a_clean_reference_has_the_false_alarms_asked_for():
    query = {"anomalies_learn": "Rows labelled ordinary", "anomalies_line": "False alarms"}
    page = visit("anomalies", **query)
    assert 9 < float(numbers(page)["False alarms per 1,000"]) < 11
    assert float(numbers(page)["AUROC"]) > 0.95


def test_the_dragged_line_becomes_the_line_by_hand(page, monkeypatch):
    monkeypatch.setattr(threshold_line, "dragged", lambda screen: 33.3333)
    page.session_state["anomalies_line"] = "By hand"
    page.run()
    first = numbers(page)["Line"]
    page.number_input(key="anomalies_nats").set_value(33.333).run()
    assert first != numbers(page)["Line"] == "33.33 nats"


def test_bars_and_counts_beyond_agree():
    surprise = np.random.default_rng(0).gamma(3, 2, 500)
    drawn = threshold_line.histogram(surprise, 5.0)
    assert sum(drawn["counts"]) == 500
    assert drawn["beyond"][0] >= 499
    assert drawn["beyond"][-1] == 0
    assert np.all(np.diff(drawn["beyond"]) <= 0)


def test_another_file_is_the_reference_and_a_third_is_judged():
    rng = np.random.default_rng(0)
    mine = pd.DataFrame(rng.normal(size=(200, 2)), columns=["a", "b"])
    mine.loc[:3, "b"] = 9.0
    page = uploaded(mine, anomalies_learn="Another file", anomalies_line="False alarms")
    assert not page.exception
    clean = pd.DataFrame(rng.normal(size=(300, 2)), columns=["a", "b"])
    page.file_uploader(key="anomalies_reference").upload("ref.csv", clean.to_csv(index=False).encode()).run()
    assert not page.exception
    assert sentences(page) == []
    assert any("Learned from 300 rows" in text.value for text in page.caption)
    page.file_uploader(key="anomalies_second").upload("new.csv", mine.to_csv(index=False).encode()).run()
    assert not page.exception
    assert [metric.label for metric in page.metric].count("Rows flagged") == 2


@pytest.mark.parametrize("kind", ["missing", "constant", "few rows", "one column", "huge"])
def test_awkward_tables_are_judged(kind):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=["a", "b", "c"])
    if kind == "missing":
        frame.loc[::5, "b"] = np.nan
    elif kind == "constant":
        frame["b"] = 4.0
    elif kind == "few rows":
        frame = pd.DataFrame(rng.normal(size=(5, 12)), columns=list("abcdefghijkl"))
    elif kind == "one column":
        frame = frame[["a"]]
    else:
        frame["a"] *= 1e200
    page = uploaded(frame)
    assert not page.exception
    assert sentences(page) == []
    if kind == "missing":
        assert any("12 of 60 rows" in text.value for text in page.caption)


def test_text_alone_is_refused_in_words():
    page = visit("anomalies", anomalies_data="Upload")
    content = io.BytesIO(b"a,b\nx,y\nz,w\n").getvalue()
    page.file_uploader(key="anomalies_file").upload("text.csv", content).run()
    assert not page.exception
    assert any("numeric" in text for text in sentences(page))


def test_another_file_without_the_columns_is_refused_in_words(page):
    page.file_uploader(key="anomalies_second").upload("new.csv", b"x,y\n1,2\n3,4\n5,6\n").run()
    assert not page.exception
    assert any("no column 'amount'" in text for text in sentences(page))


def test_known_classes_are_asked_for_in_plain_words_and_older_links_keep_their_meaning():
    page = visit("anomalies", anomalies_example="Card payments")
    labels = page.session_state["labels_on_screen"]
    assert labels["anomalies_label"] == "Known classes"
    assert labels["anomalies_ordinary"] == "Rows are ordinary where kind is"
    page = visit("anomalies", anomalies_example="Card payments", anomalies_label="nothing")
    assert not page.exception
    assert page.get_by_key("anomalies_label").value == "none"
