"""Tables whose strange rows are known: ten of ADBench, and others that no choice was made for alone.

The others are classes made rare (digits, wine, breast cancer, iris; vowels, formants, phonemes,
bacteria, pictures of ground where the reference data are present) and rows put in by the recipes
of ADBench (Han et al. 2022, section 3.2): local, global, clustered, and of broken dependence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.mixture import GaussianMixture

Array = Any
Table = tuple[Array, Array]
SHARE = 0.05
MOST_ORDINARY = 3000
KINDS = ("local", "global", "cluster", "dependency")


def ten(folder: Path) -> dict[str, Table]:
    """The ten tables of the reference data: rows (n, d) and 1 for anomalies (n,)."""
    found = {}
    for path in sorted((folder / "anomaly").glob("*.npz")):
        with np.load(path) as stored:
            found[path.stem.split("_", 1)[1]] = (stored["X"].astype(float), stored["y"].astype(int))
    return found


def others(folder: Path) -> dict[str, Table]:
    """Further tables by "group/name"; those of absent files are left out."""
    rng = np.random.default_rng(7)
    found: dict[str, Table] = {}
    for name, X, y, rare in _classed(folder):
        for one in rare:
            found[f"{name}/{one}"] = _thinned(X, y == one, rng)
    for name, X in _bases(folder).items():
        for kind in KINDS:
            found[f"{kind} rows/{name}"] = _injected(X, kind, rng)
    return found


def _classed(folder: Path) -> Iterator[tuple[str, Array, Array, list[Any]]]:
    """Rows, classes, and the classes to make rare."""
    digits, cancer = datasets.load_digits(), datasets.load_breast_cancer()
    wine, iris = datasets.load_wine(), datasets.load_iris()
    yield "digits", digits.data, digits.target, [0, 1, 4, 8]
    yield "breast cancer", cancer.data, cancer.target, [0]
    yield "wine", wine.data, wine.target, [1, 2]
    yield "iris", iris.data, iris.target, [0, 1, 2]
    speech = folder / "speech"
    if speech.is_dir():
        vowels = pd.read_csv(speech / "deterding_vowel.csv")
        yield "vowels", vowels.filter(regex="^x").to_numpy(), vowels.vowel.to_numpy(), ["hid", "hYd", "hUd"]
        formants = pd.read_csv(speech / "peterson_barney_1952.csv")
        yield "formants", formants[["f0", "f1", "f2", "f3"]].to_numpy(float), formants.type.to_numpy(), ["c"]
        phonemes = pd.read_csv(speech / "elena_phoneme.csv")
        yield "phonemes", phonemes.iloc[:, :5].to_numpy(), phonemes.oral.to_numpy(), [0, 1]
    for name, rare in (("ecoli", [3, 5]), ("statlog", [1, 3, 4, 5]), ("sonar", [1, 2])):
        path = folder / "clustering" / f"uci_{name}.npz"
        if path.exists():
            with np.load(path) as stored:
                yield name, stored["X"].astype(float), stored["labels"][0], rare


def _bases(folder: Path) -> dict[str, Array]:
    """Ordinary rows to put strange ones among."""
    cancer = datasets.load_breast_cancer()
    pixels = datasets.load_digits().data
    pixels = pixels - pixels.mean(axis=0)
    found = {
        "diabetes": np.delete(datasets.load_diabetes().data, 1, axis=1),
        "benign tumours": cancer.data[cancer.target == 1][:, :10],
        "digits": pixels @ np.linalg.svd(pixels, full_matrices=False)[2][:12].T,
    }
    if (folder / "speech").is_dir():
        found["formants"] = pd.read_csv(folder / "speech" / "peterson_barney_1952.csv").iloc[:, 5:].to_numpy()
        vowels = pd.read_csv(folder / "speech" / "deterding_vowel.csv")
        found["vowels"] = vowels.filter(regex="^x").to_numpy()
    return {name: X.astype(float) for name, X in found.items()}


def _thinned(X: Array, rare: Array, rng: np.random.Generator) -> Table:
    """All other rows, and as many of the rare class as make up `SHARE` (at least eight)."""
    ordinary, strange = np.flatnonzero(~rare), np.flatnonzero(rare)
    ordinary = rng.permutation(ordinary)[:MOST_ORDINARY]
    count = max(8, round(SHARE * len(ordinary) / (1 - SHARE)))
    return _mixed(X[ordinary], X[rng.permutation(strange)[:count]], rng)


def _injected(X: Array, kind: str, rng: np.random.Generator) -> Table:
    """Rows of a mixture fitted to X, and strange ones; dependence is broken in the rows themselves."""
    n, count = min(len(X), 1500), round(SHARE * min(len(X), 1500))
    if kind == "dependency":
        broken = np.stack([rng.choice(column, count) for column in X.T], axis=1)
        return _mixed(X[rng.permutation(len(X))[:n]], broken, rng)
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    fits = [GaussianMixture(k, reg_covar=1e-4, random_state=0).fit(Z) for k in range(1, 6)]
    model = min(fits, key=lambda fit: fit.bic(Z))
    ordinary = model.sample(n)[0]
    if kind == "global":
        low, high = 1.1 * ordinary.min(axis=0), 1.1 * ordinary.max(axis=0)
        return _mixed(ordinary, rng.uniform(low, high, (count, X.shape[1])), rng)
    changes: dict[str, Callable[[], None]] = {
        "local": lambda: setattr(model, "covariances_", 5 * model.covariances_),
        "cluster": lambda: setattr(model, "means_", 5 * model.means_),
    }
    changes[kind]()
    return _mixed(ordinary, model.sample(count)[0], rng)


def _mixed(ordinary: Array, strange: Array, rng: np.random.Generator) -> Table:
    X = np.vstack([ordinary, strange])
    y = np.repeat([0, 1], [len(ordinary), len(strange)])
    order = rng.permutation(len(X))
    return X[order][:, X.std(axis=0) > 0], y[order]
