"""Fitted groups in words and tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from gmm_engine import agreement, profile_table, what_sets_apart
from gmm_engine.types import Dataset
from pages._ui import controls
from pages._ui.fits import Fit, metrics
from pages._ui.layout import Screen
from pages._ui.plain import literal

MOST_CLASSES = 30
NONE, FORMERLY = "none", "nothing"  # the latter stands in older links


def groups(fit: Fit) -> None:
    """Each component's share and what sets it apart, then means and spreads in the table's units."""
    apart = what_sets_apart(*fit.parts, fit.names)
    lines = [
        f"- **{_group(fit, j)}**, {share:.0%} of the rows: {_words(rows)}"
        for j, (share, rows) in enumerate(zip(fit.parts.weights, apart, strict=True))
    ]
    if fit.model.noise_weight_ > 0:
        lines.append(
            f"- **Noise**, {fit.model.noise_weight_:.0%} of the rows: spread evenly over all columns."
        )
    st.markdown("\n".join(lines))
    table = profiles(fit)
    st.dataframe(table, hide_index=True, column_config=digits(table))


def digits(table: pd.DataFrame) -> dict[str, Any]:
    """How a table's columns are written: numbers with four digits, shares as per cents."""
    numbers = table.select_dtypes("float").columns
    return {
        name: st.column_config.NumberColumn(format="percent" if name == "share" else "%.4g")
        for name in numbers
    }


def profiles(fit: Fit) -> pd.DataFrame:
    """Share, means and spreads of each group, in the table's units."""
    table = profile_table(*fit.parts, fit.names)
    return table.assign(component=list(fit.called)) if fit.groups else table


def told(fit: Fit) -> pd.DataFrame:
    """The profiles, and beside them what sets each group apart in words, for files and reports."""
    apart = what_sets_apart(*fit.parts, fit.names)
    return profiles(fit).assign(**{"what sets it apart": [_words(rows, str) for rows in apart]})


def _group(fit: Fit, j: int) -> str:
    return literal(fit.groups[j]) if j < len(fit.groups) else f"Component {j + 1}"


def _words(rows: list[tuple[str, float]], spelled: Callable[[str], str] = literal) -> str:
    if not rows:
        return "close to the average in every column."
    parts = [f"{'high' if size > 0 else 'low'} {spelled(name)} ({size:+.1f} sd)" for name, size in rows]
    return ", ".join(parts).replace("-", "\N{MINUS SIGN}") + "."


def classes(screen: Screen, data: Dataset, fitted: tuple[str, ...] | None = None) -> str | None:
    """Ask which column holds known classes; None without one.

    `fitted` are the columns that cannot be asked for (default: all numeric ones).
    """
    frame = data.values.drop(columns=list(data.numeric if fitted is None else fitted))
    names = [name for name in frame if 2 <= frame[name].nunique() <= MOST_CLASSES]
    if not names:
        return None
    first = data.about.get("label")
    controls.begin_again(screen.key("label"), tuple(names), str(first) if first in names else NONE)
    words = [NONE, *map(str, names)]
    key = screen.key("label")
    if key not in st.session_state and st.query_params.get(key) == FORMERLY:
        st.session_state[key] = st.query_params[key] = NONE
    text = "A column of known classes to compare with. The fit does not see it."
    chosen = controls.choice(
        screen, "label", "Known classes", words, str(first) if first in names else NONE, help=text
    )
    return None if chosen == NONE else chosen


def compared(fit: Fit, known: pd.Series, column: str) -> None:
    """How well the groups answer to known classes."""
    told = known[fit.used].notna().to_numpy()
    score, table = agreement(known[fit.used][told].to_list(), fit.proba.argmax(axis=1)[told])
    names = {f"component {j + 1}": name for j, name in enumerate(fit.groups)}
    table = table.rename(columns=names)
    text = "1: the same grouping as the known classes; about 0: no better than chance."
    metrics([("Adjusted Rand index", f"{score:.3f}", text)])
    st.dataframe(table, column_config={"_index": column})


def side_by_side(table: pd.DataFrame) -> None:
    """A table of true and fitted numbers, with sensible digits."""
    st.dataframe(table, hide_index=True, column_config=digits(table))
