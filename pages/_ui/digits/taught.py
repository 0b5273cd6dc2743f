"""Readers of a visitor's own characters: learned from drawings, or from a JSON model."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from gmm_engine import MixtureClassifier
from gmm_engine.data import read_table
from gmm_engine.data.documents import read_json
from gmm_engine.data.signs import some_signs
from gmm_engine.errors import DataError
from gmm_engine.features.drawing import glyph
from gmm_engine.types import Array
from pages._ui import exports, jobs

SIDE = 12  # pixels of a drawing as it is learned
VARIED = 40
FEWEST, MOST = 2, 2_000
DECIMALS = 3  # of a pixel, as they are learned from and as they are kept
CHARACTER, PREFIX = "character", "sign "  # so that no spreadsheet takes a plus or a digit for its own
PIXELS = [f"p{i}" for i in range(SIDE * SIDE)]
EXAMPLE_CODE = (
    "drawings, names = some_signs(5)\n"
    f"X, y = np.stack([glyph(ink, {SIDE}, 0).ravel() for ink in drawings]), np.array(names)"
)
EXAMPLE_IMPORTS = (
    "from gmm_engine.data.signs import some_signs",
    "from gmm_engine.features.drawing import glyph",
)
TABLE_CODE = (
    'data = read_table("digits.csv")  # the rows of this page, beside the script\n'
    f'y = data.values["{CHARACTER}"].str.removeprefix("{PREFIX}").to_numpy()\n'
    f"X = data.matrix(tuple(f'p{{i}}' for i in range({SIDE * SIDE})))"
)
TABLE_IMPORTS = ("from gmm_engine.data import read_table",)
TRAIN = (
    f"model = MixtureClassifier(image_shape=({SIDE}, {SIDE}), n_varied={VARIED}).fit(X, y)\n"
    "answers = model.classes_[model.held_out_proba_.argmax(axis=1)]\n"
    "print('held-out accuracy', round(float(np.mean(answers == y)), 4))"
)


@dataclass(frozen=True, eq=False)
class Lessons:
    """Drawings as rows (n, 144) with the character of each, and Python that gives the same."""

    rows: Array
    names: tuple[str, ...]
    code: str = TABLE_CODE
    imports: tuple[str, ...] = TABLE_IMPORTS

    @property
    def key(self) -> Hashable:
        """Stands for the drawings in stored results' keys."""
        return hashlib.sha256(repr(self.names).encode() + self.rows.tobytes()).hexdigest()

    def missing(self) -> str:
        """Which characters have too few drawings, in words; empty if there is enough to learn."""
        counts = Counter(self.names)
        few = [name for name, count in counts.items() if count < FEWEST]
        if len(counts) < 2:
            return "a second character"
        return ", ".join(few)

    def frame(self) -> pd.DataFrame:
        """One row for each drawing: its character, and its pixels from 0 to 16."""
        frame = pd.DataFrame(self.rows.round(DECIMALS), columns=PIXELS)
        frame.insert(0, CHARACTER, [PREFIX + name for name in self.names])
        return frame

    def recipe(self) -> exports.Recipe:
        """Python that learns the same reader."""
        lines = ("import numpy as np", "from gmm_engine import MixtureClassifier", *self.imports)
        return exports.Recipe(TRAIN, lines)


@dataclass(frozen=True, eq=False)
class Taught:
    """A reader of characters, with what it read in drawings held out while it learned."""

    model: MixtureClassifier
    answers: tuple[str, ...] = ()
    right: int = 0

    def read(self, ink: Array) -> Array:
        """Probability (c,) of each character in a drawing (h, w)."""
        return np.asarray(self.model.predict_proba(row_of(ink, self.model.image_shape_[0]))[0])

    def interval(self) -> tuple[float, float]:
        """95% interval (Wilson 1927) of the share read rightly."""
        found = binomtest(self.right, len(self.answers)).proportion_ci(method="wilson")
        return float(found.low), float(found.high)


def row_of(ink: Array, side: int = SIDE) -> Array:
    """A drawing (h, w) as one row of pixels; its slant stays, since it may tell characters apart."""
    return glyph(ink, side, 0.0).reshape(1, -1)


def example() -> Lessons:
    """Four signs, five drawings each."""
    drawings, names = some_signs(5)
    return Lessons(
        np.concatenate([row_of(ink) for ink in drawings]), tuple(names), EXAMPLE_CODE, EXAMPLE_IMPORTS
    )


def of_drawings(kept: Sequence[tuple[str, Array]]) -> Lessons:
    """What a visitor has drawn: characters with their rows (1, 144), to the digits of their table."""
    rows = [row for _, row in kept] or [np.empty((0, SIDE * SIDE))]
    return Lessons(np.concatenate(rows).round(DECIMALS), tuple(name for name, _ in kept))


def of_file(content: bytes, name: str) -> Lessons | Taught:
    """Drawings from this page's CSV, or a reader from its JSON.

    Raises
    ------
    DataError, UploadError
        It is neither; the message says what was found.
    """
    if content.lstrip()[:1] in (b"{", b"["):
        return _model(content, name)
    table = read_table(content, name)
    if not {CHARACTER, *PIXELS} <= set(table.columns):
        raise DataError(
            "This is neither a model of this page (JSON) nor its drawings, which have the columns "
            f"{CHARACTER!r} and {PIXELS[0]!r} to {PIXELS[-1]!r}."
        )
    rows = table.values[PIXELS].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    if not np.isfinite(rows).all() or rows.min() < 0 or not rows.any(axis=1).all():
        raise DataError("Every drawing needs 144 pixels of zero or more, not all of them zero.")
    if len(rows) > MOST:
        raise DataError(f"At most {MOST:,} drawings can be learned from, this table has {len(rows):,}.")
    names = [str(cell).removeprefix(PREFIX) for cell in table.values[CHARACTER]]
    return Lessons(rows, tuple(names), TABLE_CODE.replace('"digits.csv"', repr(name)))


def _model(content: bytes, name: str) -> Taught:
    model = MixtureClassifier.from_dict(read_json(content, name))
    shape = model.image_shape_
    if shape is None or shape[0] != shape[1] or shape[0] > 64:
        raise DataError("This classifier does not read square pictures of up to 64 pixels a side.")
    return Taught(model)


def learned(lessons: Lessons) -> Generator[jobs.Progress, None, Taught]:
    """Learn the characters, holding drawings out in turn."""
    names = np.array(lessons.names)
    model = MixtureClassifier(image_shape=(SIDE, SIDE), n_varied=VARIED)
    for share in model.iter_fit(lessons.rows, names):
        yield jobs.Progress(share, f"Learning {len(model.classes_)} characters from {len(names)} drawings")
    answers = model.classes_[model.held_out_proba_.argmax(axis=1)]
    return Taught(model, tuple(answers.tolist()), int(np.sum(answers == names)))
