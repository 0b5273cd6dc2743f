"""Words and speakers are told apart, strangers refused, and a model survives JSON."""

import json

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine import SequenceClassifier
from gmm_engine.errors import DataError
from gmm_engine.sequences.calibration import calibrate, equal_error, folds
from gmm_engine.sequences.context import Recordings, derivatives, discriminants
from gmm_engine.sequences.sessions import SessionScaling
from gmm_engine.sequences.states import fit_single


def word(shape, rng, shift=0.0, columns=3):
    """A recording whose columns follow one of three courses in time."""
    t = np.linspace(0, 1, rng.integers(25, 45))[:, None]
    course = {"up": 2 * t - 1, "down": 1 - 2 * t, "hill": np.sin(np.pi * t) - 0.5}[shape]
    return course * np.arange(1, columns + 1) + shift + rng.normal(0, 0.4, (len(t), columns))


@pytest.fixture(scope="module")
def recordings():
    """Three words, four speakers with voices of their own."""
    rng = np.random.default_rng(0)
    rows = [(w, g) for g in range(4) for w in ("up", "down", "hill") for _ in range(4)]
    frames = [word(w, rng, shift=3.0 * g) for w, g in rows]
    return frames, np.array([w for w, _ in rows]), np.array([g for _, g in rows])


@pytest.fixture(scope="module")
def fitted(recordings):
    return SequenceClassifier().fit(*recordings)


def test_an_unheard_speaker_is_understood(recordings):
    frames, words, speakers = recordings
    known = np.flatnonzero(speakers != 3)
    model = SequenceClassifier().fit([frames[i] for i in known], words[known], speakers[known])
    heard = [frames[i] for i in np.flatnonzero(speakers == 3)]
    assert model.score(heard, words[speakers == 3], np.zeros(len(heard))) == 1
    assert model.calibration_.accuracy > 0.9


def test_a_session_may_be_anywhere(fitted, recordings):
    frames, _, speakers = recordings
    moved = [10 + 2 * one for one in frames]
    expected = fitted.predict_log_proba(frames, speakers)
    many = np.tile(np.arange(len(frames)), 1) * 0
    near = fitted.predict(frames, many)
    assert expected.shape == (48, 3)
    assert np.allclose(np.exp(expected).sum(axis=1), 1)
    assert len(near) == len(moved)


def test_a_word_outside_the_vocabulary_is_refused_only_if_asked(fitted):
    rng = np.random.default_rng(5)
    noise = [rng.normal(0, 3, (30, 3)) for _ in range(10)]
    assert set(fitted.predict(noise)) <= set(fitted.classes_)
    assert np.mean(fitted.predict(noise, reject=True) == "none of these") > 0.8
    assert SequenceClassifier(reject=True).fit(*_few(rng)).predict(noise[:1])[0] in {-1, 0, 1}


def _few(rng):
    return [word(w, rng) for w in ("up", "down") for _ in range(3)], np.repeat([0, 1], 3)


def test_known_words_are_seldom_refused(fitted, recordings):
    frames, words, speakers = recordings
    answers = fitted.predict(frames, speakers, reject=True)
    assert np.mean(answers == words) > 0.85


@pytest.mark.parametrize("model", ["chain", "adapted", "gaussian"])
def test_json_gives_the_same_answers(model, recordings):
    frames, words, speakers = recordings
    labels = speakers if model != "chain" else words
    fitted = SequenceClassifier(model, normalise="none", n_background=8).fit(frames, labels)
    again = SequenceClassifier.from_dict(json.loads(json.dumps(fitted.to_dict(), allow_nan=False)))
    assert np.allclose(again.predict_log_proba(frames), fitted.predict_log_proba(frames), atol=1e-4)
    assert again.classes_.tolist() == fitted.classes_.tolist()
    assert fitted.score(frames, labels) > 0.9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "something"}, "not a word model"),
        ({"classes": ["one"]}, "classes"),
        ({"columns": "many"}, "columns"),
        ({"models": {"views": []}}, "views"),
        ({"scaling": {"mean": [1.0], "variance": [1.0]}}, "variance|mean"),
        ({"parameters": {"colour": "red"}}, "parameters"),
    ],
)
def test_a_broken_model_is_refused_with_its_field(fitted, change, words):
    with pytest.raises(DataError, match=words):
        SequenceClassifier.from_dict(fitted.to_dict() | change)
    with pytest.raises(DataError, match="object"):
        SequenceClassifier.from_dict([])


def test_states_that_do_not_fit_are_refused(fitted):
    content = fitted.to_dict()
    content["models"]["views"][0]["states"]["weights"][0] = -1
    with pytest.raises(DataError, match="weights"):
        SequenceClassifier.from_dict(content)


def test_same_seed_same_bits_for_any_number_of_threads(recordings, monkeypatch):
    first = SequenceClassifier().fit(*recordings).predict_log_proba(recordings[0])
    monkeypatch.setenv("GMM_THREADS", "1")
    assert np.array_equal(first, SequenceClassifier().fit(*recordings).predict_log_proba(recordings[0]))


def test_follows_scikit_learns_habits(fitted):
    assert clone(fitted).get_params() == fitted.get_params()
    assert SequenceClassifier().set_params(n_states=5).n_states == 5
    with pytest.raises(NotFittedError):
        SequenceClassifier().predict([np.zeros((5, 2))])
    with pytest.raises(InvalidParameterError):
        SequenceClassifier("letters").fit(*_few(np.random.default_rng(0)))


@pytest.mark.parametrize(
    ("frames", "labels", "words"),
    [
        ([], [], "no recording"),
        ([np.zeros((4, 2)), np.zeros((4, 3))], ["a", "b"], "shape"),
        ([np.zeros((4, 2)), np.zeros((0, 2))], ["a", "b"], "no frames"),
        ([np.zeros((4, 2)), np.full((4, 2), np.nan)], ["a", "b"], "missing or infinite"),
        ([np.zeros((4, 2)), np.zeros((4, 2))], ["a"], "one each"),
        ([np.zeros((4, 2)), np.zeros((4, 2))], ["a", "a"], "at least two"),
    ],
)
def test_wrong_recordings_are_named(frames, labels, words):
    with pytest.raises(DataError, match=words):
        SequenceClassifier().fit(frames, labels)


def test_one_example_and_one_frame_are_enough_to_answer():
    rng = np.random.default_rng(1)
    model = SequenceClassifier().fit([word("up", rng), word("down", rng)], ["up", "down"])
    assert np.isnan(model.calibration_.accuracy)
    assert model.predict([np.zeros((1, 3))])[0] in {"up", "down"}
    assert model.predict([word("down", rng)])[0] == "down"


def test_a_short_session_keeps_to_the_average_of_all(recordings):
    frames, _, speakers = recordings
    assert 0 < SessionScaling.of(frames, speakers).mean_pull < 1
    scaling = SessionScaling(np.zeros(3), np.ones(3), mean_pull=3.0, variance_pull=3.0)
    strangers = [one + 20 for one in frames[:12]]
    alone, together = scaling(strangers[:1], None)[0], scaling(strangers, np.zeros(12))[0]
    assert np.abs(together.mean()) < 0.5 * np.abs(alone.mean())
    one = SessionScaling.of(frames[:12], np.zeros(12))
    assert one.mean_pull == np.inf
    assert np.allclose(one(frames[:1], None)[0], one(frames[:12], None)[0], atol=1e-5)


def test_derivatives_of_a_line_are_constant():
    line = np.outer(np.arange(40.0), [1.0, 3.0])
    rows = derivatives(2)(Recordings.join([line]))
    assert np.allclose(rows[10:30, 2:4], [2.0, 6.0], atol=1e-4)
    assert np.allclose(rows[10:30, 4:], 0, atol=1e-3)


def test_discriminants_whiten_within_classes():
    rng = np.random.default_rng(2)
    labels = np.repeat([0, 1, 2], 400)
    frames = rng.normal(0, [1.0, 4.0], (1200, 2)) + np.array([[0, 0], [5, 0], [0, 9]])[labels]
    view = discriminants(Recordings.join([frames]), labels, 3, 2)
    rows = view(Recordings.join([frames]))[10:390]
    assert np.var(rows, axis=0) == pytest.approx([1, 1], rel=0.5)


def test_calibration_balances_refusals():
    assert equal_error(np.array([3.0, 4.0, 5.0]), np.array([0.0, 1.0, 2.0])) == pytest.approx(3)
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 300)
    scores = 0.2 * rng.normal(size=(300, 3)) + np.eye(3)[labels]
    found = calibrate(scores, np.zeros(300), labels)
    assert found.accuracy > 0.95
    assert found.sharpness > 5
    assert folds(np.array([0, 1]), None, 5) is None
    assert folds(np.zeros(6, int), np.array([0, 0, 1, 1, 2, 2]), 5).tolist() == [0, 0, 1, 1, 2, 2]


def test_variances_of_states_far_from_zero_lose_no_digits():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 4000)
    rows = (np.array([[3000.0], [3010.0]])[labels] + rng.normal(0, 0.5, (4000, 1))).astype(np.float32)
    deviations = fit_single(rows, labels, 2, share=0.0).params.factors
    np.testing.assert_allclose(deviations, 0.5, rtol=0.03)
