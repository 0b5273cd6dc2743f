"""The digits page: it opens, reads samples and photos, and repeats itself in Python."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from base64 import b64encode

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from pages._ui.digits import answer, digit_models, repeated
from pages._ui.digits.drawing_pad import SIDE, parse
from tests.data_dir import ROOT
from tests.pages.numbers import script
from tests.pages.visit import answered, sentences, visit


@pytest.fixture(scope="module")
def page():
    return visit("digits", digits_way="Sample")


def photo(digit=0, *, paper=230, ink=40):
    """A photo as large as a phone's preview: a picture of the digit, dark on light."""
    picture = np.kron(load_digits().images[digit], np.ones((20, 20))) / 16
    grey = np.pad(paper - (paper - ink) * picture, 60, constant_values=paper).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grey).convert("RGB").save(file, "PNG")
    return file.getvalue()


def test_it_opens_with_a_digit_that_is_read(page):
    assert not page.exception
    assert sentences(page) == []
    assert "Read as 3 with" in answered(page)
    assert len(page.get("plotly_chart")) == 1
    galleries = [part.proto for part in page.get("bidi_component")]
    told = [json.loads(part.json) for part in galleries if part.component_name == "gmm_studio.gallery"]
    assert [len(each["tiles"]) for each in told] == [22, 50, 30]
    assert told[1]["tiles"][11]["words"].startswith("1 ·")


def test_another_sample_is_read(page):
    page.number_input(key="digits_sample").set_value(0).run()
    assert "Read as 0 with" in answered(page)


def test_a_photo_is_read_and_an_empty_one_refused():
    page = visit("digits", digits_way="Photo")
    page.file_uploader(key="digits_photo").upload("zero.png", photo()).run()
    assert "Read as 0 with" in answered(page)
    page.file_uploader(key="digits_photo").upload("empty.png", photo(ink=230)).run()
    assert not page.exception
    assert "stands out" in sentences(page)[0]
    page.file_uploader(key="digits_photo").upload("text.png", b"not a picture").run()
    assert not page.exception
    assert sentences(page)


@pytest.mark.parametrize("name", [digit_models.BETTER])
def test_it_repeats_itself_in_python(page, name, tmp_path):
    (tmp_path / "page.py").write_text(script(page), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, timeout=180,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "held-out accuracy 0.9" in done.stdout


def sent(pixels):
    return {"turn": 1, "pixels": pixels}


def test_only_drawings_are_taken_from_the_browser():
    ink = np.zeros((SIDE, SIDE), np.uint8)
    assert parse(sent(b64encode(ink.tobytes()).decode())) is None
    ink[10:60, 30:40] = 255
    assert parse(sent(b64encode(ink.tobytes()).decode())).sum() == ink.sum(dtype=np.int64)
    for wrong in (None, "", "?", 3, "QUJD", b64encode(bytes(SIDE)).decode()):
        assert parse(sent(wrong)) is None
        assert parse(wrong) is None


def test_an_answer_has_bars_pictures_and_figures():
    proba = np.array([0.2, 0.7, 0.1])
    pictures = np.stack([np.full((2, 2), 4.0), np.full((2, 2), 2.0)])
    found = answer.Answer(("Read as ", "b", "."), ["a", "b", "<b>"], proba, "", pictures, ("seen", "near"))
    data = json.loads(json.dumps(found.data()))
    assert [bar["words"] for bar in data["bars"]] == ["20.0%", "70.0%", "10.0%"]
    assert [bar["first"] for bar in data["bars"]] == [False, True, False]
    assert [each["ink"] for each in data["pictures"]] == [[[1, 1], [1, 1]], [[0.5, 0.5], [0.5, 0.5]]]
    figures = found.charts()
    assert figures["readings"][1] == "Read as b."
    assert figures["readings"][0].data[0].x.tolist() == proba.tolist()
    assert set(figures) == {"readings", "nearest"}


def test_the_likeliest_of_many_classes_are_shown():
    proba = np.r_[np.full(20, 0.02), 0.6]
    bars = answer.Answer(("Read as ", "20", "."), list(map(str, range(21))), proba).data()["bars"]
    assert len(bars) == answer.MOST_BARS
    assert bars[-1] == {"label": "20", "share": 0.6, "words": "60.0%", "first": True}


def test_the_classic_recipe_is_shown_with_its_reason():
    page = visit("digits", digits_way="Sample", digits_model=digit_models.CLASSIC)
    assert not page.exception
    assert sentences(page) == []
    assert "per covariance" in page.info[0].value
    assert float(page.metric[0].value.rstrip("%")) < 85


def test_the_page_says_what_repeated_cross_validation_found(page):
    folds = repeated.kept()[digit_models.BETTER]
    assert len(folds) >= 50
    low, high = repeated.interval(folds)
    assert page.metric[0].value == f"{folds.mean():.1%}"
    assert page.metric[1].value == f"{low:.1%} to {high:.1%}"
    assert low < folds.mean() < high
    assert low >= 0.99


def test_repeating_it_here_gives_what_was_kept():
    page = visit("digits", digits_way="Sample", digits_model=digit_models.CLASSIC, digits_repeat="1")
    assert not page.exception
    kept = repeated.kept()[digit_models.CLASSIC][: repeated.PARTS]
    assert page.metric[0].value == f"{kept.mean():.1%}"


@pytest.mark.slow
def test_what_was_kept_is_what_the_reader_does():
    found = repeated.measure(digit_models.BETTER, 1)
    np.testing.assert_allclose(found, repeated.kept()[digit_models.BETTER][: repeated.PARTS], atol=0.003)


def test_parts_that_share_pictures_widen_the_interval():
    accuracies = np.array([0.97, 0.98, 0.99, 0.98, 0.98])
    low, high = repeated.interval(accuracies)
    plain = 2 * 2.776 * accuracies.std(ddof=1) / np.sqrt(5)
    assert high - low == pytest.approx(plain * np.sqrt(1 + 5 / 4), rel=1e-3)


def test_the_pictures_of_one_mistake_are_shown_alone():
    page = visit("digits", digits_way="Sample")
    mistakes = page.selectbox(key="digits_mistakes")
    written, read = mistakes.options[1].split(" read as ")
    mistakes.set_value((int(written), int(read))).run()
    assert not page.exception
    assert page.selectbox(key="digits_mistakes").value == (int(written), int(read))
