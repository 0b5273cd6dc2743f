"""What the rows-like-mine half of the synthetic page shows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from gmm_engine import BudgetError, RowMaker
from gmm_engine.figures import likeness as figures
from pages._ui import charts, controls, describe, exports, fits
from pages._ui.jobs import Shown
from pages._ui.layout import Screen
from pages._ui.plain import literal
from pages._ui.synthetic_data import bulk, like_mine
from pages._ui.synthetic_data.like_mine import Compared

SIZES = ("100", "1,000", "10,000", "100,000", "300,000", "1,000,000")
VIEWS = ("Two columns", "Every column", "Correlations", "Nearness")


def show(screen: Screen) -> None:
    """Learn a table, make rows like its, compare, fill up classes, and take rows away."""
    with screen.controls:
        source, spec, draw = like_mine.ask(screen)
    shown = like_mine.learnt(screen, source, spec)
    with screen.results:
        for note in shown.value.notes_:
            st.caption(literal(note))
        made = like_mine.drawn(shown, draw)
        view = controls.choice(screen, "view", "Compare", VIEWS)
        if view in VIEWS[:2]:
            fig = (_pair if view == VIEWS[0] else _every)(screen, shown, made)
        compared = like_mine.compared(screen, shown, draw)
        if view in VIEWS[2:]:
            fig = _tested(screen, view, compared.value)
        verdict(compared.value)
        _augment(screen, shown, draw)
        _bulk(screen, shown, draw)
        exports.offer(
            screen, shown.source,
            rows=lambda: made,
            model=lambda: documents(shown.value),
            figures={"rows": fig},
            tables={"Comparison (CSV)": lambda: compared.value.columns},
            recipe=exports.Recipe(like_mine.code(shown.spec, draw, len(made)), like_mine.IMPORTS),
        )  # fmt: skip


def verdict(found: Compared) -> None:
    """The tests' numbers and what they mean."""
    energy, telling, near = found.energy, found.telling, found.near
    fits.metrics(
        (
            ("Energy test", f"p = {energy.p_value:.3f}",
             "How often random splits of both tables together lie at least as far apart as the two do. "
             "Small: they differ."),
            ("Told apart by a classifier", f"{telling.auc:.2f} \N{PLUS-MINUS SIGN} {telling.error:.2f}",
             "Chance that boosted trees rank a made row above a real one (AUC, unseen rows); 0.5: guessing."),
            ("Unusually near a real row", f"{near.closer:.1%}",
             "Made rows nearer to a real one than 95% of real rows are to each other; about 5% is usual."),
            ("Copies", f"{near.copies}", "Made rows equal to a row of the table."),
        )
    )  # fmt: skip
    alike = energy.p_value > 0.05 and telling.auc < 0.5 + max(3 * telling.error, 0.05)
    if alike:
        st.markdown("Neither test tells the made rows from the table: they are **alike**.")
    else:
        worst = found.columns.sort_values("apart", ascending=False).iloc[0]
        st.markdown(
            f"The made rows can be **told from the table**; the column that differs most is "
            f"{literal(worst['column'])} ({worst['apart']:.2f} apart)."
        )
    st.dataframe(found.columns, hide_index=True, column_config=describe.digits(found.columns))
    st.caption(
        "Compared with the rows the mixtures were fitted to. Apart: largest gap between the two cumulative "
        "shares, or between shares of categories."
    )


def documents(maker: RowMaker) -> dict[str, object]:
    """All mixtures as plain JSON, each with its categories and its number of rows."""
    groups = [
        {"categories": [str(part) for part in key], "rows": count, "mixture": model.to_dict()}
        for key, (count, model) in maker.groups_.items()
    ]
    rules = {
        name: {"decimals": rule.decimals, "positive": rule.positive, "logarithm": rule.logarithm}
        for name, rule in maker.rules_.items()
    }
    return {
        "columns": list(maker.numeric_),
        "categories": list(maker.categories_),
        "rules": rules,
        "groups": groups,
    }


def _pair(screen: Screen, shown: Shown[RowMaker], made: pd.DataFrame) -> go.Figure:
    maker, real = shown.value, shown.source.dataset.values
    if len(maker.numeric_) < 2:
        return _every(screen, shown, made)
    across, up = controls.view(screen, maker.numeric_, (0, 1))
    axes = [maker.numeric_[across], maker.numeric_[up]]
    parts = [table[axes].to_numpy(dtype=np.float64, na_value=np.nan) for table in (real, made)]
    fig = figures.side_by_side(*parts, axes)
    charts.show(screen, "beside", fig, figures.side_by_side_alt(*parts, axes))
    return fig


def _every(screen: Screen, shown: Shown[RowMaker], made: pd.DataFrame) -> go.Figure:
    real = shown.source.dataset.values
    values = [(str(name), _plain(real[name]), _plain(made[name])) for name in made]
    fig = figures.columns(values)
    charts.show(screen, "columns", fig, figures.columns_alt(values))
    if len(values) > figures.MOST_PANELS:
        st.caption(f"The first {figures.MOST_PANELS} of {len(values)} columns; the table below has all.")
    return fig


def _tested(screen: Screen, view: str, found: Compared) -> go.Figure:
    if view == VIEWS[2]:
        names, real, other = found.pairs
        fig = figures.correlations(names, real, other)
        charts.show(screen, "correlations", fig, figures.correlations_alt(names, real, other))
        st.caption("Below the diagonal the table, above it the made rows (Spearman's rank correlation).")
        return fig
    fig = figures.nearness(found.near.made, found.near.real)
    charts.show(screen, "nearness", fig, figures.nearness_alt(found.near.closer))
    return fig


def _augment(screen: Screen, shown: Shown[RowMaker], draw: int) -> None:
    """More rows per class, the label column kept."""
    maker = shown.value
    if not maker.categories_:
        return
    st.header("More rows per class", anchor=False)
    label = maker.categories_[controls.column(screen, "label", "Label column", maker.categories_)]
    sizes = like_mine.classes(maker, label)
    largest = max(sizes.values())
    text = "Classes with fewer rows are filled up with made ones; none loses any."
    wanted = int(controls.number(screen, "wanted", "Rows per class", 1, 100_000, largest, step=1, help=text))
    extra = {value: max(wanted - size, 0) for value, size in sizes.items()}
    table = pd.DataFrame({"class": list(sizes), "rows": list(sizes.values()), "made": list(extra.values())})
    st.dataframe(table, hide_index=True)
    own = shown.source.dataset.values
    st.download_button(
        "Filled-up table (CSV)",
        lambda: exports.csv(like_mine.augmented(maker, own, label, wanted, draw)),
        file_name="filled_up.csv", mime="text/csv", key=screen.key("take_filled"), on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip
    st.caption("The column *origin* says which rows are made.")


def _bulk(screen: Screen, shown: Shown[RowMaker], draw: int) -> None:
    """Any number of rows as a file, made when the button is pressed."""
    maker = shown.value
    st.header("Many rows", anchor=False)
    left, right = st.columns([2, 1])
    with left:
        size = int(controls.steps(screen, "many", "Rows", SIZES, SIZES[2]).replace(",", ""))
    with right:
        kind = controls.choice(screen, "file_kind", "File", list(bulk.KINDS))
    try:
        bulk.check(size, len(maker.columns_))
    except BudgetError as problem:
        screen.problem(problem, st)
        return
    st.download_button(
        f"{size:,} rows ({kind})", lambda: bulk.write(maker, size, kind, draw),
        file_name=f"rows_like_mine.{kind.lower()}", mime=bulk.KINDS[kind], key=screen.key("take_many"),
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def _plain(column: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return column.dropna().astype(str).to_numpy(dtype=str)
