"""Classifiers of our own examples are kept on the disk, and learned anew where they cannot be read."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris

from gmm_engine import MixtureClassifier
from pages._ui.digits import digit_models
from pages._ui.server import learned

X, Y = load_iris(return_X_y=True)


@pytest.fixture
def blank(monkeypatch, tmp_path):
    """A classifier that has not learned, and a folder of its own for what it learns."""
    monkeypatch.setattr(learned, "ready_mark", lambda: tmp_path / "ready")
    return MixtureClassifier(1)


@pytest.fixture
def model():
    return MixtureClassifier(1).fit(X, Y)


def test_what_was_kept_reads_as_what_was_learned(blank, model):
    assert learned.kept("irises", blank) is None
    learned.keep("irises", blank, model)
    back = learned.kept("irises", blank)
    np.testing.assert_allclose(back.predict_proba(X), model.predict_proba(X), atol=1e-6)
    np.testing.assert_array_equal(back.held_out_proba_, model.held_out_proba_)
    assert back.temperature_ == model.temperature_


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"model": {}, "held_out": []}'])
def test_a_file_that_was_cut_short_is_not_read(blank, model, content):
    learned.place("irises", blank).write_text(content)
    assert learned.kept("irises", blank) is None
    learned.keep("irises", blank, model)
    assert learned.kept("irises", blank) is not None


def test_another_engine_or_other_settings_learn_anew(blank, model, monkeypatch, tmp_path):
    learned.keep("irises", blank, model)
    assert learned.kept("irises", MixtureClassifier(2)) is None
    monkeypatch.setattr(learned, "_engine", lambda: b"another release")
    assert learned.kept("irises", blank) is None
    learned.keep("irises", blank, model)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_done_without(blank, model, monkeypatch, tmp_path):
    monkeypatch.setattr(learned, "ready_mark", lambda: tmp_path / "absent" / "ready")
    learned.keep("irises", blank, model)
    assert learned.kept("irises", blank) is None


def test_the_readers_of_digits_have_places_of_their_own(blank):
    assert len({learned.place(name, digit_models.blank(name)) for name in digit_models.MODELS}) == 2
    assert not digit_models.learned_before()
