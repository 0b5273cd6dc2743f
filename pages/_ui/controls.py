"""Widgets that give plain values: one line each in a page, bound to the page's address.

    k = controls.slider(screen, "k", "Components", 1, 12, 3, help="How many bells are added up.")
    family = controls.choice(screen, "family", "Covariance", FAMILIES)

Every value is written to the address as ``<page>_<name>`` and collected for *Copy link*.
What the address carries is the text a visitor sees, so options are named in words and a
released name is not changed. Bounds here are a convenience: the engine checks again.

`mixture(screen)` is the usual set for one mixture and returns a frozen `MixtureSpec`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from gmm_engine import DataError, GaussianMixture
from pages._ui.layout import Screen

FAMILIES = {
    "full": "Any ellipse for every component",
    "tied": "One ellipse shared by all",
    "diag": "Ellipses along the axes",
    "spherical": "Circles, each of its own size",
}


def slider(
    screen: Screen, name: str, label: str, low: float, high: float, default: float, **options: Any
) -> Any:
    """A slider from `low` to `high`; `options` go to `st.slider` (help, step, format)."""
    key = screen.key(name)
    return screen.keep(name, st.slider(label, low, high, default, key=key, bind="query-params", **options))


def number(
    screen: Screen, name: str, label: str, low: float, high: float, default: float, **options: Any
) -> Any:
    """A number to type; `options` go to `st.number_input`."""
    key = screen.key(name)
    return screen.keep(
        name, st.number_input(label, low, high, default, key=key, bind="query-params", **options)
    )


def choice(
    screen: Screen, name: str, label: str, words: Sequence[str], default: str | None = None, **options: Any
) -> str:
    """One of a few named options: side by side up to four short ones, else a list."""
    key, first = screen.key(name), default or words[0]
    if len(words) <= 4 and sum(map(len, words)) <= 32:
        picked = st.segmented_control(
            label, words, default=first, required=True, key=key, bind="query-params", **options
        )
    else:
        picked = st.selectbox(label, words, list(words).index(first), key=key, bind="query-params", **options)
    return str(screen.keep(name, picked or first))


def steps(screen: Screen, name: str, label: str, words: Sequence[str], default: str, **options: Any) -> str:
    """A slider over named steps, such as row counts."""
    key = screen.key(name)
    return str(
        screen.keep(name, st.select_slider(label, words, default, key=key, bind="query-params", **options))
    )


def several(
    screen: Screen, name: str, label: str, words: Sequence[str], default: Sequence[str], **options: Any
) -> tuple[str, ...]:
    """Any number of the options, such as columns of a table."""
    key = screen.key(name)
    picked = st.multiselect(label, words, list(default), key=key, bind="query-params", **options)
    return tuple(screen.keep(name, picked))


def columns(screen: Screen, names: Sequence[str], most: int = 20) -> tuple[str, ...]:
    """Which numeric columns to use; all of them to begin with, up to `most`.

    Raises
    ------
    DataError
        None is chosen.
    """
    text = "The numeric columns the mixture sees. Rows are described in all columns anyway."
    chosen = several(screen, "columns", "Columns", names, list(names)[:most], help=text)
    if not chosen:
        raise DataError("No column is chosen: pick at least one numeric column.")
    return chosen


def switch(screen: Screen, name: str, label: str, default: bool = False, **options: Any) -> bool:
    """Yes or no."""
    return bool(
        screen.keep(name, st.toggle(label, default, key=screen.key(name), bind="query-params", **options))
    )


def seed(screen: Screen) -> int:
    """The random seed: same seed, same numbers."""
    text = "Everything random starts from this number: the same seed gives the same result."
    return int(number(screen, "seed", "Seed", 0, 2**31 - 1, 0, step=1, help=text))


@dataclass(frozen=True)
class MixtureSpec:
    """What a visitor asked of one mixture: hashable, so it is part of a result's key."""

    n_components: int = 3
    covariance_type: str = "full"
    init_params: str = "auto"
    n_init: int = 1
    reg_covar: float = 1e-6
    tol: float = 1e-3
    max_iter: int = 200
    random_state: int = 0

    def model(self) -> GaussianMixture:
        """The unfitted estimator."""
        return GaussianMixture(**asdict(self))

    def code(self) -> str:
        """The estimator as Python, leaving out what is the default."""
        words = [f"n_components={self.n_components}"]
        for name, value in asdict(self).items():
            if name != "n_components" and value != getattr(_DEFAULTS, name):
                words.append(f"{name}={value!r}")
        return f"GaussianMixture({', '.join(words)})"


_DEFAULTS = GaussianMixture()


def mixture(screen: Screen, k: int = 3, most: int = 12) -> MixtureSpec:
    """Components, covariance and seed; start, repeats, ridge and tolerance folded under *More*."""
    text = "How many normal distributions are added up."
    n_components = int(slider(screen, "k", "Components", 1, most, k, help=text))
    family = choice(
        screen,
        "covariance",
        "Covariance",
        list(FAMILIES),
        help=" · ".join(f"**{name}**: {promise}" for name, promise in FAMILIES.items()),
    )
    with st.expander("More"):
        starts = ("auto", "kmeans", "k-means++", "random", "random_from_data", "hierarchical")
        init = choice(screen, "init", "Start", starts, help="How the first responsibilities are found.")
        n_init = int(slider(screen, "n_init", "Starts to try", 1, 10, 1, help="The likeliest run is kept."))
        reg_text = "Added to every variance, in squared units of the data: keeps components from collapsing."
        power = slider(screen, "ridge", "Ridge, power of ten", -12, 0, -6, help=reg_text)
        random_state = seed(screen)
    return MixtureSpec(n_components, family, init, n_init, 10.0**power, random_state=random_state)
