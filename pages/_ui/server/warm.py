"""What a server does once: import what pages need, freeze the garbage, have kernels compiled.

Streamlit would collect all garbage after every run of a script, a fifth of the processor's
time with fifty visitors. Here it is collected every few seconds, and what was there
from the start is frozen, which leaves it out: so that visitors' memory is returned soon, and
nobody waits long for it.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import os
import subprocess
import sys
import threading
import time
import warnings
from functools import cache
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning

from gmm_engine.kernels._jit import ready_mark
from pages._ui.server import incidents

TIDY_SECONDS = 10
MODULES = (
    "gmm_engine",
    "gmm_engine.data",
    "gmm_engine.figures.parameters",
    "gmm_engine.figures.rows",
    "pages._ui.clustering.cluster_code",
    "pages._ui.clustering.cluster_views",
    "pages._ui.synthetic_data.component_editor",
    "pages._ui.density.conditional_views",
    "pages._ui.digits.digit_teach",
    "pages._ui.digits.digit_views",
    "pages._ui.exports",
    "pages._ui.background.film_views",
    "pages._ui.fits",
    "pages._ui.density.holes",
    "pages._ui.infinite_mixture.infinite_views",
    "pages._ui.synthetic_data.like_views",
    "pages._ui.synthetic_data.made",
    "pages._ui.reduction.reduction_views",
    "pages._ui.scoring",
    "pages._ui.time_series.series_views",
    "pages._ui.speech.speech_teach",
    "pages._ui.speech.speech_vowels",
    "pages._ui.em_steps.em_run",
    "pages._ui.bic_selection.sweep_views",
    "pages._ui.synthetic_data.synthetic",
    "plotly.io",
)


@cache
def start() -> None:
    """Warm this process up, once."""
    incidents.hush()
    warnings.filterwarnings("ignore", category=ConvergenceWarning)  # pages say it in words
    for name in MODULES:
        importlib.import_module(name)
    freeze()
    _compile()
    threading.Thread(target=_tidy, name="gmm-tidy", daemon=True).start()


def _tidy() -> None:
    """Collect garbage now and then, while there is some."""
    while True:
        time.sleep(TIDY_SECONDS)
        if sum(gc.get_count()):
            gc.collect()


@cache
def settle(page: str) -> None:
    """What the first visit to a page has loaded, such as its kernels, is frozen as well."""
    gc.unfreeze()
    freeze()


def freeze() -> None:
    """Collect, then keep what is alive now out of later collections."""
    gc.collect()
    gc.freeze()
    # What loading left behind goes back to the system, where the C library can.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _compile() -> None:
    """Fill the kernels' cache on the disk, so that no visitor waits for a compiler or for our examples.

    A child process does it: here it would leave a hundred megabytes behind for good.
    """
    from pages._ui.digits import digit_models  # it needs the pages' frame, which needs this file

    if ready_mark().exists() and digit_models.learned_before():
        return
    command = [sys.executable, "-m", "pages._ui.server.compile_kernels", "--parent", str(os.getpid())]
    child = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    atexit.register(child.terminate)
    threading.Thread(target=child.wait, name="gmm-compile", daemon=True).start()
