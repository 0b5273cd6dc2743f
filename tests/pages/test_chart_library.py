"""The light chart library is a part of the whole one that the package brings."""

from __future__ import annotations

import json
import re

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
