"""The light chart library is a part of the whole one that the package brings."""

from __future__ import annotations

import json
import re

import plotly.graph_objects as go

from pages._ui import charts
from pages._ui.charts import scripts

LIBRARY = scripts.HERE / "library"


def _version(path):
    return re.search(r"plotly\.js (?:\(.*?\) )?v([\d.]+)", path.read_text(encoding="utf-8")[:400])[1]


def test_both_are_of_one_version():
    built = json.loads((LIBRARY / "package.json").read_text(encoding="utf-8"))
    versions = {_version(scripts.FILES[name]) for name in ("light.js", "whole.js")}
    assert versions == {built["version"]} == {built["dependencies"]["plotly.js"]}


def test_the_charts_know_what_is_in_it():
    entry = (LIBRARY / "entry.js").read_text(encoding="utf-8")
    names = re.search(
        r"const LIGHT = new Set\((.*)\)", scripts.FILES["chart.js"].read_text(encoding="utf-8")
    )[1]
    assert set(json.loads(names)) == {*re.findall(r"lib/(\w+)", entry), "scatter"} - {"core"}


def test_a_figure_says_its_name_and_how_long_it_is():
    """What `arrivals.js` looks for among the bytes of a message."""
    about = {"chart": "page_chart_a", "alt": "Grüße"}
    told = charts._spelled(about, go.Figure({"data": [{"x": [1, 2]}]}))
    found = json.loads(told)
    assert int(found["studio"]) == len(told)
    assert found["figure"]["data"][0]["x"] == [1, 2]
    head = re.search(r"const HEAD = `(.*?)`", scripts.FILES["arrivals.js"].read_text(encoding="utf-8"))[1]
    assert re.sub(rb"\d{7}", b"0000000", told).startswith(head.encode() + b"page_chart_a")
