"""Figures of sound are valid Plotly and stay light."""

import numpy as np
import plotly.io as pio

from gmm_engine.figures import audio
from gmm_engine.sequences.vowels import SYMBOLS, WORDS, vowel_space

SPACE = vowel_space(("men",))
LONG = np.random.default_rng(0).normal(size=400_000).astype(np.float32)
FIGURES = {
    "segments": lambda: audio.segments(LONG, 8_000, np.zeros((5_000, 24)), 0.01, [(0, 9, 0), (9, 50, 1)]),
    "scores": lambda: audio.scores(["yes", "<b>no</b>"], np.array([1.0, -2.0]), -1.0),
    "no threshold": lambda: audio.scores(["yes", "no"], np.array([1.0, -2.0]), -np.inf),
    "confusion": lambda: audio.confusion(["yes", "no"], np.array([[3, 1], [0, 0]])),
    "vowels": lambda: audio.vowels(
        SYMBOLS, WORDS, SPACE.params.means, SPACE.params.factors, SPACE.labels, np.array([500.0, 1500.0])
    ),
}


def test_ten_minutes_are_drawn_in_few_points():
    assert len(pio.to_json(FIGURES["segments"](), validate=False)) < 400_000


def test_a_row_without_recordings_is_no_division_by_zero():
    assert np.isfinite(FIGURES["confusion"]().data[0].z).all()


def test_labels_are_shown_literally():
    assert "&lt;b&gt;no" in FIGURES["scores"]().data[0].y[0]
