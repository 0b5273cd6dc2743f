"""A table to edit a mixture component by component, and its short text for links.

The text has one component per line or semicolon: weight, means, spreads, correlation, all
separated by blanks. Table and text show the same mixture; either may be edited.
"""

from __future__ import annotations

from dataclasses import astuple

import pandas as pd
import streamlit as st

from gmm_engine.data.components import Component
from gmm_engine.errors import DataError
from pages._ui.layout import Screen

COLUMNS = ("weight", "mean x1", "mean x2", "spread x1", "spread x2", "correlation")
DEFAULT = "0.5 0 0 1 1 0.6; 0.3 5 1 0.7 1.5 -0.5; 0.2 2 5 1.2 0.5 0"
MOST = 20


def components(screen: Screen) -> tuple[Component, ...]:
    """The edited mixture over two columns; raises `DataError` naming what cannot be used."""
    key = screen.key("mixture")
    state = st.session_state.setdefault(f"_{key}", {"base": None, "version": 0})

    def read_text() -> None:
        state["base"] = None
        state["version"] += 1

    if state["base"] is None:
        text = st.session_state.get(key) or st.query_params.get(key) or DEFAULT
        state["base"] = pd.DataFrame([_flat(part) for part in parse(text)], columns=list(COLUMNS))
    st.header("The mixture", anchor=False)
    edited = st.data_editor(
        state["base"],
        num_rows="dynamic",
        hide_index=True,
        key=f"{key}_table_{state['version']}",
        column_config={name: st.column_config.NumberColumn(name, format="%.4g") for name in COLUMNS},
    )
    parts = tuple(_component(i, row) for i, row in enumerate(edited.itertuples(index=False), 1))
    st.session_state[key] = spell(parts)
    help_text = "weight, means, spreads and correlation of each component; semicolons between components"
    st.text_input("The same as text", key=key, bind="query-params", on_change=read_text, help=help_text)
    screen.keep("mixture", spell(parts))
    return parts


def parse(text: str) -> tuple[Component, ...]:
    """Components from their short text.

    Raises
    ------
    DataError
        A part is not six numbers, or there are too many.
    """
    parts = [part.split() for part in text.replace("\n", ";").split(";") if part.strip()]
    if not 1 <= len(parts) <= MOST:
        raise DataError(f"Give 1 to {MOST} components, separated by semicolons; found {len(parts)}.")
    return tuple(_component(i, part) for i, part in enumerate(parts, 1))


def spell(parts: tuple[Component, ...]) -> str:
    """The short text of components."""
    return "; ".join(" ".join(f"{number:g}" for number in _flat(part)) for part in parts)


def _flat(part: Component) -> tuple[float, ...]:
    weight, mean, sd, correlation = astuple(part)
    return (weight, *mean, *sd, correlation)


def _component(i: int, cells: object) -> Component:
    try:
        weight, *numbers = [float(cell) for cell in cells]  # type: ignore[attr-defined]
        first, second, wide, high, correlation = numbers
    except (TypeError, ValueError):
        raise DataError(
            f"Component {i} needs six numbers: weight, two means, two spreads, a correlation."
        ) from None
    return Component(weight, (first, second), (wide, high), correlation)
