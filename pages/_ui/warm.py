"""What a server does once: import what pages need, compile kernels, freeze the garbage.

Streamlit collects all garbage after every run of a script. Frozen objects are left out
of that collection, which turns a pause of a tenth of a second into a few milliseconds;
collection itself stays on, so visitors' memory is still returned.
"""

from __future__ import annotations

import gc
import importlib
import threading
from functools import cache

PACKAGES = ("numpy", "pandas", "plotly.graph_objects", "plotly.io", "scipy.stats", "gmm_engine")


@cache
def start() -> threading.Thread:
    """Warm this process up, once; returns the thread that compiles kernels."""
    for name in PACKAGES:
        importlib.import_module(name)
    freeze()
    thread = threading.Thread(target=_compile, name="gmm-warm", daemon=True)
    thread.start()
    return thread


def freeze() -> None:
    """Collect, then keep what is alive now out of later collections."""
    gc.collect()
    gc.freeze()


def _compile() -> None:
    """Run the kernels once on a few rows of each kind, so that no visitor waits for them."""
    freeze()
