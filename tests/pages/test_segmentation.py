"""The pictures page: segments, cut-outs, what is refused, and what is taken away."""

from __future__ import annotations

import io
import json
import runpy

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from gmm_engine import cut_out, segment_image
from gmm_engine.data.pictures import PICTURES
from gmm_engine.figures import image
from gmm_engine.segmentation import draw_strokes
from pages._ui import exports, inputs
from pages._ui.segmentation import box_pad, compare, cutting, pictures, segment_views
from pages._ui.segmentation.cutting import CutSpec
from pages._ui.segmentation.pictures import SegmentSpec
from tests.pages.visit import sentences, visit

CUT = "Cut out an object"


def file_of(size=(60, 45), form="PNG"):
    picture = Image.new("RGB", size, (40, 90, 150))
    picture.paste((220, 120, 40), (20, 10, 40, 30))
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()


@pytest.fixture(scope="module")
def result():
    return segment_image(np.asarray(Image.open(io.BytesIO(file_of()))))


def metric(page, label):
    return next(metric.value for metric in page.metric if metric.label == label)


def upload(page: AppTest, name: str, content: bytes) -> AppTest:
    return page.get("file_uploader")[0].upload(name, content, "image/png").run()


@pytest.fixture
def uploaded():
    return upload(visit("segmentation", segmentation_data="Upload"), "two.png", file_of())


def test_an_uploaded_picture_is_segmented(uploaded):
    assert not uploaded.exception
    assert sentences(uploaded) == []
    assert "2 segments" in " ".join(caption.value for caption in uploaded.caption)
    assert metric(uploaded, "Pixels") == f"{60 * 45 - 400:,}"


def test_choosing_a_segment_shows_it(uploaded):
    uploaded.get_by_key("segmentation_segment").set_value(2).run()
    assert metric(uploaded, "Pixels") == "400"
    assert metric(uploaded, "Mean colour") == "#dc7828"


def test_an_object_is_cut_out_of_the_same_upload(uploaded):
    uploaded.get_by_key("segmentation_task").set_value(CUT).run()
    assert not uploaded.exception
    assert metric(uploaded, "Object") == f"{100 * 400 / 2700:.1f}%"


def test_a_link_restores_box_and_strokes():
    link = {
        "segmentation_example": "Moon",
        "segmentation_strokes": "o500,500,520,500",
        "segmentation_left": "40.0",
    }
    page = visit("segmentation", segmentation_task=CUT, **link)
    assert page.get_by_key("segmentation_left").value == 40
    assert page.session_state["_segmentation_strokes"] == "o500,500,520,500"
    assert metric(page, "Object") != "0.0%"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("table.png", b"a,b\n1,2\n", "not recognised"),
        ("empty.png", b"", "empty"),
        ("cut.png", file_of((300, 300))[:200], "truncated"),
        ("tiny.png", file_of((3, 3)), "too small"),
    ],
)
def test_unusable_files_get_a_sentence_and_the_example_stays(name, content, word):
    page = upload(visit("segmentation", segmentation_data="Upload"), name, content)
    assert not page.exception
    assert any(word in sentence for sentence in sentences(page))
    assert metric(page, "Pixels")


def test_the_classic_recipe_is_one_click_away():
    page = visit("segmentation", segmentation_example="Moon")
    page.get_by_key("segmentation_classic").click().run()
    assert not page.exception
    assert page.get_by_key("segmentation_k").value == 5
    assert page.get_by_key("segmentation_example").value == "Hubble deep field"


def test_what_is_taken_away(result):
    table = segment_views.table(result)
    assert table["share"].sum() == pytest.approx(1)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(segment_views.labels_png(result)))), result.labels)
    loaded = np.load(io.BytesIO(segment_views.npy(result.labels)))
    assert np.array_equal(loaded, result.labels)
    cut = np.asarray(Image.open(io.BytesIO(segment_views.png(result.cutout(1, soft=False)))))
    assert np.array_equal(cut[..., 3] > 0, result.labels == 1)
    json.dumps(result.model.to_dict())


def test_figures_are_valid(result):
    assert image.palette(result.palette, result.shares, 0).to_plotly_json()
    cloud = segment_views._cloud(result)
    assert len(cloud.data) == 1 + result.n_segments
    assert f"of {result.labels.size:,} pixels" in cloud.layout.annotations[0].text


def test_the_python_repeats_the_page(tmp_path, monkeypatch, capsys):
    picture = tmp_path / "two.png"
    picture.write_bytes(file_of())
    monkeypatch.chdir(tmp_path)
    dataset = exports_source("two.png")
    spec = SegmentSpec(3, "colours", "rgb", 0.2, 0.0, 1.0)
    recipe = exports.Recipe(spec.code(), ("from gmm_engine import segment_image",))
    (tmp_path / "page.py").write_text(exports.script("segmentation", dataset, recipe))
    names = runpy.run_path(str(tmp_path / "page.py"))
    *_, expected = spec_result(spec, dataset.dataset.values)
    assert np.array_equal(names["result"].labels, expected.labels)
    cut = CutSpec((20.0, 10.0, 80.0, 80.0), "o500,450")
    recipe = exports.Recipe(cut.code(), cutting.IMPORTS)
    (tmp_path / "cut.py").write_text(exports.script("segmentation", dataset, recipe))
    mask = runpy.run_path(str(tmp_path / "cut.py"))["mask"]
    values = dataset.dataset.values
    box, strokes = (12.0, 4.5, 48.0, 36.0), draw_strokes((45, 60), [(2, [(0.5, 0.45)])])
    assert np.array_equal(mask, cut_out(values, box, strokes))
    assert np.asarray(Image.open("cutout.png")).shape == (45, 60, 4)


def exports_source(name):
    from gmm_engine.data import read_image

    imports = ("from gmm_engine.data import read_image",)
    return inputs.Source(read_image(name), name, False, f"data = read_image({name!r})", imports)


def spec_result(spec, values):
    steps = spec.steps(values)
    while True:
        try:
            yield next(steps)
        except StopIteration as end:
            yield end.value
            return


def test_strokes_of_strangers_are_read_with_care():
    assert box_pad.parse("o10,20,30,40;b500,500") == [(2, [(0.01, 0.02), (0.03, 0.04)]), (1, [(0.5, 0.5)])]
    for nonsense in ("", "x1,2", "o", "o-1,5", "o1e9,3", "b1,<script>", ";;;", "o99999,1"):
        assert box_pad.parse(nonsense) == []
    many = "o" + ",".join(["5"] * 20_000)
    assert sum(len(points) for _, points in box_pad.parse(many)) <= box_pad.MOST_POINTS


def test_a_large_picture_travels_reduced():
    picture = np.zeros((2500, 3000, 3), np.uint8)
    assert max(compare.thinned(picture).shape) <= compare.LONG_SIDE
    assert compare.address(picture).startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize("name", list(PICTURES))
def test_samples_are_here_without_a_network(name):
    dataset = PICTURES[name].load()
    assert dataset.values.dtype == np.uint8
    assert dataset.values.shape[2] == 3
    assert pictures.TASKS[1] == CUT
