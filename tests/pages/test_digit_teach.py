"""Characters of one's own: drawings and models come back, hostile ones are refused in words."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest

from gmm_engine import MixtureClassifier
from gmm_engine.data.signs import some_signs
from gmm_engine.errors import DataError
from pages._ui import exports
from pages._ui.digits import taught
from tests.data_dir import ROOT
from tests.pages.visit import answered, sentences, visit


@pytest.fixture(scope="module")
def page():
    return visit("digits", digits_part="Your characters")


@pytest.fixture(scope="module")
def reader():
    return finished(taught.learned(taught.example()))


def finished(steps):
    """What a piece of work returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def uploaded(name, content):
    page = visit("digits", digits_part="Your characters", digits_teach_way="Upload")
    page.file_uploader(key="digits_teach_file").upload(name, content).run()
    assert not page.exception
    return page


def said(page):
    return " ".join(part.value for part in (*page.markdown, *page.caption, *page.info)) + answered(page)


def test_it_opens_with_signs_that_were_learned(page):
    assert not page.exception
    assert sentences(page) == []
    assert int(page.metric[0].value.rstrip("%")) >= 90
    assert "circle" in said(page)


def test_nothing_drawn_says_what_is_missing():
    page = visit("digits", digits_part="Your characters", digits_teach_way="Draw")
    assert not page.exception
    assert "Still missing: a second character" in said(page)
    page.button(key="digits_teach_keep").click().run()
    assert "Nothing is drawn yet" in sentences(page)[0]
    page.text_input(key="digits_teach_names").set_value("just one").run()
    assert "separated by commas" in sentences(page)[0]


def test_few_drawings_teach_signs(reader):
    drawings, names = some_signs(5, random_state=7)
    read = [reader.model.classes_[reader.read(ink).argmax()] for ink in drawings]
    assert np.mean(np.array(read) == names) >= 0.9
    assert reader.right >= 18
    assert reader.interval()[0] > 0.7


def test_drawings_come_back_as_a_table():
    lessons = taught.example()
    back = taught.of_file(exports.csv(lessons.frame()), "mine.csv")
    assert back.names == lessons.names
    np.testing.assert_allclose(back.rows, lessons.rows, atol=1e-3)
    page = uploaded("mine.csv", exports.csv(lessons.frame()))
    assert sentences(page) == []
    assert page.metric[2].value == "4"


@pytest.mark.parametrize("name", ["=1+1", "3", "NA", "a, b", "<b>x</b>", "'"])
def test_any_name_survives_the_table(name):
    rows = taught.example().rows[:2]
    back = taught.of_file(exports.csv(taught.Lessons(rows, (name, "other")).frame()), "mine.csv")
    assert back.names == (name, "other")


def test_a_model_comes_back_as_json(reader):
    page = uploaded("model.json", json.dumps(reader.model.to_dict()).encode())
    assert sentences(page) == []
    assert "Draw one of them" in said(page)


@cache
def hostile():
    """Files that are no model of this page, by name."""
    good = MixtureClassifier(image_shape=(12, 12), n_varied=0, calibrate=False).fit(
        taught.example().rows, np.array(taught.example().names)
    )
    document = good.to_dict()
    table = MixtureClassifier(calibrate=False).fit(np.eye(6)[[0, 1, 2, 3, 4, 5] * 4], [0, 1] * 12)
    return {
        "cut.json": json.dumps(document)[:900],
        "list.json": "[[1, 2], [3]]",
        "deep.json": "[" * 100_000,
        "format.json": json.dumps({**document, "format": "gmm_engine.GaussianMixture"}),
        "classes.json": json.dumps({**document, "classes": [{"a": 1}, {}, [], None]}),
        "nan.json": json.dumps({**document, "temperature": float("nan")}),
        "shape.json": json.dumps({**document, "image_shape": [144, 1]}),
        "settings.json": json.dumps({**document, "settings": {"n_varied": "many"}}),
        "edges.json": json.dumps({**document, "edges": {"view": [], "mixtures": {}, "owner": {}}}),
        "table.json": json.dumps(table.to_dict()),
        "iris.csv": "a,b\n1,2\n3,4\n",
        "empty.csv": "",
        "many.csv": exports.csv(pd.concat([taught.example().frame()] * 101)).decode(),
        "negative.csv": exports.csv(pd.DataFrame(taught.example().frame()).replace(16.0, -1)).decode(),
    }


HOSTILE = [
    "cut.json",
    "list.json",
    "deep.json",
    "format.json",
    "classes.json",
    "nan.json",
    "shape.json",
    "settings.json",
    "edges.json",
    "table.json",
    "iris.csv",
    "empty.csv",
    "many.csv",
    "negative.csv",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name):
    with pytest.raises(DataError):
        taught.of_file(hostile()[name].encode(), name)


def test_the_page_says_what_is_wrong_and_keeps_the_example():
    page = uploaded("cut.json", hostile()["cut.json"].encode())
    for name in ("settings.json", "deep.json", "iris.csv"):
        page.file_uploader(key="digits_teach_file").upload(name, hostile()[name].encode()).run()
        assert not page.exception
        assert len(sentences(page)) == 1
        assert "circle" in said(page)


@pytest.mark.parametrize(("part", "name"), [("view", "matrix"), ("mixtures", "means")])
def test_absurd_numbers_still_give_probabilities(reader, part, name):
    document = json.loads(json.dumps(reader.model.to_dict()))
    document[part][name] = (np.array(document[part][name]) * 1e290).tolist()
    model = taught.of_file(json.dumps(document).encode(), "huge.json")
    assert model.read(some_signs(1)[0][0]).sum() == pytest.approx(1)


@pytest.mark.parametrize("way", ["example", "table"])
def test_it_repeats_itself_in_python(page, reader, tmp_path, way):
    lessons = taught.example()
    if way == "table":
        (tmp_path / "digits.csv").write_bytes(exports.csv(lessons.frame()))
        lessons = taught.Lessons(lessons.rows, lessons.names)
    imports = "\n".join(lessons.recipe().imports)
    (tmp_path / "page.py").write_text(
        f"{imports}\n{lessons.code}\n{lessons.recipe().body}\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, timeout=180,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"held-out accuracy {reader.right / len(reader.answers)}" in done.stdout
