"""Widgets that give plain values: one line each in a page, bound to the page's address.

    k = controls.slider(screen, "k", "Components", 1, 12, 3, help="How many bells are added up.")
    family = controls.choice(screen, "family", "Covariance", FAMILIES)

Every value is written to the address as ``<page>_<name>`` and collected for *Copy link*.
What the address carries is the text a visitor sees, so options are named in words and a
released name is not changed. Bounds here are a convenience: the engine checks again.

`mixture(screen)` is the usual set for one mixture and returns a frozen `MixtureSpec`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import streamlit as st

from gmm_engine.types import Array, Dataset
from pages._ui import report
from pages._ui.layout import Screen
from pages._ui.plain import literal, tame
from pages._ui.specs import AutoSpec, MixtureSpec

FAMILIES = {
    "full": "Any ellipse for every component",
    "tied": "One ellipse shared by all",
    "diag": "Ellipses along the axes",
    "spherical": "Circles, each of its own size",
}


NOTHING: Mapping[str, str] = MappingProxyType({})
FAMILY_HELP = " · ".join(f"**{name}**: {promise}" for name, promise in FAMILIES.items())
STARTS = ("auto", "kmeans", "k-means++", "random", "random_from_data")


def slider(
    screen: Screen, name: str, label: str, low: float, high: float, default: float, **options: Any
) -> Any:
    """A slider from `low` to `high`; `options` go to `st.slider` (help, step, format)."""
    key = screen.key(name)
    return _kept(
        screen, name, label, st.slider(label, low, high, default, key=key, bind="query-params", **options)
    )


def number(
    screen: Screen, name: str, label: str, low: float, high: float, default: float, **options: Any
) -> Any:
    """A number to type; `options` go to `st.number_input`."""
    key = screen.key(name)
    found = st.number_input(label, low, high, default, key=key, bind="query-params", **options)
    return _kept(screen, name, label, found)


def choice(
    screen: Screen, name: str, label: str, words: Sequence[str], default: str | None = None, **options: Any
) -> str:
    """One of a few named options: side by side up to four short ones, else a list."""
    key, first = screen.key(name), default or words[0]
    if len(words) <= 4 and sum(map(len, words)) <= 32 and all(map(tame, words)):
        picked = st.segmented_control(
            label, words, default=first, required=True, key=key, bind="query-params", **options
        )
    else:
        picked = st.selectbox(label, words, list(words).index(first), key=key, bind="query-params", **options)
    return str(_kept(screen, name, label, picked or first))


def steps(screen: Screen, name: str, label: str, words: Sequence[str], default: str, **options: Any) -> str:
    """A slider over named steps, such as row counts."""
    key = screen.key(name)
    picked = st.select_slider(label, words, default, key=key, bind="query-params", **options)
    return str(_kept(screen, name, label, picked))


def several(
    screen: Screen, name: str, label: str, words: Sequence[str], default: Sequence[str], **options: Any
) -> tuple[str, ...]:
    """Any number of the options, such as columns of a table."""
    key = screen.key(name)
    picked = st.multiselect(label, words, list(default), key=key, bind="query-params", **options)
    return tuple(_kept(screen, name, label, picked))


def numeric_columns(screen: Screen, data: Dataset, most: int = 20) -> tuple[str, ...]:
    """Which numeric columns to use; those that follow from others only when they are chosen."""
    text = "The numeric columns the mixture sees."
    return columns(screen, data.numeric, text, most, data.about.get("derived", {}))


def columns(
    screen: Screen, names: Sequence[str], text: str, most: int = 20, derived: Mapping[str, str] = NOTHING
) -> tuple[str, ...]:
    """Which columns to use: the first `most` to begin with, and while none is chosen.

    `derived` columns, which follow from others as their words say, are not among those.
    """
    own = [name for name in names if name not in derived]
    default = tuple(own[:most])
    begin_again(screen.key("columns"), tuple(names), list(default))
    chosen = several(screen, "columns", "Columns", names, default, help=text)
    if not chosen:
        screen.problem(f"No column is chosen. Until one is, {len(default)} columns are used.", st)
    if len(default) < len(own) and set(chosen or default) == set(default):
        st.caption(f"The first {len(default)} of {len(names):,} numeric columns, until you choose others.")
    for name in derived:
        if name in chosen:
            st.caption(f"{literal(name)} says nothing new: it is {literal(derived[name])}.")
    return chosen or default


def view(screen: Screen, names: Sequence[str], best: tuple[int, int]) -> tuple[int, int]:
    """Which two of the columns a scatter shows; asked only where there are more than two."""
    if len(names) <= 2:
        return (0, min(1, len(names) - 1))
    left, right = st.columns(2)
    with left:
        across = column(screen, "across", "Across", names, best[0])
    with right:
        up = column(screen, "up", "Up", names, best[1])
    return (across, up)


def column(
    screen: Screen, name: str, label: str, names: Sequence[str], default: int = 0, **options: Any
) -> int:
    """The position of one of the columns; begins again when other columns are offered."""
    words = tuple(names)
    begin_again(screen.key(name), words, words[default])
    return words.index(choice(screen, name, label, words, words[default], **options))


def span(screen: Screen, name: str, label: str, values: Array, **options: Any) -> tuple[float, float]:
    """Limits within a column's values (n,), the middle half of them to begin with."""
    low, high, digits = ends(values)
    middle = np.clip(np.nanquantile(values, (0.25, 0.75)), low, high)
    default = tuple(round(float(end), digits) for end in middle)
    begin_again(screen.key(name), (label, f"{low}", f"{high}"), default)
    options |= {"step": 10.0**-digits, "format": f"%.{max(digits, 0)}f"}
    chosen = slider(screen, name, label, low, high, default, **options)
    return float(chosen[0]), float(chosen[1])


def place(screen: Screen, name: str, label: str, values: Array, **options: Any) -> float:
    """One value within a column's values (n,), their median to begin with."""
    low, high, digits = ends(values)
    default = round(float(np.clip(np.nanmedian(values), low, high)), digits)
    begin_again(screen.key(name), (label, f"{low}", f"{high}"), default)
    options |= {"step": 10.0**-digits, "format": f"%.{max(digits, 0)}f"}
    return float(slider(screen, name, label, low, high, default, **options))


def ends(values: Array) -> tuple[float, float, int]:
    """Rounded limits around values (n,), and to how many decimals: a few hundred steps apart."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    high = high if high > low else low + 1
    digits = int(np.ceil(-np.log10((high - low) / 300)))
    step = 10.0**-digits
    return round(np.floor(low / step) * step, digits), round(np.ceil(high / step) * step, digits), digits


def begin_again(key: str, options: tuple[str, ...], default: Any) -> None:
    """Put a widget back to its default when it is offered for other data than before."""
    known = st.session_state.setdefault("_options", {})
    if known.get(key, options) != options:
        st.session_state[key] = default
    known[key] = options


def switch(screen: Screen, name: str, label: str, default: bool = False, **options: Any) -> bool:
    """Yes or no."""
    picked = st.toggle(label, default, key=screen.key(name), bind="query-params", **options)
    return bool(_kept(screen, name, label, picked))


def _kept(screen: Screen, name: str, label: str, value: Any) -> Any:
    """Note a control's value for the link, and its label for the report."""
    report.labels()[screen.key(name)] = label
    return screen.keep(name, value)


def seed(screen: Screen) -> int:
    """The random seed: same seed, same numbers."""
    text = "Everything random starts from this number: the same seed gives the same result."
    return int(number(screen, "seed", "Seed", 0, 2**31 - 1, 0, step=1, help=text))


def mixture(screen: Screen, *, auto: bool = False, k: int = 3, most: int = 12) -> MixtureSpec | AutoSpec:
    """Components, covariance and seed of one mixture; the rest is folded under *More*.

    Parameters
    ----------
    auto : offer, and begin with, the choice of both by BIC.
    k, most : components to begin with, and at most.
    """
    words = ("Automatic", "Choose")
    help_text = "Automatic: the number and shape of components with the best BIC."
    if auto and choice(screen, "model", "Model", words, help=help_text) == words[0]:
        limit = slider(screen, "most", "At most", 1, most, min(9, most), help="Components to try.")
        with st.expander("More"):
            return AutoSpec(int(limit), random_state=seed(screen))
    count_text = "How many normal distributions are added up."
    n_components = int(slider(screen, "k", "Components", 1, most, k, help=count_text))
    family = choice(screen, "covariance", "Covariance", list(FAMILIES), help=FAMILY_HELP)
    with st.expander("More"):
        return _details(screen, n_components, family)


def _details(screen: Screen, n_components: int, family: str) -> MixtureSpec:
    init = choice(screen, "init", "Start", STARTS, help="How the first responsibilities are found.")
    n_init = int(slider(screen, "n_init", "Starts to try", 1, 10, 1, help="The likeliest run is kept."))
    text = "Added to every variance, in squared units of the data: keeps components from collapsing."
    power = slider(screen, "ridge", "Variance floor, power of ten", -12, 0, -6, help=text)
    return MixtureSpec(n_components, family, init, n_init, 10.0**power, random_state=seed(screen))
