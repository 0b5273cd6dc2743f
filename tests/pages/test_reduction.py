"""The reduction page reacts, repeats itself in Python, and refuses in words."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from gmm_engine import MixtureReducer
from gmm_engine.figures import reduction as figures
from pages._ui import inputs
from pages._ui.reduction import reduction_views, reductions
from tests.pages.numbers import executed
from tests.pages.visit import sentences, visit


@pytest.fixture
def moons():
    return visit("reduction", reduction_example="Moons")


def merit(page):
    return page.dataframe[0].value.set_index("method")


def captions(page):
    return " ".join(caption.value for caption in page.caption)


def upload(page, text, name="table.csv"):
    page.get_by_key("reduction_data").set_value("Upload").run()
    page.file_uploader[0].upload(name, text.encode()).run()
    assert not page.exception
    return page


def test_it_opens_with_a_table_that_is_worth_reducing():
    page = visit("reduction")
    assert not page.exception
    assert sentences(page) == []
    assert "in 13 columns" in captions(page)
    assert merit(page).loc["GMMDR", "class separation"] > merit(page).loc["PCA", "class separation"]


def test_moons_begin_with_the_classic_recipe(moons):
    assert not moons.exception
    assert sentences(moons) == []
    assert "A mixture of 5 components in 2 columns" in captions(moons)
    assert "pile up at (0, 0)" in captions(moons)
    assert len(moons.get("plotly_chart")) == 6
    assert merit(moons).loc["PCA", "trustworthiness"] == pytest.approx(1)


@pytest.mark.parametrize("example", ["Moons", "Wine"])
def test_it_repeats_itself_in_python(example):
    page = visit("reduction", reduction_example=example, reduction_mixture="Choose", reduction_q="3")
    assert not page.exception
    found, table = executed(page), merit(page)
    assert set(found["reducers"]) == set(table.index)
    for name, trust in found["trust"].items():
        assert trust == pytest.approx(table.loc[name, "trustworthiness"], abs=1e-9)


def test_another_example_begins_with_a_mixture_by_bic(moons):
    moons.selectbox(key="reduction_example").set_value("Iris").run()
    assert not moons.exception
    assert moons.get_by_key("reduction_mixture").value == reductions.AUTO
    assert "A mixture of 2 components in 4 columns" in captions(moons)
    assert merit(moons).loc["GMMDR", "class separation"] > 0.95


def test_memberships_on_a_polygon_hide_nothing(moons):
    moons.get_by_key("reduction_memberships").set_value(reduction_views.CORNERS).run()
    assert not moons.exception
    assert "pile up" not in captions(moons)
    chart = json.loads(moons.get("plotly_chart")[0].proto.spec)
    assert any(trace.get("text") == ["1", "2", "3", "4", "5"] for trace in chart["data"])


def test_colours_ellipses_and_the_picked_row_follow_the_controls(moons):
    moons.get_by_key("reduction_colour").set_value("Classes").run()
    moons.toggle(key="reduction_ellipses").set_value(False).run()
    moons.number_input(key="reduction_row").set_value(7).run()
    assert not moons.exception
    chart = json.loads(moons.get("plotly_chart")[1].proto.spec)
    names = [trace.get("name") for trace in chart["data"]]
    assert names == ["0", "1", "row 7"]


def test_a_link_restores_mixture_and_row():
    page = visit("reduction", reduction_example="Iris", reduction_mixture="Choose", reduction_row="51")
    assert "A mixture of 3 components in 4 columns" in captions(page)
    assert page.number_input(key="reduction_row").value == 51
    chart = json.loads(page.get("plotly_chart")[2].proto.spec)
    assert chart["data"][-1]["name"] == "row 51"
    page.selectbox(key="reduction_example").set_value("Moons").run()
    page.number_input(key="reduction_row").set_value(900).run()
    page.selectbox(key="reduction_example").set_value("Iris").run()
    assert not page.exception
    assert page.number_input(key="reduction_row").value == 1


def test_a_row_of_pixels_is_shown_as_pictures():
    page = visit("reduction", reduction_example="Handwritten digits", reduction_mixture="Five tied")
    assert not page.exception
    chart = json.loads(page.get("plotly_chart")[5].proto.spec)
    assert chart["data"][0]["type"] == "heatmap"
    assert merit(page).loc["Mixture of PCA", "trustworthiness against PCA"] > 0


def test_rows_and_models_are_taken_away():
    source = inputs.example("Iris")
    spec = reductions.ReductionSpec(source.dataset.numeric, 3, "full", 2, 1.0, "auto", 0)
    found = drained(source, spec)
    frame = found.placed(source.dataset.values)
    assert list(frame.columns[-4:]) == ["PCA 1", "PCA 1 sd", "PCA 2", "PCA 2 sd"]
    np.testing.assert_allclose(frame["GMMDR 1"], found.places["GMMDR"][:, 0], atol=1e-6)
    for name, document in json.loads(json.dumps(found.to_dict(), allow_nan=False)).items():
        restored = MixtureReducer.from_dict(document)
        np.testing.assert_array_equal(restored.transform(found.X), found.places[name])


def drained(source, spec):
    steps = reductions.steps(source, spec)
    while True:
        try:
            assert 0 <= next(steps).fraction <= 1
        except StopIteration as finished:
            return finished.value


def table(n=60, d=3, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(size=(n, d)), columns=[f"x{f}" for f in range(d)])


def csv(frame):
    file = io.StringIO()
    frame.to_csv(file, index=False)
    return file.getvalue()


def test_text_alone_is_refused(moons):
    assert "holds text" in sentences(upload(moons, "a,b\nx,y\nz,w\n"))[0]


def test_one_column_is_refused(moons):
    page = upload(moons, csv(table(d=1)))
    assert "Two numeric columns or more are needed" in sentences(page)[0]


def test_two_rows_are_refused(moons):
    assert "at least 4 are needed" in sentences(upload(moons, csv(table(2))))[0]


def test_constant_columns_are_refused_or_carried_along(moons):
    page = upload(moons, csv(table().assign(always=1.0)))
    assert sentences(page) == []
    page.file_uploader[0].upload("same.csv", csv(table() * 0 + 2).encode()).run()
    assert not page.exception
    assert sentences(page)


def test_fewer_rows_than_columns_and_holes_are_said(moons):
    frame = table(14, 20)
    frame.loc[3, "x5"] = np.nan
    page = upload(moons, csv(frame))
    assert sentences(page) == []
    assert "1 of 14 rows lack a value" in captions(page)
    assert merit(page).shape[0] == 4


def test_figures_pass_plotlys_validation():
    Z, corners = np.random.default_rng(0).normal(size=(9, 2)), figures.polygon(3)
    ellipses = (np.array([1, 4]), np.tile(np.eye(2), (2, 1, 1)))
    options = {"ellipses": ellipses, "picked": 3, "corners": corners}
    go.Figure(figures.embedding(Z, ("a", "b"), np.arange(9) % 3, **options).to_dict())
    go.Figure(figures.rebuilt(Z[:, 0], {"PCA": Z[:, 1]}, list("abcdefghi")).to_dict())
    go.Figure(figures.explained({"PCA": np.array([0.5, 0.2]), "GMMDR": np.array([0.4])}).to_dict())


def test_a_polygon_begins_at_the_top():
    corners = figures.polygon(5)
    np.testing.assert_allclose(corners[0], [0, 1], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(corners, axis=1), 1)


def test_only_pixels_by_name_are_pictures():
    assert reduction_views._picture_shape(("pixel_0_0", "pixel_1_1")) == (2, 2)
    assert reduction_views._picture_shape(("pixel_0_0", "x")) is None
    assert reduction_views._picture_shape(("pixel_0_0", "pixel_900_900")) is None
