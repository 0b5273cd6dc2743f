"""Background models side by side: F over all frames of scenes with known truth, and frames a second.

Run `python -m benchmarks.bench_background`; results go to `results/background.json`. OpenCV is
a peer here and not a dependency: without it, its columns are left out.
"""

from __future__ import annotations

import runpy
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks import compare
from gmm_engine.background import BackgroundModel, score
from gmm_engine.data.scenes import street
from gmm_engine.types import Array
from tests.data_dir import data_dir

SIZE = (180, 240)
FRAMES = 300
STREETS: dict[str, dict[str, Any]] = {
    "street": {"traffic": 2.0, "random_state": 101},
    "hard shadows": {"traffic": 2.0, "shadow": 0.45, "random_state": 102},
    "noisy camera": {"traffic": 2.0, "noise": 6.0, "random_state": 103},
    "vehicles that stop": {"traffic": 2.0, "stopping": True, "random_state": 104},
    "flickering light": {"traffic": 2.0, "flicker": 0.03, "random_state": 105},
    "shaking camera": {"traffic": 2.0, "shake": 1.5, "random_state": 106},
    "windy day": {"traffic": 2.0, "foliage": 4.0, "noise": 5.0, "random_state": 107},
    "dense traffic": {"traffic": 6.0, "random_state": 108},
}
Apply = Callable[[Array], Array]


def peers() -> dict[str, Callable[[], Apply]]:
    """Makers of models by name; each model turns a frame into a mask."""
    makers: dict[str, Callable[[], Apply]] = {
        "BackgroundModel": lambda: BackgroundModel().apply,
        "Zivkovic alone": lambda: BackgroundModel.zivkovic().apply,
    }
    try:
        import cv2
    except ImportError:
        return makers
    cv2.setNumThreads(2)
    return makers | {
        "OpenCV MOG2": lambda: cv2.createBackgroundSubtractorMOG2().apply,
        "OpenCV KNN": lambda: cv2.createBackgroundSubtractorKNN().apply,
    }


def films() -> Iterator[tuple[str, Array, Array, int]]:
    """Name, frames, truth and the first frame that counts."""
    path = data_dir() / "video"
    if (path / "make_composite.py").exists():
        composite = runpy.run_path(str(path / "make_composite.py"))["composite"]
        for radius in (14, 7):
            frames, truth = composite(str(path / "wallflower_waving_trees.zip"), radius=radius)
            yield f"disc of {radius} px before trees", frames, truth, 100
    for name, spec in STREETS.items():
        scene = street(FRAMES, SIZE, **spec)
        yield name, scene.values, scene.about["truth"], 0


def speed(apply: Apply, n_frames: int = 60) -> dict[str, float]:
    """Frames a second at 640 x 480 in colour, by the clock and by one processor's time."""
    film = street(n_frames, (480, 640), traffic=2.0, random_state=1).values
    for frame in film[:10]:
        apply(frame)
    clock, processor = time.perf_counter(), time.process_time()
    for frame in film[10:]:
        apply(frame)
    count = n_frames - 10
    return {
        "by_clock": round(count / (time.perf_counter() - clock), 1),
        "by_processor_time": round(count / (time.process_time() - processor), 1),
    }


def main() -> None:
    makers = peers()
    table: dict[str, dict[str, float]] = {}
    for name, frames, truth, first in films():
        row = {}
        for peer, make in makers.items():
            apply = make()
            masks = np.stack([apply(frame) for frame in frames])
            row[peer] = round(score(masks[first:], truth[first:]).f, 4)
        table[name] = row
        print(f"{name:26s}", *(f"{peer} {f:.3f}" for peer, f in row.items()))
    speeds = {peer: speed(make()) for peer, make in makers.items()}
    compare.write("background", {"f": table, "frames_per_second": speeds})


if __name__ == "__main__":
    main()
