"""Models go both ways between the command line and the dashboard."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from gmm_engine import GaussianMixture
from gmm_engine.cli import main
from pages._ui import scoring


def test_models_go_both_ways(tmp_path, capsys):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        np.concatenate([rng.normal(0, 1, (60, 2)), rng.normal(6, 1, (60, 2))]), columns=["x", "y"]
    )
    table.to_csv(tmp_path / "rows.csv", index=False)
    model, source = tmp_path / "model.json", str(tmp_path / "rows.csv")
    assert main(["fit", source, "-k", "2", "--out", str(model), "--quiet"]) == 0
    judge = scoring.read_model(model.read_bytes())
    assert judge.names == ("x", "y")
    assert judge.model.n_components == 2
    (tmp_path / "page.json").write_text(json.dumps(GaussianMixture(2, random_state=0).fit(table).to_dict()))
    capsys.readouterr()
    assert main(["score", str(tmp_path / "page.json"), source, "--quiet"]) == 0
    assert "rows\t120" in capsys.readouterr().out
