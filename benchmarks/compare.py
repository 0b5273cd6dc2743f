"""Run a peer beside ours, alternating, and report medians and ratios.

Single times mean little on a shared machine; a ratio of medians of alternating runs does.
"""

from __future__ import annotations

import json
import math
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def seconds(call: Callable[[], Any]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def alternate(calls: Mapping[str, Callable[[], Any]], rounds: int = 5) -> dict[str, list[float]]:
    """Wall seconds of each call, `rounds` times in turn after one warm-up of each."""
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(seconds(call))
    return times


def summary(times: Mapping[str, list[float]], ours: str = "gmm_engine") -> dict[str, Any]:
    """Medians in seconds, and how many times longer each peer takes."""
    medians = {name: statistics.median(runs) for name, runs in times.items()}
    ratios = {name: round(value / medians[ours], 2) for name, value in medians.items() if name != ours}
    return {"median_seconds": medians, "times_ours": ratios, "runs": {k: list(v) for k, v in times.items()}}


def write(name: str, rows: Any, **about: Any) -> None:
    """Write one benchmark's result with what it ran on; print the rows."""
    save(name, rows, **about)
    print(json.dumps(rows, indent=1, default=float))


def save(name: str, rows: Any, **about: Any) -> None:
    """Write one benchmark's result with what it ran on; numbers that are not finite become null."""
    RESULTS.mkdir(exist_ok=True)
    document = finite({"machine": machine(), **about, "results": rows})
    text = json.dumps(document, indent=1, default=float, allow_nan=False) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def finite(value: Any) -> Any:
    """The same nested lists and mappings, with None for infinities and what is not a number.

    JSON has no word for either.
    """
    if isinstance(value, Mapping):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, Real) and not math.isfinite(value) else value


def machine() -> dict[str, Any]:
    """Processor architecture, threads and versions of what was measured."""
    import numba
    import numpy
    import scipy
    import sklearn

    from gmm_engine.threads import n_threads

    versions = {module.__name__: module.__version__ for module in (numpy, scipy, sklearn, numba)}
    return {
        "processor": platform.machine(),
        "threads": n_threads(),
        "python": platform.python_version(),
        **versions,
    }
