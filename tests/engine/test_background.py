"""The background model: peers' figures, twins of its kernels, and what a film may do to it."""

import io
import runpy
import zipfile

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine import threads
from gmm_engine.background import BackgroundModel, camera, score
from gmm_engine.data.scenes import street
from gmm_engine.errors import DataError
from gmm_engine.kernels import background as pixelwise
from gmm_engine.kernels import background_cleanup as cleanup
from tests import reference_background as plain
from tests.data_dir import shared_file

TREES = "video/wallflower_waving_trees.zip"


def _masks(model, frames):
    return np.stack([model.apply(frame) for frame in frames])


@pytest.fixture(scope="module")
def composite():
    """A disc that crosses real, swaying trees: 240 frames with the exact mask of each."""
    script = runpy.run_path(str(shared_file("video/make_composite.py")))
    return script["composite"](str(shared_file(TREES)))


@pytest.fixture(scope="module")
def scene():
    return street(160, (96, 128), traffic=2.0, random_state=4)


def test_with_opencv_parameters_it_reaches_the_f_of_opencv(composite):
    frames, truth = composite
    masks = _masks(BackgroundModel.zivkovic(), frames)
    assert score(masks[100:], truth[100:]).f == pytest.approx(0.6054996, abs=5e-8)


def test_by_default_it_finds_the_disc_before_the_trees(composite):
    frames, truth = composite
    assert score(_masks(BackgroundModel(), frames)[100:], truth[100:]).f >= 0.95


def test_a_person_before_waving_trees():
    with zipfile.ZipFile(shared_file(TREES)) as archive:
        names = [f"input/b{i:05d}.png" for i in range(248)]
        frames = [np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in names]
        truths = [name for name in archive.namelist() if "247" in name and not name.startswith("input")]
        truth = np.asarray(Image.open(io.BytesIO(archive.read(truths[0]))).convert("L")) > 127
    mask = _masks(BackgroundModel(), frames)[-1]
    assert score(mask, truth).f > 0.94  # MOG2 .939, KNN .900


def test_a_pixel_learns_as_the_plain_twin_does():
    rng = np.random.default_rng(0)
    colours = np.array([[90, 100, 110], [130, 100, 60], [20, 200, 90]])
    film = np.clip(colours[rng.choice(3, 150, p=[0.6, 0.3, 0.1])] + rng.normal(0, 4, (150, 3)), 0, 255)
    film = film.astype(np.uint8)
    model, modes = BackgroundModel.zivkovic(), []
    for t, pixel in enumerate(film, start=1):
        misfit, modes = plain.step(modes, pixel, 1 / min(2 * t, 500))
        model.apply(pixel[None, None])
        memory = model.memory_
        assert memory.n_modes[0] == len(modes)
        assert memory.misfits[0, 0] == pytest.approx(misfit, rel=1e-3, abs=1e-3)
    found = memory.modes[: len(modes), 0]
    assert found[:, 0] == pytest.approx([w for w, _, _ in modes], rel=1e-3)
    assert found[:, 1] == pytest.approx([v for _, v, _ in modes], rel=1e-3)
    assert found[:, 2:] == pytest.approx(np.array([m for _, _, m in modes]), abs=1e-2)


def test_neighbours_vote_as_the_plain_twin_does():
    rng = np.random.default_rng(1)
    evidence = rng.normal(0, 4, (13, 17)).astype(np.float32)
    foreground = rng.random((13, 17)) < 0.4
    votes = np.pad(np.where(foreground, 1, -1), 1).astype(np.int8)
    result = np.zeros_like(votes)
    cleanup.vote(0, 13, evidence, votes, np.float32(1.5), result)
    assert np.array_equal(result[1:-1, 1:-1] > 0, plain.vote(evidence, foreground, 1.5))


def test_closed_holes_are_filled_as_scipy_fills_them():
    foreground = ndimage.gaussian_filter(np.random.default_rng(2).random((60, 80)), 2) > 0.5
    votes = np.pad(np.where(foreground, 1, -1), 1).astype(np.int8)
    cleanup.fill_holes(votes, 4800, np.zeros_like(votes, np.uint8), np.empty(4804, np.int32))
    assert np.array_equal(votes[1:-1, 1:-1] > 0, ndimage.binary_fill_holes(foreground))


def test_holes_larger_than_allowed_stay():
    votes = np.ones((12, 12), np.int8)
    votes[[0, -1]] = votes[:, [0, -1]] = 0
    votes[2:4, 2:4] = votes[6:10, 6:10] = -1
    cleanup.fill_holes(votes, 10, np.zeros_like(votes, np.uint8), np.empty(14, np.int32))
    assert (votes < 0).sum() == 16


def test_a_shadow_is_a_darker_background():
    model = BackgroundModel.zivkovic()
    still = np.full((8, 8, 3), (120, 100, 80), np.uint8)
    _masks(model, [still] * 20)
    assert (model.apply((still * 0.7).astype(np.uint8)) == pixelwise.SHADOW).all()
    assert (model.set_params(shadows=False).apply((still * 0.7).astype(np.uint8)) == 255).all()


def test_the_threads_do_not_change_a_bit(scene, monkeypatch):
    def with_threads(count):
        monkeypatch.setattr(threads, "n_threads", lambda: count)
        model = BackgroundModel()
        return _masks(model, scene.values[:40]), model.memory_.modes.copy()

    (one, modes), (four, same_modes) = with_threads(1), with_threads(4)
    assert np.array_equal(one, four)
    assert np.array_equal(modes, same_modes)


def test_learning_rate_zero_freezes_it(scene):
    model = BackgroundModel()
    _masks(model, scene.values[:30])
    modes, background = model.memory_.modes.copy(), model.background
    first = _masks(model.set_params(learning_rate=0), scene.values[30:40])
    assert np.array_equal(model.memory_.modes, modes)
    assert np.array_equal(model.background, background)
    assert np.array_equal(first, _masks(model, scene.values[30:40]))


def test_the_first_frame_and_another_size_start_anew(scene):
    model = BackgroundModel()
    assert not model.apply(scene.values[0]).any()
    model.apply(scene.values[1])
    assert not model.apply(scene.values[2][:64, :64]).any()
    assert model.background.shape == (64, 64, 3)
    assert model.n_modes.max() == 1


def test_a_cut_to_another_scene_starts_anew(scene):
    model, other = BackgroundModel(), 255 - street(8, (96, 128), random_state=9).values
    _masks(model, scene.values[:20])
    masks = _masks(model, other)
    assert (masks[0] == 255).mean() == 0
    assert (masks[-1] == 255).mean() < 0.2


def test_a_shaken_camera_is_held_still():
    shaken = street(100, (120, 160), traffic=1.5, shake=2.0, random_state=7)
    held, loose = (
        score(_masks(BackgroundModel(steady=steady), shaken.values), shaken.about["truth"]).f
        for steady in (True, False)
    )
    assert held > loose + 0.05


def test_a_known_shift_is_measured_and_undone(scene):
    model = BackgroundModel()
    frame = scene.values[0]
    for _ in range(5):
        model.apply(frame)
    shifted = np.roll(frame, (4, -7), axis=(0, 1))
    assert camera.displacement(shifted, model.memory_.modes) == pytest.approx((4, -7), abs=0.4)
    assert camera.displacement(frame, model.memory_.modes) == (0, 0)
    inside = np.s_[12:-12, 12:-12]
    assert np.array_equal(camera.moved(shifted, 4.0, -7.0)[inside], frame[inside])
    mask = np.zeros((96, 128), np.uint8)
    mask[20, 30] = 255
    assert camera.moved_back(mask, 4.0, -7.0)[24, 23] == 255


def test_a_changed_exposure_is_no_movement(scene):
    model = BackgroundModel()
    quiet = street(30, (96, 128), traffic=0.05, foliage=0.5, random_state=3).values
    _masks(model, quiet)
    brighter = np.clip(quiet[-1] * 1.25, 0, 255).astype(np.uint8)
    assert (model.apply(brighter) == 255).mean() < 0.02


def test_a_ghost_is_forgotten_sooner_than_an_object_that_stands():
    rng = np.random.default_rng(3)

    def film(n, there):
        frames = np.full((n, 96, 128, 3), 110.0) + 25 * np.sin(np.arange(128) / 5)[:, None]
        if there:
            frames[:, 30:60, 40:80] = (200, 60, 50)
        return np.clip(frames + rng.normal(0, 2, frames.shape), 0, 255).astype(np.uint8)

    left, came = BackgroundModel(), BackgroundModel()
    _masks(left, film(40, there=True))
    _masks(came, film(40, there=False))
    after_leaving = _masks(left, film(40, there=False))[-1]
    after_coming = _masks(came, film(40, there=True))[-1]
    assert (after_leaving == 255).mean() < 0.01
    assert (after_coming[32:58, 42:78] == 255).mean() > 0.95


def test_it_is_an_estimator():
    model = clone(BackgroundModel(history=100, patience=None))
    assert model.get_params()["history"] == 100
    with pytest.raises(NotFittedError):
        _ = model.background
    with pytest.raises(InvalidParameterError):
        model.set_params(history=0).apply(np.zeros((4, 4, 3), np.uint8))


@pytest.mark.parametrize(
    "frame", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_frame_is_refused(frame):
    with pytest.raises(DataError, match="frame"):
        BackgroundModel().apply(frame)


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (7, 5), (49, 50)])
def test_any_size_of_frame_works(size):
    frames = np.random.default_rng(0).integers(0, 255, (6, *size, 3), dtype=np.uint8)
    assert _masks(BackgroundModel(), frames).shape == (6, *size)


def test_the_street_has_exact_truth_and_a_seed():
    one, two = (street(30, (48, 64), traffic=6.0, random_state=1) for _ in range(2))
    assert np.array_equal(one.values, two.values)
    assert one.about["truth"].any()
    with pytest.raises(DataError, match="frames"):
        street(0)
