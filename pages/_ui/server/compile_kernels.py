"""Run every compiled kernel once on a few rows, so that its machine code lies on the disk.

``python -m pages._ui.server.compile_kernels``. A server does this in a child process: what a compiler
needs is given back when the child ends, and a page loads only the kernels it uses. An image
of the app does it when it is built. The readers of digits are learned here, too.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from gmm_engine import (
    BackgroundModel,
    BayesianGaussianMixture,
    GaussianMixture,
    RegimeModel,
    SequenceClassifier,
    cut_out,
    segment_image,
    sweep,
)
from gmm_engine.data.sounds import RATE, counted, vowel
from gmm_engine.data.spoken import shipped_model
from gmm_engine.features.audio import speech_frames
from gmm_engine.features.formants import vowel_formants
from gmm_engine.kernels._jit import ready_mark
from gmm_engine.sequences import acoustic_segments
from pages._ui.digits import digit_models

FAMILIES = ("full", "diag")


def main(processes: int = 1) -> None:
    """Compile, or read from the disk, what the pages need."""
    if processes == 1:
        for part in PARTS:
            _do(part)
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            list(pool.map(_do, PARTS))
    with suppress(OSError):  # a folder that cannot be written stays without its mark
        ready_mark().touch()
    digit_models.learn_ahead()


def _do(part: Callable[[], None]) -> None:
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    part()


def _mixtures() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 2))
    for family in FAMILIES:
        for X in (rows, rows.astype(np.float32)):
            model = GaussianMixture(2, covariance_type=family, random_state=0).fit(X)
            model.predict_proba(X)
            model.score(X)
    for family in FAMILIES:
        BayesianGaussianMixture(n_components=2, covariance_type=family, max_iter=2, random_state=0).fit(rows)
    for _ in sweep(rows, [2]):  # every covariance family
        pass


def _chains() -> None:
    chain = RegimeModel(2, max_iter=2).fit(np.random.default_rng(0).normal(size=60))
    chain.decode()
    chain.forecast(2)


def _pictures() -> None:
    picture = np.full((24, 36, 3), 60, np.uint8)
    picture[6:18, 12:24] = (200, 90, 40)
    segment_image(picture, method="colours")
    segment_image(picture).soft_mask(0)
    cut_out(picture, (8, 2, 28, 22))


def _films() -> None:
    """A still view, then one that has moved."""
    view = np.random.default_rng(0).integers(40, 200, (64, 64, 3), dtype=np.uint8)
    BackgroundModel().fit(np.stack([view, view, np.roll(view, 4, axis=1)]))


def _sounds() -> None:
    """The recogniser that ships, and what measures sound."""
    sound = counted(("one", "two"))
    SequenceClassifier.from_dict(shipped_model()["model"]).predict([speech_frames(sound.values, RATE)])
    SequenceClassifier(n_states=2).fit(list(np.random.default_rng(0).normal(size=(4, 20, 2))), [0, 0, 1, 1])
    acoustic_segments(sound.values, RATE, 2)
    vowel_formants(vowel((700.0, 1100.0)), RATE)


def _end_with(parent: int) -> None:
    """A server that ends takes its compiler with it."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


PARTS = (_mixtures, _chains, _pictures, _films, _sounds)

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Compile every kernel.")
    arguments.add_argument("--processes", type=int, default=1, help="compile so many parts at the same time")
    arguments.add_argument("--parent", type=int, default=0, help="end when this process, the parent, ends")
    asked = arguments.parse_args()
    if asked.parent:
        threading.Thread(target=_end_with, args=(asked.parent,), daemon=True).start()
    main(asked.processes)
