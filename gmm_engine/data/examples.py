"""Tables that every page can open with: real ones scikit-learn brings, and generated ones.

Where a famous table may not be shipped, rows like it are drawn from its published
parameters, and its notes say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.data import generate
from gmm_engine.data.components import OUTLIER, Component, mixture
from gmm_engine.types import Array, Dataset


@dataclass(frozen=True)
class Example:
    """A table to try: `load()` returns it, `about` says in one sentence what it is."""

    about: str
    load: Callable[[], Dataset]


def _from_sklearn(loader: str, name: str, label: str, note: str) -> Dataset:
    """A classic of scikit-learn with its class names in the column `label`."""
    from sklearn import datasets

    bunch = getattr(datasets, loader)(as_frame=True)
    names = np.asarray(bunch.target_names).astype(str)
    return _labelled(name, bunch.data.astype(np.float64), names[bunch.target.to_numpy()], label, note)


def _labelled(name: str, frame: pd.DataFrame, labels: Array, label: str, note: str) -> Dataset:
    numeric = tuple(map(str, frame.columns))
    values = frame.assign(**{label: labels})
    truth = {"labels": pd.factorize(labels)[0]}
    about = {"label": label, "truth": truth}
    return Dataset(values, (*numeric, label), (note,), name=name, numeric=numeric, about=about)


def _renamed(data: Dataset, columns: tuple[str, ...], note: str, decimals: tuple[int, ...]) -> Dataset:
    """A generated mixture under the column names, and rounded like the original."""
    values = data.values.set_axis(list(columns), axis=1).round(dict(zip(columns, decimals, strict=True)))
    return replace(data, values=values, columns=columns, numeric=columns, notes=(note,))


def iris() -> Dataset:
    """Four lengths of 150 iris flowers of three species (Anderson 1935, Fisher 1936)."""
    note = "Fisher's iris, as scikit-learn brings it: 150 flowers, centimetres."
    return _from_sklearn("load_iris", "Iris", "species", note)


def wine() -> Dataset:
    """Thirteen chemical measurements of 178 Italian wines of three cultivars."""
    note = "UCI wine recognition data (Forina et al.), as scikit-learn brings it."
    return _from_sklearn("load_wine", "Wine", "cultivar", note)


def breast_cancer() -> Dataset:
    """Thirty measurements of cell nuclei in 569 breast tumours, benign or malignant."""
    note = "UCI breast cancer, Wisconsin (Wolberg, Street and Mangasarian 1995), as scikit-learn brings it."
    return _from_sklearn("load_breast_cancer", "Breast cancer", "diagnosis", note)


def digits() -> Dataset:
    """1,797 handwritten digits of 8 x 8 pixels, brightness 0 to 16; pixels that are always 0 left out."""
    from sklearn import datasets

    bunch = datasets.load_digits(as_frame=True)
    frame = bunch.data.loc[:, bunch.data.max() > bunch.data.min()].astype(np.float64)
    note = f"UCI optical digits, as scikit-learn brings it; {64 - frame.shape[1]} constant pixels left out."
    return _labelled("Handwritten digits", frame, bunch.target.to_numpy().astype(str), "digit", note)


def geyser() -> Dataset:
    """272 eruptions like those of Old Faithful: length and waiting time, both in minutes.

    Drawn from the best of the mixtures that mclust 6.0.0 fits to the geyser's record (Azzalini and
    Bowman 1990) by BIC: three ellipsoids of equal shape.
    """
    sd, correlation = (0.2797, 5.811), 0.2954
    parts = (
        Component(0.1657, (3.793, 77.52), sd, correlation),
        Component(0.3564, (2.038, 54.49), sd, correlation),
        Component(0.4780, (4.463, 80.83), sd, correlation),
    )
    note = "Drawn from a mixture fitted to the Old Faithful geyser's record; not the record itself."
    data = mixture(parts, 272, random_state=11, name="Geyser (like Old Faithful)")
    return _renamed(data, ("eruption (min)", "waiting (min)"), note, (3, 0))


_PENGUINS = {
    "Adelie": (151, (38.79, 18.35, 189.95, 3700.7), (2.66, 1.22, 6.54, 458.6),
               (0.39, 0.33, 0.55, 0.31, 0.58, 0.47)),
    "Chinstrap": (68, (48.83, 18.42, 195.82, 3733.1), (3.34, 1.14, 7.13, 384.3),
                  (0.65, 0.47, 0.51, 0.58, 0.60, 0.64)),
    "Gentoo": (123, (47.50, 14.98, 217.19, 5076.0), (3.08, 0.98, 6.48, 504.1),
               (0.64, 0.66, 0.67, 0.71, 0.72, 0.70)),
}  # fmt: skip


def penguins() -> Dataset:
    """342 penguins of three species: bill, flipper (mm) and mass (g).

    Drawn from normal distributions with approximate means, spreads and correlations of the
    Palmer Station penguins (Gorman, Williams and Fraser 2014, PLOS ONE 9(3) e90081).
    """
    total = sum(count for count, *_ in _PENGUINS.values())
    parts = [Component(n / total, mean, sd, _symmetric(r)) for n, mean, sd, r in _PENGUINS.values()]
    data = mixture(parts, total, random_state=3, name="Penguins (like Palmer Station)")
    columns = ("bill length (mm)", "bill depth (mm)", "flipper length (mm)", "body mass (g)")
    note = (
        "Drawn from approximate means, spreads and correlations of three species; not the birds themselves."
    )
    frame = _renamed(data, columns, note, (1, 1, 0, 0)).values
    species = np.array(list(_PENGUINS))[data.about["truth"]["labels"]]
    return _labelled(data.name, frame, species, "species", note)


def _symmetric(upper: tuple[float, ...]) -> tuple[tuple[float, ...], ...]:
    """Correlation matrix from its upper triangle, row by row."""
    matrix = np.eye(4)
    matrix[np.triu_indices(4, 1)] = upper
    return tuple(map(tuple, (matrix + matrix.T - np.eye(4)).tolist()))


def payments() -> Dataset:
    """2,000 card payments, 1 in 100 of them strange: an anomaly detector's first table."""
    everyday, evening = (3.2, 13.0, 1.2), (4.1, 19.5, 2.0)
    parts = (Component(0.7, everyday, (0.6, 3.0, 0.7)), Component(0.3, evening, (0.5, 1.5, 0.8)))
    data = mixture(parts, 2000, outliers=0.01, random_state=5, name="Card payments")
    log_amount, hour, log_distance = data.matrix().T
    columns = {
        "amount": np.exp(log_amount).clip(0.01, 1e5).round(2),
        "hour": (hour % 24).round(2),
        "distance (km)": np.exp(log_distance).clip(0.1, 2e4).round(1),
    }
    frame = pd.DataFrame(columns)
    strange = np.where(data.about["truth"]["labels"] == OUTLIER, "strange", "ordinary")
    return _labelled(data.name, frame, strange, "kind", "Invented payments; the strange ones are known.")


def two_regimes() -> Dataset:
    """1,000 working days of returns (%) that switch between a calm and a turbulent regime."""
    rng = np.random.default_rng(8)
    regime = np.zeros(1000, np.int64)
    leave = (0.01, 0.04)
    for i in range(1, regime.size):
        regime[i] = regime[i - 1] ^ (rng.random() < leave[regime[i - 1]])
    mean, sd = np.array([0.06, -0.12]), np.array([0.6, 2.1])
    returns = (mean[regime] + sd[regime] * rng.standard_normal(regime.size)).round(3)
    dates = pd.date_range("2020-01-01", periods=regime.size, freq="B").astype("datetime64[ns]")
    values = pd.DataFrame({"date": dates, "return (%)": returns})
    truth: dict[str, Any] = {"labels": regime, "means": mean[:, None], "covariances": (sd**2)[:, None, None]}
    note = "Invented: the regime lasts about 100 days when calm and 25 when turbulent."
    return Dataset(values, ("date", "return (%)"), (note,), name="Two regimes", numeric=("return (%)",),
                   about={"date": "date", "truth": truth})  # fmt: skip


EXAMPLES: dict[str, Example] = {
    "Iris": Example("150 flowers of three species, four lengths", iris),
    "Wine": Example("178 wines of three cultivars, thirteen measurements", wine),
    "Breast cancer": Example("569 tumours, thirty measurements of cell nuclei", breast_cancer),
    "Handwritten digits": Example("1,797 digits, one column per pixel", digits),
    "Geyser": Example("272 eruptions like Old Faithful's: length and waiting time", geyser),
    "Penguins": Example("342 penguins of three species: bill, flipper, mass", penguins),
    "Card payments": Example("2,000 payments, twenty of them strange", payments),
    "Two regimes": Example("1,000 days of returns, calm or turbulent", two_regimes),
    "Two normals": Example("300 values around 0 and 700 around 5", generate.two_normals),
    "Anisotropic blobs": Example(
        "three slanted ellipses that k-means cuts across", generate.anisotropic_blobs
    ),
    "Squeezed blobs": Example(
        "two needles side by side, 300 times longer than thick", generate.squeezed_blobs
    ),
    "Moons": Example("two half circles, each of which takes several components", generate.moons),
}
