"""Readers of handwritten digits for the page: trained once, with what was held out."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest
from sklearn.datasets import load_digits

from gmm_engine import MixtureClassifier
from gmm_engine.features.drawing import glyphs_of
from gmm_engine.types import Array, Dataset
from pages._ui import exports, jobs
from pages._ui.inputs import Source
from pages._ui.layout import Screen
from pages._ui.server import learned

BETTER, CLASSIC = "Shrunk and varied", "Classic recipe"
MODELS = {BETTER: "", CLASSIC: "3, covariance_type='full', image_shape=None"}
IMPORTS = (
    "import numpy as np",
    "from sklearn.datasets import load_digits",
    "from gmm_engine import MixtureClassifier",
)
CODE = "X, y = load_digits(return_X_y=True)"


@dataclass(frozen=True, eq=False)
class Reader:
    """A trained classifier, the pictures (n, 8, 8) it saw, and their digits (n,)."""

    model: MixtureClassifier
    pictures: Array
    digits: Array

    @property
    def answers(self) -> Array:
        """What models that had not seen a picture read in it, (n,)."""
        return np.asarray(self.model.classes_[self.model.held_out_proba_.argmax(axis=1)])

    @property
    def right(self) -> int:
        """How many of the pictures were read rightly."""
        return int((self.answers == self.digits).sum())

    def interval(self) -> tuple[float, float]:
        """95% interval of the held-out accuracy (Wilson 1927)."""
        found = binomtest(self.right, len(self.digits)).proportion_ci(method="wilson")
        return float(found.low), float(found.high)

    def confusion(self) -> Array:
        """Counts (c, c): written, read."""
        counts = np.zeros((len(self.model.classes_),) * 2, np.int64)
        np.add.at(counts, (self.digits, self.answers), 1)
        return counts

    def read(self, ink: Array) -> tuple[Array, Array]:
        """Probabilities (c,) of a drawing (h, w), averaged over slants, and the picture (8, 8) of it."""
        seen = glyphs_of(ink)
        return self.model.predict_proba(seen.reshape(len(seen), -1)).mean(axis=0), seen[1]

    def prototypes(self, picture: Array) -> Array:
        """The component of each class that is nearest to the picture (8, 8), as pictures (c, 8, 8)."""
        chosen = self.model.components(picture.reshape(1, -1))[0]
        return self.model.centres()[chosen].reshape(-1, *picture.shape)


def trained(screen: Screen, name: str) -> jobs.Shown[Reader]:
    """The reader of that name, fitted with progress or found fitted."""
    about = Dataset(None, kind="image", name="Handwritten digits")
    source = Source(about, "digits", True, CODE, IMPORTS[1:2])
    return jobs.result(screen, source, name, lambda: _work(name))


def blank(name: str) -> MixtureClassifier:
    """The reader of that name, before it has learned."""
    if name == BETTER:
        return MixtureClassifier()
    return MixtureClassifier(3, covariance_type="full", image_shape=None)


def _work(name: str) -> Generator[jobs.Progress, None, Reader]:
    X, y = load_digits(return_X_y=True)
    model = learned.kept(name, blank(name))
    if model is None:
        model = blank(name)
        for share in model.iter_fit(X, y):
            yield jobs.Progress(share, "Learning the digits, one part after another held out")
        learned.keep(name, blank(name), model)
    return Reader(model, X.reshape(-1, 8, 8), y)


def learned_before() -> bool:
    """Whether all readers lie on the disk."""
    return all(learned.place(name, blank(name)).exists() for name in MODELS)


def learn_ahead() -> None:
    """Learn what is not yet on the disk."""
    for name in MODELS:
        for _ in _work(name):
            pass


def recipe(name: str) -> exports.Recipe:
    """Python that trains the same reader."""
    body = (
        f"model = MixtureClassifier({MODELS[name]}).fit(X, y)\n"
        "answers = model.held_out_proba_.argmax(axis=1)\n"
        "print('held-out accuracy', round(float(np.mean(answers == y)), 4))"
    )
    return exports.Recipe(body, IMPORTS)
