"""What the benchmarks left in benchmarks/results can be read by anything that reads JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from benchmarks import compare

RESULTS = sorted(path.name for path in compare.RESULTS.glob("*.json"))


def refuse(word):
    raise ValueError(f"{word} is no JSON")


@pytest.mark.parametrize("name", RESULTS)
def test_every_committed_result_is_strict_json(name):
    text = (compare.RESULTS / name).read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=refuse)


def test_what_json_cannot_say_is_written_as_null(tmp_path, monkeypatch):
    monkeypatch.setattr(compare, "RESULTS", tmp_path)
    rows = [{"missed": math.inf, "pair": (1.5, -math.inf)}, {"mean": np.float32("nan"), "count": np.int64(3)}]
    compare.save("trial", rows, limit=np.float64("inf"))
    document = json.loads((tmp_path / "trial.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert document["results"] == [{"missed": None, "pair": [1.5, None]}, {"mean": None, "count": 3}]
    assert document["limit"] is None
