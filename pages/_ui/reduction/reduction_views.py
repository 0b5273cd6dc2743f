"""What the reduction page shows: four charts side by side, figures of merit, one row rebuilt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from gmm_engine import class_separation
from gmm_engine.figures import digits, theme
from gmm_engine.figures import reduction as figures
from gmm_engine.types import Array, Dataset
from pages._ui import charts, controls, describe, layout
from pages._ui.inputs import Source
from pages._ui.jobs import Shown
from pages._ui.layout import Screen
from pages._ui.reduction.reductions import JUDGED, METHODS, Found

ELLIPSES = 60  # rows with an ellipse, besides the picked one
FIRST_TWO, CORNERS = "First two", "All, as corners"
NEAR_ZERO = 0.01
MOST_JUDGED = 5_000
PIXEL = re.compile(r"pixel_(\d+)_(\d+)$")


@dataclass(frozen=True)
class Look:
    """What the charts show besides the rows.

    Attributes
    ----------
    label : column of known classes, or None.
    by_class : colour by them.
    ellipses, corners : draw uncertainty; lay all memberships out on a polygon.
    """

    label: str | None
    by_class: bool
    ellipses: bool
    corners: bool


def asked(screen: Screen, source: Source) -> Look:
    """The controls of the charts."""
    st.header("Charts", anchor=False)
    label = describe.classes(screen, source.dataset)
    by_class = _truth(source.dataset, label) is not None and (
        controls.choice(screen, "colour", "Colour by", ("Components", "Classes")) == "Classes"
    )
    text = "The classic recipe draws two of the probabilities; a polygon has a corner for each."
    corners = controls.choice(screen, "memberships", "Responsibilities", (FIRST_TWO, CORNERS), help=text)
    text = f"One standard deviation of the posterior, for {ELLIPSES} rows and the picked one."
    return Look(
        label, by_class, controls.switch(screen, "ellipses", "Ellipses", True, help=text), corners == CORNERS
    )


def notes(found: Found) -> None:
    """Rows left out, and how the columns were treated."""
    left_out = len(found.used) - len(found.X)
    if left_out:
        st.caption(
            f"{left_out:,} of {len(found.used):,} rows lack a value in a chosen column and are left out."
        )
    model = found.reducers["GMMDR"]
    k, scaled = len(model.weights_), bool(np.any(model.scale_ != 1))
    st.caption(
        f"A mixture of {k} component{'s' * (k > 1)} in {len(found.spec.names)} columns, "
        f"{'scaled to unit variance' if scaled else 'as they are'}."
    )


def pick(screen: Screen, found: Found) -> int:
    """The position of the row that is ringed in every chart and rebuilt below."""
    key, last = screen.key("row"), len(found.X)
    if int(st.session_state.get(key, 1)) > last:  # another table was chosen
        st.session_state[key] = 1
    text = "Rows are counted among those used. A click on a row in a chart picks it, too."
    return int(controls.number(screen, "row", "Picked row", 1, last, 1, step=1, help=text)) - 1


def side_by_side(screen: Screen, shown: Shown[Found], look: Look, picked: int) -> dict[str, go.Figure]:
    """The four methods, two by two; a click on a row picks it."""
    drawn: dict[str, go.Figure] = {}
    names = list(METHODS)
    for pair in (names[:2], names[2:]):
        for column, name in zip(st.columns(2), pair, strict=True):
            with column:
                st.header(name, anchor=False)
                fig = shown.derive((name, look, picked), lambda name=name: _chart(shown, name, look, picked))
                key = METHODS[name]
                charts.show(
                    screen, key, fig, _alt(shown.value, name),
                    on_pick=lambda key=key: _clicked(screen, shown.value, key), pick="points",
                )  # fmt: skip
                drawn[key] = fig
    if look.ellipses:
        st.caption("Ellipses: one standard deviation of the posterior. Click a row to pick it.")
    _about_recipe(shown.value, look)
    return drawn


def quality(shown: Shown[Found], look: Look) -> None:
    """Neighbourhoods, classes and variance kept, beside PCA."""
    st.header("What the coordinates keep", anchor=False)
    known = _known(shown, look.label)
    table = shown.derive(("quality", look.label), lambda: _figures_of_merit(shown.value, known))
    formats = {name: st.column_config.NumberColumn(format="%.3f") for name in table.columns[1:]}
    st.dataframe(table, hide_index=True, column_config=formats)
    classes = (
        " Class separation: the share of rows whose class wins among their ten nearest neighbours."
        if known is not None
        else ""
    )
    st.caption(
        "Trustworthiness: 1 if rows that are near in the chart were near in the table (Venna and Kaski 2001; "
        f"on at most {JUDGED} rows).{classes} Way back: share of the variance that the expected row recovers."
    )


def variance(screen: Screen, shown: Shown[Found]) -> dict[str, go.Figure]:
    """How much of the columns' variance the coordinates explain."""
    st.header("Variance explained", anchor=False)
    shares = {name: model.explained_variance_ratio_ for name, model in shown.value.reducers.items()}
    fig = shown.derive("variance", lambda: figures.explained(shares))
    told = ", ".join(f"{name} {share.sum():.0%}" for name, share in shares.items())
    charts.show(screen, "variance", fig, f"Share of the variance explained linearly: {told}.")
    return {"variance": fig}


def one_row(screen: Screen, shown: Shown[Found], row: int) -> dict[str, go.Figure]:
    """The picked row, and what each method makes of it from its coordinates alone."""
    found = shown.value
    st.header(f"Row {row + 1} and its way back", anchor=False)
    versions = shown.derive(("back", row), lambda: _versions(found, row))
    shape = _picture_shape(found.spec.names)
    if shape is not None:
        fig = shown.derive(("pictures", row), lambda: _pictures(found, row, versions, shape))
    else:
        units = {name: _in_units(found, version) for name, version in versions.items()}
        own = _in_units(found, found.X[row])
        fig = shown.derive(("rebuilt", row), lambda: figures.rebuilt(own, units, found.spec.names))
    charts.show(screen, "rebuilt", fig, f"How far row {row + 1} is missed: {_missed(found, row, versions)}.")
    numbers = partial(_numbers, found, row, versions)
    layout.folded(screen.key("numbers"), "As numbers", lambda: st.dataframe(numbers(), hide_index=True))
    return {"rebuilt": fig}


def _chart(shown: Shown[Found], name: str, look: Look, picked: int) -> go.Figure:
    found = shown.value
    Z, covariances = found.places[name][:, :2], found.covariances[name][:, :2, :2]
    axes, corners = [f"{name} {c + 1}" for c in range(2)], None
    if name == "Responsibilities":
        axes = [f"probability of component {c + 1}" for c in range(2)]
        if look.corners and found.proba.shape[1] > 2:
            corners = figures.polygon(found.proba.shape[1])
            Z, covariances, axes = _on_polygon(found.proba, corners)
    if Z.shape[1] == 1:  # one component, or one independent column: a line of rows
        Z = np.column_stack([Z, np.zeros(len(Z))])
        covariances = np.pad(covariances, ((0, 0), (0, 1), (0, 1)))
        axes = [axes[0], ""]
    known = _known(shown, look.label) if look.by_class else None
    labels, classes = found.proba.argmax(axis=1), None
    if known is not None:
        classes, labels = np.unique(known, return_inverse=True)
    rows = np.unique(np.append(np.linspace(0, len(Z) - 1, min(ELLIPSES, len(Z))).astype(int), picked))
    ellipses = (rows, covariances[rows]) if look.ellipses else None
    names = None if classes is None else classes.tolist()
    options = {"ellipses": ellipses, "corners": corners, "legend": name == next(iter(METHODS))}
    return figures.embedding(Z, axes, labels, names=names, picked=picked, **options)


def _on_polygon(proba: Array, corners: Array) -> tuple[Array, Array, list[str]]:
    """Rows at the weighted mean of the corners, and the covariance of the corner they belong to."""
    Z = proba @ corners
    rest = corners[None] - Z[:, None, :]
    return Z, np.einsum("ij,ijq,ijr->iqr", proba, rest, rest), ["", " "]


def _about_recipe(found: Found, look: Look) -> None:
    """Why two probabilities out of many are a poor map."""
    Z = found.places["Responsibilities"][:, :2]
    hidden = int(np.sum(Z.sum(axis=1) < NEAR_ZERO))
    if not look.corners and found.proba.shape[1] > 2 and hidden:
        st.caption(
            f"Responsibilities: {hidden:,} of {len(Z):,} rows belong to neither of the first two components "
            f"and pile up at (0, 0). *{CORNERS}* gives every component a corner."
        )


def _alt(found: Found, name: str) -> str:
    trust, lost = found.merits(name)
    kept = f"trustworthiness {trust:.2f}, {1 - lost:.0%} of the variance comes back"
    return f"{len(found.X):,} rows in two coordinates by {name}: {kept}."


def _clicked(screen: Screen, found: Found, key: str) -> None:
    """The row under the click, found again by its place."""
    points = charts.points(screen, key)
    if not points:
        return
    place = np.array([points[0]["x"], points[0]["y"]])
    name = next(name for name, method in METHODS.items() if method == key)
    Z = found.places[name][:, :2]
    if st.session_state.get(screen.key("memberships")) == CORNERS and key == "responsibilities":
        Z = found.proba @ figures.polygon(found.proba.shape[1])
    if Z.shape[1] == 1:
        Z = np.column_stack([Z, np.zeros(len(Z))])
    st.session_state[screen.key("row")] = int(np.square(Z - place).sum(axis=1).argmin()) + 1


def _truth(data: Dataset, label: str | None) -> Array | None:
    """Known classes of all rows: a column, or what a generator knows."""
    if label is not None and label in data.values:
        return data.values[label].astype(str).to_numpy()
    if data.about.get("label") is not None:
        return None
    labels = data.about.get("truth", {}).get("labels")
    return None if labels is None else np.asarray(labels).astype(str)


def _known(shown: Shown[Found], label: str | None) -> Array | None:
    known = _truth(shown.source.dataset, label)
    return None if known is None else known[shown.value.used]


def _figures_of_merit(found: Found, known: Array | None) -> pd.DataFrame:
    rows = []
    chosen = np.arange(len(found.X))
    if len(chosen) > MOST_JUDGED:
        chosen = np.sort(np.random.default_rng(0).choice(len(chosen), MOST_JUDGED, replace=False))
    for name, Z in found.places.items():
        trust, lost = found.merits(name)
        row: dict[str, Any] = {"method": name, "trustworthiness": trust}
        if known is not None:
            row["class separation"] = class_separation(Z[chosen], known[chosen])
        rows.append(row | {"way back": 1 - lost})
    table = pd.DataFrame(rows)
    pca = table["method"] == "PCA"
    for column in table.columns[1:3].drop("way back", errors="ignore"):
        table[f"{column} against PCA"] = table[column] - float(table.loc[pca, column].iloc[0])
    return table


def _versions(found: Found, row: int) -> dict[str, Array]:
    """The row (d,) as each method expects it from its coordinates."""
    return {
        name: model.inverse_transform(found.places[name][row : row + 1])[0]
        for name, model in found.reducers.items()
    }


def _in_units(found: Found, row: Array) -> Array:
    """A row (d,) in standard deviations from the columns' means."""
    spread = found.X.std(axis=0)
    return np.asarray((row - found.X.mean(axis=0)) / np.where(spread > 0, spread, 1))


def _picture_shape(names: tuple[str, ...]) -> tuple[int, int] | None:
    """Height and width if the columns are pixels by name, as in the digits."""
    places = [PIXEL.match(name) for name in names]
    if not all(places):
        return None
    found = np.array([[int(part) for part in place.groups()] for place in places if place])
    h, w = (found.max(axis=0) + 1).tolist()
    return (h, w) if h * w <= 4 * len(names) else None


def _pictures(found: Found, row: int, versions: dict[str, Array], shape: tuple[int, int]) -> go.Figure:
    sheet = np.zeros((1 + len(versions), *shape))
    places = np.array([[int(part) for part in PIXEL.match(name).groups()] for name in found.spec.names])  # type: ignore[union-attr]
    for picture, pixels in zip(sheet, [found.X[row], *versions.values()], strict=True):
        picture[tuple(places.T)] = np.clip(pixels, 0, None)
    return digits.pictures(sheet, [f"row {row + 1}", *versions], across=5)


def _missed(found: Found, row: int, versions: dict[str, Array]) -> str:
    """Each method's mean distance from the row, in standard deviations of the columns."""
    own = _in_units(found, found.X[row])
    gaps = {name: np.sqrt(np.mean((_in_units(found, back) - own) ** 2)) for name, back in versions.items()}
    return ", ".join(f"{name} {gap:.2f}" for name, gap in gaps.items()) + " standard deviations"


def _numbers(found: Found, row: int, versions: dict[str, Array]) -> pd.DataFrame:
    columns = {"column": list(found.spec.names), "the row": found.X[row], **versions}
    frame = pd.DataFrame(columns)
    numbers = list(frame.columns[1:])
    frame[numbers] = frame[numbers].map(lambda value: float(theme.amount(value)))
    return frame
