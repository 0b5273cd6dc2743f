"""Segments and cut-outs: right on pictures whose truth is known, and stable."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from skimage import color
from sklearn.metrics import adjusted_rand_score
from sklearn.utils._param_validation import InvalidParameterError

import gmm_engine
from gmm_engine import cut_out, segment_image
from gmm_engine.data import read_image
from gmm_engine.errors import DataError
from gmm_engine.features import pixels
from gmm_engine.segmentation import Stage, segmenting, with_alpha
from gmm_engine.segmentation.regions import rand_index
from tests.data_dir import shared_file

PHOTOS = ("113044", "118035", "12003", "135069", "241004", "3096", "42049", "86016")
BOXES = {
    "banana1": (16, 20, 620, 436),
    "flower": (137, 63, 468, 402),
    "llama": (112, 106, 370, 371),
    "teddy": (47, 46, 246, 338),
    "sheep": (171, 171, 309, 386),
}


def scene(size=(90, 130), noise=12.0, seed=0):
    """A picture of four regions, three bands and a disc, and its labels."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: size[0], : size[1]]
    truth = np.digitize(rows, [size[0] // 3, 2 * size[0] // 3])
    truth[(rows - 45) ** 2 + (columns - 70) ** 2 < 13**2] = 3
    colours = np.array([[120, 170, 220], [90, 140, 70], [150, 120, 80], [200, 60, 50]])
    picture = colours[truth] + rng.normal(0, noise, (*size, 3))
    return np.clip(picture, 0, 255).astype(np.uint8), truth


def score(labels, truth):
    return adjusted_rand_score(truth.ravel(), np.asarray(labels).ravel())


@pytest.mark.parametrize("space", ["lab", "rgb", "hsv"])
@pytest.mark.parametrize("method", ["regions", "colours"])
def test_a_noisy_scene_is_divided_as_it_was_made(method, space):
    picture, truth = scene()
    found = segment_image(picture, method=method, space=space)
    assert score(found.labels, truth) > 0.97
    assert found.n_segments == 4
    assert "4 segments" in found.notes[0]


def test_grey_pictures_have_segments_too():
    picture, truth = scene(noise=6)
    grey = picture.mean(axis=2).astype(np.uint8)
    for space in ("lab", "grey"):
        assert score(segment_image(grey, space=space).labels, truth) > 0.9


@pytest.mark.parametrize("method", ["regions", "colours"])
def test_the_number_asked_for_is_the_number_given(method):
    picture, _ = scene()
    for k in (1, 2, 3):
        assert segment_image(picture, k, method=method).n_segments == k
    found = segment_image(picture, 9, method=method)
    assert found.n_segments == 9 or f"gave {found.n_segments}" in found.notes[0]


def test_flat_and_tiny_pictures():
    flat = np.full((40, 50, 3), 130, np.uint8)
    for method in ("regions", "colours"):
        assert segment_image(flat, method=method).n_segments == 1
        assert segment_image(flat[:8, :8], 3, method=method).n_segments == 1


def test_what_a_segmentation_holds():
    picture, truth = scene()
    found = segment_image(picture)
    assert found.shares.sum() == pytest.approx(1)
    assert np.all(np.diff(found.shares) <= 0)
    assert found.palette[3] == pytest.approx(
        picture[truth == found_truth(found, truth, 3)].mean(axis=0), abs=3
    )
    assert found.probabilities.shape == (*truth.shape, 4)
    assert found.probabilities.sum(axis=2) == pytest.approx(1, abs=1e-5)
    assert (found.probabilities.argmax(axis=2) == found.labels).mean() > 0.98
    assert found.model.predict(pixels.lab(found.palette)).tolist() == [0, 1, 2, 3]
    assert found.painted.shape == found.outlined().shape == picture.shape
    assert found.segment_at(-5, 10_000) == found.labels[-1, 0]
    cut = found.cutout(0, soft=False)
    assert np.array_equal(cut[..., 3] == 255, found.labels == 0)
    with pytest.raises(DataError, match="no segment 9"):
        found.soft_mask(9)


def found_truth(found, truth, segment):
    return np.bincount(truth[found.labels == segment]).argmax()


def test_smoothness_removes_speckle():
    picture, truth = scene(noise=45)
    rough = segment_image(picture, 4, method="colours", smoothness=0, smallest=0)
    smooth = segment_image(picture, 4, method="colours", smoothness=2)
    assert score(smooth.labels, truth) > score(rough.labels, truth) + 0.05


def test_place_and_texture_separate_what_colour_does_not():
    rng = np.random.default_rng(1)
    picture = np.full((80, 120, 3), 128, np.uint8)
    picture[:, 60:] += rng.integers(-60, 61, (80, 60, 1), dtype=np.int16).astype(np.uint8)
    truth = np.repeat([[0, 1]], 80, axis=0).repeat(60, axis=1)
    found = segment_image(picture, 2, method="colours", texture=3.0, smoothness=3)
    assert score(found.labels, truth) > 0.8
    halves = segment_image(np.full((40, 80, 3), 90, np.uint8), 2, method="colours", position=1.0)
    assert halves.shares == pytest.approx([0.5, 0.5], abs=0.1)


def test_same_picture_same_bits_for_any_number_of_threads(monkeypatch):
    picture, _ = scene()
    results = []
    for count in ("1", "3"):
        monkeypatch.setenv("GMM_THREADS", count)
        results.append([segment_image(picture, method=m).labels for m in ("regions", "colours")])
    assert np.array_equal(results[0], results[1])


def test_a_large_picture_is_settled_at_its_own_size():
    picture, truth = scene()
    large = np.kron(picture, np.ones((8, 8, 1), np.uint8))
    found = segment_image(large)
    assert found.labels.shape == large.shape[:2]
    assert score(found.labels, np.kron(truth, np.ones((8, 8), int))) > 0.96
    assert found.probabilities.shape[0] * found.probabilities.shape[1] <= 410_000
    assert found.soft_mask(0).shape == large.shape[:2]


def test_stages_come_before_the_result():
    *stages, result = segmenting(scene()[0])
    assert all(isinstance(stage, Stage) for stage in stages)
    assert [stage.share for stage in stages] == sorted(stage.share for stage in stages)
    assert result.n_segments == 4


def test_what_is_no_picture_is_refused():
    with pytest.raises(DataError, match="uint8"):
        segment_image(np.zeros((9, 9, 3)))
    with pytest.raises(DataError, match="shape"):
        segment_image(np.zeros((9, 9, 5), np.uint8))
    with pytest.raises(InvalidParameterError):
        segment_image(scene()[0], 0)
    with pytest.raises(InvalidParameterError):
        segment_image(scene()[0], method="cubes")


def test_an_object_is_cut_out_of_its_box():
    picture, truth = scene()
    mask = cut_out(picture, box=(50, 26, 92, 64))
    assert iou(mask, truth == 3) > 0.97
    assert with_alpha(picture, mask)[..., 3].max() == 255


def test_strokes_correct_a_cut():
    picture, truth = scene()
    strokes = np.zeros(truth.shape, np.uint8)
    strokes[40:50, 65:75] = 1
    mask = cut_out(picture, (50, 26, 92, 64), strokes)
    assert not mask[43:47, 68:72].any()
    strokes[:] = 0
    strokes[2:6, 2:6] = 2
    assert cut_out(picture, (50, 26, 92, 64), strokes)[3:5, 3:5].all()


def test_boxes_that_make_no_sense():
    picture, _ = scene()
    with pytest.raises(DataError, match="less than 2 x 2"):
        cut_out(picture, (50, 50, 50, 60))
    with pytest.raises(DataError, match="not a number"):
        cut_out(picture, (0, 0, float("nan"), 9))
    with pytest.raises(DataError, match="Strokes"):
        cut_out(picture, (10, 10, 50, 50), np.zeros((3, 3)))
    assert cut_out(picture, (-10, -10, 900, 900)).shape == picture.shape[:2]


def test_two_visitors_at_once_get_what_one_gets():
    picture, _ = scene()
    alone, results = segment_image(picture).labels, [None] * 3

    def work(i):
        results[i] = segment_image(picture).labels

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert all(np.array_equal(alone, other) for other in results)


def test_colours_agree_with_scikit_image():
    rgb = np.random.default_rng(0).integers(0, 256, (30, 30, 3)).astype(np.uint8)
    assert pixels.lab(rgb) == pytest.approx(color.rgb2lab(rgb), abs=0.01)
    assert pixels.grey(rgb)[..., 0] == pytest.approx(color.rgb2lab(rgb)[..., 0], abs=0.01)
    cone = pixels.hsv(rgb) / 100
    expected = color.rgb2hsv(rgb)
    chroma = expected[..., 1] * expected[..., 2]
    assert np.hypot(cone[..., 0], cone[..., 1]) == pytest.approx(chroma, abs=1e-4)
    assert cone[..., 2] == pytest.approx(expected[..., 2], abs=1e-4)


def test_the_rand_index_is_scikit_learns():
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 4, 200), rng.integers(0, 3, 200)
    assert rand_index(one, other, np.ones(200)) == pytest.approx(adjusted_rand_score(one, other))
    weight = rng.integers(1, 5, 200)
    expected = adjusted_rand_score(np.repeat(one, weight), np.repeat(other, weight))
    assert rand_index(one, other, weight) == pytest.approx(expected)


def test_photographs_are_divided_as_people_would():
    scores = []
    for name in PHOTOS:
        picture = read_image(shared_file(f"images/bsds/{name}.jpg"))
        people = np.load(shared_file(f"images/bsds/{name}_segs.npz"))["segs"]
        labels = segment_image(picture).labels[::3, ::3]
        scores.append(np.mean([score(labels, person[::3, ::3]) for person in people]))
    assert np.mean(scores) > 0.69


@pytest.mark.parametrize("grow", [0, 0.05])
def test_objects_of_photographs_are_cut_out(grow):
    scores = []
    for name, box in BOXES.items():
        picture = read_image(shared_file(f"images/grabcut/{name}.jpg"))
        truth = read_image(shared_file(f"images/grabcut/{name}_mask.png")).values[..., 0] > 127
        left, top, right, bottom = box
        dx, dy = grow / 2 * (right - left), grow / 2 * (bottom - top)
        scores.append(iou(cut_out(picture, (left - dx, top - dy, right + dx, bottom + dy)), truth))
    assert np.mean(scores) > 0.95


def iou(mask, truth):
    return (mask & truth).sum() / (mask | truth).sum()


def test_public_names():
    assert {"segment_image", "cut_out", "Segmentation"} <= set(gmm_engine.__all__)
