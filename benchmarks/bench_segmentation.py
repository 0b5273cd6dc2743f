"""Segmentation beside people's outlines and other libraries, and how long pictures take.

Run ``python -m benchmarks.bench_segmentation``; writes ``results/segmentation.json``. Needs the
reference pictures, see `tests/data_dir.py`.
"""

from __future__ import annotations

import io
import resource
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage import color, data, graph, segmentation
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture as PeerMixture

from benchmarks.compare import alternate, summary, write
from gmm_engine import GaussianMixture, cut_out, segment_image
from gmm_engine.data import read_image
from gmm_engine.features.pixels import lab
from tests.data_dir import data_dir

PHOTOS = data_dir() / "images"
BOXES = {
    "banana1": (16, 20, 620, 436), "flower": (137, 63, 468, 402), "llama": (112, 106, 370, 371),
    "teddy": (47, 46, 246, 338), "sheep": (171, 171, 309, 386),
}  # fmt: skip


def superpixels_merged(rgb):
    """scikit-image: SLIC, then merging of the neighbours of least colour distance."""
    labels = segmentation.slic(rgb, 400, compactness=15, start_label=0)
    regions = graph.rag_mean_color(rgb, labels)
    return graph.cut_threshold(labels, regions, 30)


def quick_shift(rgb):
    """scikit-image: mode seeking in colour and place, of the family of mean shift."""
    return segmentation.quickshift(rgb, kernel_size=5, max_dist=30, ratio=0.8)


def felzenszwalb(rgb):
    """scikit-image: Felzenszwalb and Huttenlocher's graph merging."""
    return segmentation.felzenszwalb(rgb, scale=600, sigma=0.8, min_size=300)


def plain_mixture(k):
    """scikit-learn: one mixture on Lab, each pixel to its likeliest component."""

    def segment(rgb):
        rows = color.rgb2lab(rgb).reshape(-1, 3)
        return PeerMixture(k, random_state=0).fit(rows[::3]).predict(rows).reshape(rgb.shape[:2])

    return segment


METHODS: dict[str, Callable[[Any], Any]] = {
    "segment_image, automatic": lambda rgb: segment_image(rgb).labels,
    "segment_image, equal colours, automatic": lambda rgb: segment_image(rgb, method="colours").labels,
    "scikit-image SLIC and merging": superpixels_merged,
    "scikit-image Felzenszwalb": felzenszwalb,
    "scikit-image quick shift": quick_shift,
    "scikit-learn mixture on Lab, k = 4": plain_mixture(4),
}


def variation_of_information(one, other):
    """Bits by which two label images differ (Meila 2007)."""
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one.ravel(), other.ravel()), 1 / one.size)
    entropies = [-(p[p > 0] * np.log2(p[p > 0])).sum() for p in (table, table.sum(0), table.sum(1))]
    return 2 * entropies[0] - entropies[1] - entropies[2]


def against_people(method):
    """Adjusted Rand index and variation of information by photo, and seconds of processor time."""
    rand, bits, seconds = {}, {}, []
    for path in sorted((PHOTOS / "bsds").glob("*.jpg")):
        rgb = read_image(path).values
        people = np.load(path.with_name(f"{path.stem}_segs.npz"))["segs"].astype(int)
        begin = time.process_time()
        labels = np.asarray(method(rgb))
        seconds.append(time.process_time() - begin)
        rand[path.stem] = float(np.mean([adjusted_rand_score(p.ravel(), labels.ravel()) for p in people]))
        bits[path.stem] = float(np.mean([variation_of_information(p, labels) for p in people]))
    return {
        "mean ARI": round(float(np.mean(list(rand.values()))), 4),
        "mean VI (bits)": round(float(np.mean(list(bits.values()))), 3),
        "median CPU seconds": round(float(np.median(seconds)), 3),
        "ARI": {name: round(value, 3) for name, value in rand.items()},
    }


def flatter(rgb, contrast):
    """The photo with less contrast: what is hard for segmentation."""
    values = rgb.astype(float)
    return np.clip((values - values.mean()) * contrast + values.mean(), 0, 255).astype(np.uint8)


def disturbed():
    """Mean ARI on the photos changed in ways that leave people's outlines valid."""
    rng = np.random.default_rng(0)
    changes = {
        "contrast x 0.3": lambda rgb: flatter(rgb, 0.3),
        "darker (gamma 2.2)": lambda rgb: (178 * (rgb / 255) ** 2.2).astype(np.uint8),
        "noise of 10 grey levels": lambda rgb: np.clip(rgb + rng.normal(0, 10, rgb.shape), 0, 255).astype(
            np.uint8
        ),
        "blurred (1.5 pixels)": lambda rgb: gaussian_filter(rgb, (1.5, 1.5, 0)),
        "without colour": lambda rgb: np.repeat((rgb @ [0.299, 0.587, 0.114])[..., None], 3, 2).astype(
            np.uint8
        ),
    }
    return {
        name: against_people(lambda rgb, c=change: segment_image(c(rgb)).labels)["mean ARI"]
        for name, change in changes.items()
    }


def objects(grow):
    """Intersection over union of cut-outs, the box grown by a share of its size."""
    scores, seconds = {}, {}
    for name, (left, top, right, bottom) in BOXES.items():
        rgb = read_image(PHOTOS / "grabcut" / f"{name}.jpg").values
        truth = read_image(PHOTOS / "grabcut" / f"{name}_mask.png").values[..., 0] > 127
        dx, dy = grow / 2 * (right - left), grow / 2 * (bottom - top)
        begin = time.process_time()
        mask = cut_out(rgb, (left - dx, top - dy, right + dx, bottom + dy))
        seconds[name] = round(time.process_time() - begin, 2)
        scores[name] = round(float((mask & truth).sum() / (mask | truth).sum()), 4)
    return {
        "mean IoU": round(float(np.mean(list(scores.values()))), 4),
        "IoU": scores,
        "CPU seconds": seconds,
    }


def large_photo():
    """A 12-megapixel photo from file to segments, and the peak memory of the process."""
    image = Image.open(PHOTOS / "kodak" / "kodim23.png").resize((4000, 3000), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    del image
    seconds = {}
    for name, options in {"regions": {}, "colours, k = 5": {"n_segments": 5, "method": "colours"}}.items():
        wall, cpu = time.perf_counter(), time.process_time()
        segment_image(read_image(file.getvalue()), **options)
        seconds[name] = {
            "wall seconds": round(time.perf_counter() - wall, 2),
            "CPU seconds": round(time.process_time() - cpu, 2),
            "peak memory so far (MB)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    return seconds


def classic_recipe():
    """Five components on the Lab colours of 872,000 pixels, from the same start, for ten iterations."""
    rows = lab(data.hubble_deep_field()).reshape(-1, 3).astype(np.float64)
    means = rows[:: len(rows) // 5][:5]
    common = {"tol": 0.0, "max_iter": 10, "means_init": means, "weights_init": np.full(5, 0.2)}
    common["precisions_init"] = np.tile(np.linalg.inv(np.cov(rows.T)), (5, 1, 1))
    calls = {
        "gmm_engine": lambda: GaussianMixture(5, **common).fit(rows.astype(np.float32)),
        "gmm_engine, float64": lambda: GaussianMixture(5, **common).fit(rows),
        "scikit-learn, float64": lambda: PeerMixture(5, **common).fit(rows),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return summary(alternate(calls, rounds=3))


def main():
    """Run everything and write the results."""
    segment_image(flatter(data.coffee(), 1.0))  # compiles
    results = {
        "eight photos": {name: against_people(method) for name, method in METHODS.items()},
        "the photos disturbed, segment_image": disturbed(),
        "cut-outs": {"box": objects(0.0), "box 5 % larger": objects(0.05), "box 10 % larger": objects(0.1)},
        "12 megapixels": large_photo(),
        "classic recipe, seconds": classic_recipe(),
    }
    write("segmentation", results)


if __name__ == "__main__":
    main()
