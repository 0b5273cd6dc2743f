"""Drawings come to the training format: centred, full height, straight, equally inked."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_engine.errors import DataError
from gmm_engine.features.drawing import INK, glyph, glyphs_of, ink_of_photo


def ring(side=70, at=(35, 35), radii=(22, 14), thick=0.2):
    y, x = np.indices((side, side))
    return (np.abs(np.hypot((y - at[0]) / radii[0], (x - at[1]) / radii[1]) - 1) < thick).astype(float)


def test_place_size_and_stroke_do_not_matter():
    first = glyph(ring())
    for other in (ring(at=(25, 30), radii=(20, 12.7)), ring(140, (70, 70), (44, 28)), ring(thick=0.12)):
        assert np.corrcoef(first.ravel(), glyph(other).ravel())[0, 1] > 0.94


def test_every_drawing_gets_the_ink_of_training_digits():
    for drawing in (ring(), ring(thick=0.06), ring(thick=0.35)):
        assert glyph(drawing).mean() / 16 == pytest.approx(INK, abs=0.03)
    assert glyph(ring()).max() <= 16


def test_slant_is_taken_out():
    y, x = np.indices((100, 100))
    slanted = (np.abs(x - 50 - 0.4 * (50 - y)) < 5) & (np.abs(y - 50) < 40)
    spread = [np.flatnonzero(picture.max(axis=0) > 4).size for picture in glyphs_of(slanted)]
    assert spread[0] > spread[2]


def test_anything_drawn_gives_a_picture():
    dot, line = np.zeros((50, 50)), np.zeros((50, 50))
    dot[25, 25], line[25] = 1, 1
    for drawing in (dot, line, line.T, np.ones((5, 5)), np.ones((1, 1))):
        assert glyph(drawing).shape == (8, 8)
        assert glyph(drawing).max() > 0


def test_nothing_drawn_is_said():
    for empty in (np.zeros((5, 5)), np.zeros((0, 0)), np.full((3, 3), np.nan)):
        with pytest.raises(DataError, match="Nothing is drawn"):
            glyph(empty)
    with pytest.raises(DataError, match="stands out"):
        ink_of_photo(np.full((50, 50, 3), 200, np.uint8))


@pytest.mark.parametrize("dark", [True, False])
def test_a_photo_becomes_ink(dark):
    stroke = ring(200, (100, 100), (60, 40))
    light = np.linspace(150, 220, 200)[:, None]  # paper lit from one side
    grey = light - 110 * stroke if dark else 20 + 150 * stroke
    ink = ink_of_photo(np.repeat(grey[..., None], 3, axis=2).astype(np.uint8))
    assert np.corrcoef(glyph(ink).ravel(), glyph(stroke).ravel())[0, 1] > 0.95
