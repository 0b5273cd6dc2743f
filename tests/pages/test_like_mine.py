"""Rows like mine: the page's numbers in Python, filled-up classes, and files of many rows."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from gmm_engine import BudgetError, RowMaker
from gmm_engine.data.examples import EXAMPLES
from pages._ui import exports
from pages._ui.synthetic_data import bulk, like_mine, like_views
from tests.pages.numbers import executed, numbers
from tests.pages.visit import sentences, visit

LINK = {"synthetic_data_way": "Like mine"}


@pytest.fixture(scope="module")
def penguins():
    table = EXAMPLES["Penguins"].load().values
    return table, RowMaker(2).fit(table)


def test_python_has_the_pages_numbers():
    page = visit("synthetic_data", **LINK)
    assert not page.exception
    assert sentences(page) == []
    names = executed(page)
    shown = numbers(page)
    assert shown["Energy test"] == f"p = {names['energy'].p_value:.3f}"
    assert shown["Told apart by a classifier"].startswith(f"{names['telling'].auc:.2f}")
    assert shown["Copies"] == str(names["near"].copies)
    assert any("alike" in text.value for text in page.markdown)


@pytest.mark.parametrize("view", like_views.VIEWS)
def test_every_comparison_is_drawn(view):
    page = visit("synthetic_data", **LINK, synthetic_data_view=view, synthetic_data_most="1")
    assert not page.exception
    assert json.loads(page.get("plotly_chart")[0].proto.spec)["data"]


def test_one_column_is_compared_by_its_histogram():
    page = visit("synthetic_data", **LINK, synthetic_data_example="Two normals")
    assert not page.exception
    assert sentences(page) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\nx,y\nz,w\n", "No numeric column can be used"),
        (b"a,b\n1,x\n2,y\n3,y\n4,y\n5,y\n", "needs at least 4 rows"),
        (b"a,b\n1,5\n2,4\n", "The table has 2 rows"),
    ],
    ids=["text", "rare", "few"],
)
def test_a_table_that_cannot_be_imitated_gets_a_sentence(content, words):
    page = visit("synthetic_data", **LINK, synthetic_data_most="1")
    page.get_by_key("synthetic_data_data").set_value("Upload").run()
    page.file_uploader[0].upload("table.csv", content).run()
    assert not page.exception
    assert words in " ".join(sentences(page))


def test_classes_are_filled_up_and_none_loses_a_row(penguins):
    table, maker = penguins
    sizes = table["species"].value_counts()
    full = like_mine.augmented(maker, table, "species", int(sizes.max()), 0)
    assert full["species"].value_counts().unique().tolist() == [sizes.max()]
    assert (full["origin"] == "table").sum() == len(table)
    made = full[full["origin"] == "made"]
    lacking = (sizes.max() - sizes)[sizes < sizes.max()]
    assert made["species"].value_counts().to_dict() == lacking.to_dict()
    deep = {name: part["bill depth (mm)"].mean() for name, part in made.groupby("species")}
    assert deep["Chinstrap"] > deep["Gentoo"] + 2


@pytest.mark.parametrize("kind", list(bulk.KINDS))
def test_a_file_has_every_row_asked_for(penguins, kind):
    content = bulk.write(penguins[1], 60_000, kind, 3)
    frame = pd.read_csv(content) if kind == "CSV" else pd.read_parquet(content)
    assert list(frame.columns) == list(penguins[0].columns)
    assert len(frame) == 60_000
    assert frame["body mass (g)"].dtype.kind == "i"
    assert (frame["species"] == "Adelie").mean() == pytest.approx(
        (penguins[0]["species"] == "Adelie").mean(), abs=0.02
    )


def test_a_file_is_harmless_in_a_spreadsheet():
    table = pd.DataFrame({"=x": np.arange(40.0), "who": ["=1+1", "b"] * 20})
    lines = bulk.write(RowMaker(1).fit(table), 50, "CSV", 0).getvalue().decode().splitlines()
    assert lines[0].replace('"', "") == "'=x,who"
    assert not any(line.replace('"', "").split(",")[1].startswith("=") for line in lines)


def test_a_file_that_would_be_too_large_is_refused():
    with pytest.raises(BudgetError, match="fewer rows"):
        bulk.check(1_000_000, 40)


def test_the_models_travel_as_json(penguins):
    document = like_views.documents(penguins[1])
    assert [group["categories"] for group in document["groups"]] == [["Adelie"], ["Chinstrap"], ["Gentoo"]]
    assert json.loads(exports._json(document))["rules"]["body mass (g)"]["decimals"] == 0
