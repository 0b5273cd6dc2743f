"""The background page: scenes and films, what is refused, and what is taken away."""

from __future__ import annotations

import io
import json
import runpy

import numpy as np
import pytest
from PIL import Image

from gmm_engine.background import BackgroundModel
from gmm_engine.data.films import write_video
from gmm_engine.data.scenes import street
from pages._ui import exports, inputs
from pages._ui.background import film, film_views, frame_player
from pages._ui.background.film import BackgroundSpec, Found
from tests.pages.visit import sentences, visit


@pytest.fixture(scope="module")
def scene():
    return street(20, (48, 64), random_state=1)


@pytest.fixture(scope="module")
def found(scene):
    model = BackgroundModel()
    masks = np.stack([model.apply(frame) for frame in scene.values])
    return Found(masks, model.background[None], model.n_modes[None], model.get_params())


def _metric(page, label):
    return next(metric.value for metric in page.metric if metric.label == label)


def test_the_example_comes_with_its_scores():
    page = visit("background")
    assert not page.exception
    assert float(_metric(page, "F")) > 0.8


def test_controls_change_the_result():
    link = {"background_data": "Generate", "background_frames": "40"}
    before = _metric(visit("background", **link), "Precision")
    after = _metric(visit("background", **link, background_model="Zivkovic 2004"), "Precision")
    assert before != after


def test_an_uploaded_film_is_shown_without_scores(scene):
    page = visit("background", background_data="Upload")
    page.get("file_uploader")[0].upload("street.mp4", write_video(scene.values), "video/mp4").run()
    assert not page.exception
    assert sentences(page) == []
    assert "F" not in {metric.label for metric in page.metric}
    assert _metric(page, "Moving pixels").endswith("%")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("film.mp4", b"", "empty"),
        ("film.mp4", b"name;size\n1;2\n", "not a video"),
        ("film.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(500), "cannot be read"),
        ("frames.zip", b"PK\x03\x04" + bytes(50), "damaged"),
    ],
)
def test_a_file_that_is_no_film_gets_a_sentence_and_the_example_stays(name, content, words):
    page = visit("background", background_data="Upload")
    page.get("file_uploader")[0].upload(name, content, "video/mp4").run()
    assert not page.exception
    assert any(words in sentence for sentence in sentences(page))
    assert _metric(page, "F")


@pytest.mark.parametrize(
    "spec",
    [
        BackgroundSpec(),
        BackgroundSpec(published=True),
        BackgroundSpec(learning_rate=0.01, threshold=9.0, shadows=False, patience=100.0, steady=False),
    ],
)
def test_the_python_gives_the_same_masks(spec, tmp_path, monkeypatch, capsys):
    source = inputs.Source(
        street(12, (48, 64), random_state=2), "street", False,
        "data = street(12, (48, 64), random_state=2)", ("from gmm_engine.data.scenes import street",),
    )  # fmt: skip
    recipe = exports.Recipe(film.code(source.dataset, spec), film.IMPORTS)
    path = tmp_path / "background.py"
    path.write_text(exports.script("background", source, recipe), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    variables = runpy.run_path(str(path))
    model = spec.model()
    assert np.array_equal(variables["masks"], np.stack([model.apply(f) for f in source.dataset.values]))
    assert (tmp_path / "masks.mp4").read_bytes()[4:8] == b"ftyp"
    assert "F 0." in capsys.readouterr().out or "F 1." in capsys.readouterr().out
    assert json.loads(exports.notebook("background", source, recipe))["cells"]


def test_a_row_for_each_frame(scene, found):
    rows = film.table(scene, found)
    assert list(rows.columns) == ["frame", "seconds", "foreground", "shadow", "precision", "recall", "f"]
    assert len(rows) == 20
    assert rows["seconds"].iloc[-1] == pytest.approx(19 / 25)


def test_judged_masks_tell_hits_alarms_and_misses():
    masks = np.array([[[0, 127, 255, 255, 0]]], np.uint8)
    truth = np.array([[[False, False, True, False, True]]])
    assert film_views.places(masks, truth).tolist() == [[[0, 1, 2, 3, 4]]]
    assert film_views.places(masks, None).tolist() == [[[0, 1, 2, 2, 0]]]


def test_the_player_gets_every_picture_once(scene, found):
    panels = [
        frame_player.Panel("Frame", "", scene.values),
        frame_player.Panel("Mask", "", film_views.places(found.masks, None), film_views.MASK),
        frame_player.Panel("Background", "", found.backgrounds, every=20),
    ]
    data = frame_player.payload("one", panels, fps=25.0, words=[""] * 20, start=3)
    assert data["size"] == [64, 48]
    assert [len(panel["ends"]) for panel in data["panels"]] == [20, 20, 1]
    assert len(json.dumps(data)) < 400_000
    picture = next(
        iter(frame_player._encoded(panels[1].pictures[5:6], [(0, 0, 0), (9, 9, 9), (255, 255, 255)]))
    )
    shown = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    assert np.array_equal(shown == 255, found.masks[5] == 255)
