"""The clustering page: every way to fit reproduces in Python, and other tables are scored."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gmm_engine import DataError, GaussianMixture, UploadError
from gmm_engine.data import read_table
from gmm_engine.data.examples import EXAMPLES
from pages._ui import inputs, scoring
from pages._ui.clustering import cluster_fits
from pages._ui.specs import MixtureSpec
from tests.pages.numbers import executed, numbers, script
from tests.pages.visit import sentences, visit


def _upload(page, frame):
    page.get_by_key("clustering_data").set_value("Upload").run()
    page.get_by_key("clustering_file").upload("table.csv", frame.to_csv(index=False).encode()).run()
    return page


WAYS = {
    "automatic": {},
    "scaled": {"clustering_scaling": "Unit spread", "clustering_most": "3"},
    "robust, chosen": {"clustering_scaling": "Robust", "clustering_model": "Choose", "clustering_k": "2"},
    "noise": {"clustering_model": "Choose", "clustering_noise": "true"},
    "guided": {"clustering_example": "Penguins", "clustering_model": "Choose", "clustering_guide": "true"},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_fit_in_python_has_the_pages_numbers(way):
    page = visit("clustering", **WAYS[way])
    assert not page.exception
    assert sentences(page) == []
    found, shown = executed(page), numbers(page)
    assert float(shown["Log-likelihood per row"]) == pytest.approx(found["model"].score(found["X"]), abs=6e-4)
    assert int(shown["Components"]) == len(found["model"].weights_)


@pytest.mark.parametrize("view", ["Pairs", "Parallel", "k-means"])
def test_every_view_shows_the_groups(view):
    link = {"clustering_example": "Penguins", "clustering_model": "Choose", "clustering_look": view}
    page = visit("clustering", **link)
    assert not page.exception
    charts = page.get("plotly_chart")
    assert len(charts) == (2 if view == "k-means" else 1)
    assert json.loads(charts[0].proto.spec)["data"]


def test_incomplete_rows_are_kept_by_the_automatic_model():
    frame = EXAMPLES["Penguins"].load().values.copy()
    frame.loc[::5, "body mass (g)"] = np.nan
    page = _upload(visit("clustering"), frame)
    assert not page.exception
    assert any("Missing values in 69 rows" in text.value for text in page.caption)
    assert not any("left out" in text.value for text in page.caption if "rows have no" in text.value)
    found = _executed_upload(page, frame)
    shown = numbers(page)
    assert float(shown["Log-likelihood per row"]) == pytest.approx(found["model"].score(found["X"]), abs=6e-4)


def _executed_upload(page, frame):
    code = script(page).replace("read_table('table.csv')", "read_table(content)")
    names = {"content": frame.to_csv(index=False).encode()}
    exec(compile(code, "reproduced", "exec"), names)
    return names


def test_a_partly_filled_label_column_guides_the_fit():
    frame = EXAMPLES["Penguins"].load().values.copy()
    frame.loc[np.arange(len(frame)) % 4 > 0, "species"] = None
    page = _upload(visit("clustering", clustering_model="Choose"), frame)
    page.get_by_key("clustering_label").set_value("species").run()
    page.toggle(key="clustering_guide").set_value(True).run()
    assert not page.exception
    assert page.slider(key="clustering_seen").value == 100
    assert any("The fit saw **" in text.value for text in page.markdown)
    table = next(table.value for table in page.dataframe if "share" in table.value)
    assert table["component"].tolist()[:3] == ["Adelie", "Chinstrap", "Gentoo"]


def test_hidden_labels_are_found_from_one_in_ten():
    page = visit(
        "clustering", clustering_example="Penguins", clustering_model="Choose", clustering_guide="true"
    )
    assert float(numbers(page)["Hidden labels found"].rstrip("%")) > 90


def test_scaling_brings_the_model_back_to_the_tables_units():
    page = visit("clustering", clustering_scaling="Unit spread", clustering_model="Choose", clustering_k="2")
    plain = visit("clustering", clustering_model="Choose", clustering_k="2")
    means = [next(t.value for t in each.dataframe if "share" in t.value) for each in (page, plain)]
    np.testing.assert_allclose(
        np.sort(means[0]["waiting (min), mean"]), np.sort(means[1]["waiting (min), mean"]), rtol=0.01
    )
    assert float(numbers(page)["BIC"]) == pytest.approx(float(numbers(plain)["BIC"]), abs=1)


def test_the_bic_of_incomplete_rows_does_not_depend_on_the_units():
    frame = EXAMPLES["Geyser"].load().values.copy()
    frame.loc[::4, "waiting (min)"] = np.nan
    source = inputs.Source(read_table(frame.to_csv(index=False).encode()), "gaps", False, "")
    spec = cluster_fits.TableSpec(MixtureSpec(2, tol=1e-7), source.dataset.numeric)
    found = [_drained(replace(spec, scaling=scale).steps(source)) for scale in cluster_fits.SCALES[:2]]
    assert found[1].bic == pytest.approx(found[0].bic, abs=0.01)
    assert found[1].score == pytest.approx(found[0].score, abs=1e-4)


def _drained(steps):
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value


def test_a_second_table_is_scored_with_the_fit():
    page = visit("clustering", clustering_model="Choose")
    second = EXAMPLES["Geyser"].load().values.head(50).assign(note="x")
    page.get_by_key("clustering_second").upload("second.csv", second.to_csv(index=False).encode()).run()
    assert not page.exception
    assert numbers(page)["Rows"] == "50"
    scored = page.dataframe[-1].value
    assert {"component", "probability 1", "log density", "unlike the first table"} <= set(scored.columns)
    wrong = second.rename(columns={"waiting (min)": "waited"})
    page.get_by_key("clustering_second").upload("other.csv", wrong.to_csv(index=False).encode()).run()
    assert not page.exception
    assert "no column 'waiting (min)'" in " ".join(sentences(page))


@pytest.fixture
def document():
    X = EXAMPLES["Geyser"].load().matrix()
    model = GaussianMixture(2, random_state=0).fit(X)
    return model.to_dict() | {"columns": ["eruption (min)", "waiting (min)"]}


def test_a_second_table_is_scored_with_a_model_file(document):
    page = visit("clustering", clustering_model="Choose")
    page.get_by_key("clustering_judge").set_value("A file").run()
    page.get_by_key("clustering_model_file").upload("m.json", json.dumps(document).encode()).run()
    second = EXAMPLES["Geyser"].load().values.head(30)
    page.get_by_key("clustering_second").upload("second.csv", second.to_csv(index=False).encode()).run()
    assert not page.exception
    assert numbers(page)["Rows"] == "30"


def test_scores_are_those_of_the_model(document):
    judge = scoring.read_model(json.dumps(document).encode())
    frame = EXAMPLES["Geyser"].load().values.copy()
    frame.loc[3, "waiting (min)"] = np.nan
    scored = scoring.score(judge, frame)[1]
    model = GaussianMixture.from_dict(document | {"missing": "em"})
    expected = model.score_samples(frame[["eruption (min)", "waiting (min)"]])
    np.testing.assert_allclose(scored["log density"], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (b"{", UploadError, "not a JSON model"),
        (b"[1]", DataError, "not a mixture model"),
        ({"weights": "many"}, DataError, "'weights' is not an array of numbers"),
        ({"means": [[0.0, 1.0]]}, DataError, "'weights' has shape"),
        ({"columns": None}, DataError, "names no columns"),
        ({"covariances": [[[1.0, 2.0], [2.0, 1.0]]] * 2}, DataError, "covariances"),
    ],
    ids=["no-json", "list", "text", "shape", "names", "indefinite"],
)
def test_a_model_file_that_is_none_is_refused(document, change, kind, words):
    content = change if isinstance(change, bytes) else json.dumps(document | change).encode()
    with pytest.raises(kind, match=words):
        scoring.read_model(content)


def test_a_table_of_text_is_refused_and_the_example_stays():
    page = visit("clustering", clustering_model="Choose")
    page.get_by_key("clustering_data").set_value("Upload").run()
    page.get_by_key("clustering_file").upload("words.csv", b"a,b\nx,y\nz,w\n").run()
    assert not page.exception
    assert "No numeric column can be used" in sentences(page)[0]


def test_two_rows_are_too_few_in_words():
    page = visit("clustering")
    page = _upload(page, pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 5.0], "c": [1.0, 7.0]}))
    assert not page.exception
    assert sentences(page)


def test_the_rows_most_in_doubt_are_sent_once_they_are_asked_for():
    page = visit("clustering", clustering_example="Iris")
    assert not any("probability 1" in table.value for table in page.dataframe)
    page.session_state["clustering_doubtful"] = True
    page.run()
    doubtful = next(table.value for table in page.dataframe if "probability 1" in table.value)
    chances = doubtful.filter(like="probability").max(axis=1)
    assert chances.is_monotonic_increasing
    assert not page.exception


def test_a_column_that_follows_from_others_is_left_out_until_it_is_chosen():
    food, rent = np.random.default_rng(0).normal(size=(2, 120)) + np.repeat([0, 6], 60)
    page = _upload(visit("clustering"), pd.DataFrame({"food": food, "rent": rent, "total": food + rent}))
    assert page.multiselect(key="clustering_columns").value == ["food", "rent"]
    assert numbers(page)["Components"] == "2"
    page.multiselect(key="clustering_columns").set_value(["food", "rent", "total"]).run()
    assert any("total says nothing new: it is food \\+ rent." in text.value for text in page.caption)


def _doubts(frame, **link):
    page = _upload(visit("clustering", **link), frame)
    assert not page.exception
    return " ".join(text.value for text in page.caption)


def test_a_fit_that_cannot_be_trusted_says_why():
    assert "5 free parameters for 3 rows" in _doubts(pd.DataFrame({"a": [1, 3, 5], "b": [2, 4, 7]}))
    rng = np.random.default_rng(0)
    ratings = pd.DataFrame({"rating": rng.integers(1, 6, 200), "size": rng.normal(size=200)})
    assert "rating takes 5 values only" in _doubts(ratings)
    blobs = pd.DataFrame(np.repeat(np.eye(4) * 40, 30, axis=0) + rng.normal(size=(120, 4)))
    assert "2 components are the most that were tried" in _doubts(blobs, clustering_most="2")
    assert "most that were tried" not in _doubts(blobs, clustering_most="5")
