"""Classifiers of our own examples, learned once and kept on the disk beside the compiled kernels.

    model = learned.kept("Shrunk and varied", blank)    # or None
    learned.keep("Shrunk and varied", blank, model)

A child process learns them when a server starts for the first time (see `warm`), so that no
visitor waits for it. They are kept for this very text of the engine: what another release has
learned is not read. Nothing of a visitor's comes here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import scipy
import sklearn

import gmm_engine
from gmm_engine import MixtureClassifier
from gmm_engine.errors import GMMError
from gmm_engine.kernels._jit import ready_mark

WITHOUT_PART = ("cli", "figures")  # in what is learned


def kept(name: str, blank: MixtureClassifier) -> MixtureClassifier | None:
    """The classifier of that name with what it read in held-out rows; None if it must be learned.

    `blank` is the same before it has learned.
    """
    try:
        document = json.loads(place(name, blank).read_text(encoding="utf-8"))
        model = MixtureClassifier.from_dict(document["model"])
        model.held_out_proba_ = np.array(document["held_out"])
    except (OSError, ValueError, KeyError, TypeError, GMMError):  # absent, or cut short by a full disk
        return None
    return model


def keep(name: str, blank: MixtureClassifier, model: MixtureClassifier) -> None:
    """Write it, if the folder can be written, in place of what older releases have learned."""
    path = place(name, blank)
    text = json.dumps({"model": model.to_dict(), "held_out": model.held_out_proba_.tolist()})
    with suppress(OSError):
        own = path.with_suffix(f".{os.getpid()}")
        own.write_text(text, encoding="utf-8")
        for older in path.parent.glob(f"learned-{_slug(name)}-*.json"):
            older.unlink(missing_ok=True)
        own.replace(path)


def place(name: str, blank: MixtureClassifier) -> Path:
    """The file in which it is kept."""
    digest = hashlib.sha256(_engine() + repr(blank).encode()).hexdigest()[:16]
    return ready_mark().with_name(f"learned-{_slug(name)}-{digest}.json")


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.lower())


@cache
def _engine() -> bytes:
    """Stands for the text of all that learns, and the packages that compute with it."""
    found = hashlib.sha256(f"{np.__version__} {scipy.__version__} {sklearn.__version__}".encode())
    for path in sorted(Path(gmm_engine.__file__).parent.rglob("*.py")):
        if path.parent.name not in WITHOUT_PART:
            found.update(path.read_bytes())
    return found.digest()
