"""What a server does once: import what pages need, compile kernels, freeze the garbage.

Streamlit collects all garbage after every run of a script. Frozen objects are left out
of that collection, which turns a pause of a tenth of a second into a few milliseconds;
collection itself stays on, so visitors' memory is still returned.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import threading
import warnings
from functools import cache

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from gmm_engine import (
    BackgroundModel,
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
from gmm_engine.sequences import acoustic_segments

MODULES = (
    "gmm_engine.data",
    "gmm_engine.figures.parameters",
    "gmm_engine.figures.rows",
    "pages._ui.component_editor",
    "pages._ui.exports",
    "pages._ui.film_views",
    "pages._ui.fits",
    "pages._ui.series_views",
    "pages._ui.speech_teach",
    "pages._ui.speech_vowels",
    "pages._ui.em_run",
    "pages._ui.sweep_views",
    "pages._ui.synthetic",
    "plotly.io",
    "scipy.stats",
)
FAMILIES = ("full", "diag")


@cache
def start() -> threading.Thread:
    """Warm this process up, once; returns the thread that compiles kernels."""
    warnings.filterwarnings("ignore", category=ConvergenceWarning)  # pages say it in words
    for name in MODULES:
        importlib.import_module(name)
    freeze()
    thread = threading.Thread(target=_compile, name="gmm-warm", daemon=True)
    thread.start()
    return thread


def freeze() -> None:
    """Collect, then keep what is alive now out of later collections."""
    gc.collect()
    gc.freeze()
    # What compiling and loading left behind goes back to the system, where the C library can.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _compile() -> None:
    """Run the kernels on a few rows of each kind, so that no visitor waits for a compiler."""
    rows = np.random.default_rng(0).normal(size=(200, 2))
    for family in FAMILIES:
        for X in (rows, rows.astype(np.float32)):
            model = GaussianMixture(2, covariance_type=family, random_state=0).fit(X)
            model.predict_proba(X)
            model.score(X)
    for _ in sweep(rows, [2]):  # every covariance family
        pass
    chain = RegimeModel(2, max_iter=2).fit(rows[:60, 0])
    chain.decode()
    chain.forecast(2)
    _compile_pictures()
    _watch()
    _listen()
    freeze()


def _listen() -> None:
    """Load the recogniser that ships and what measures sound."""
    sound = counted(("one", "two"))
    SequenceClassifier.from_dict(shipped_model()["model"]).predict([speech_frames(sound.values, RATE)])
    SequenceClassifier(n_states=2).fit(list(np.random.default_rng(0).normal(size=(4, 20, 2))), [0, 0, 1, 1])
    acoustic_segments(sound.values, RATE, 2)
    vowel_formants(vowel((700.0, 1100.0)), RATE)


def _compile_pictures() -> None:
    picture = np.full((24, 36, 3), 60, np.uint8)
    picture[6:18, 12:24] = (200, 90, 40)
    segment_image(picture, method="colours")
    segment_image(picture).soft_mask(0)
    cut_out(picture, (8, 2, 28, 22))


def _watch() -> None:
    """A still view, then one that has moved."""
    view = np.random.default_rng(0).integers(40, 200, (64, 64, 3), dtype=np.uint8)
    BackgroundModel().fit(np.stack([view, view, np.roll(view, 4, axis=1)]))
