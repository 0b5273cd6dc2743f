"""The command line: every command, what it leaves behind, and how it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from gmm_engine import GaussianMixture, select_model, sweep
from gmm_engine.cli import main
from gmm_engine.cli import selecting as selecting_room
from gmm_engine.cli.output import whole
from gmm_engine.cli.progress import Bar, iterations_left, line
from tests.data_dir import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("cli")
    rng = np.random.default_rng(3)
    X = np.concatenate([rng.normal(0, 1, (900, 2)), rng.normal((2.5, 2.5), 1, (600, 2))])
    pd.DataFrame(X, columns=["x", "y"]).to_parquet(place / "rows.parquet", row_group_size=400)
    return place


def _model(path):
    return GaussianMixture.from_dict(json.loads(path.read_text()))


def test_fit_writes_the_engine_s_model(folder, tmp_path, capsys):
    out = tmp_path / "model.json"
    assert main(["fit", str(folder / "*.parquet"), "--components", "2", "--out", str(out)]) == 0
    expected = GaussianMixture(2, random_state=0, max_iter=200).fit(str(folder / "rows.parquet"))
    np.testing.assert_allclose(_model(out).means_, expected.means_, rtol=1e-12)
    assert _model(out).feature_names_in_.tolist() == ["x", "y"]
    assert os.listdir(tmp_path) == ["model.json"]
    told = capsys.readouterr()
    assert told.out == ""
    assert "1,500 rows" in told.err


def test_a_fit_goes_on_where_it_stopped(folder, tmp_path, capsys):
    source = [
        str(folder / "rows.parquet"),
        "--components",
        "3",
        "--tol",
        "1e-9",
        "--init",
        "random_from_data",
    ]
    whole_run, parts = tmp_path / "whole.json", tmp_path / "parts.json"
    assert main(["fit", *source, "--max-iter", "40", "--out", str(whole_run)]) == 3
    assert "not converged" in capsys.readouterr().err
    for most in ("13", "27", "40"):
        assert main(["fit", *source, "--max-iter", most, "--out", str(parts), "--resume"]) == 3
    np.testing.assert_allclose(_model(parts).means_, _model(whole_run).means_, rtol=1e-7)
    assert _model(parts).n_iter_ == 40
    assert (tmp_path / "parts.json.checkpoint").exists()
    other = [*source, "--seed", "5", "--max-iter", "50", "--out", str(parts), "--resume"]
    assert main(["fit", *other]) == 1
    assert "of another job: seed was 0 and is 5" in capsys.readouterr().err


def test_a_fit_with_noise_goes_on_too(folder, tmp_path):
    arguments = [str(folder / "rows.parquet"), "-k", "2", "--noise", "--tol", "1e-12", "--quiet"]
    for most in ("5", "9"):
        out = ["--max-iter", most, "--out", str(tmp_path / "m.json"), "--resume", "--checkpoint-every", "2"]
        assert main(["fit", *arguments, *out]) == 3
    assert main(["fit", *arguments, "--max-iter", "9", "--out", str(tmp_path / "whole.json")]) == 3
    one, other = _model(tmp_path / "m.json"), _model(tmp_path / "whole.json")
    np.testing.assert_allclose(one.means_, other.means_, rtol=1e-7)
    assert one.noise_weight_ == pytest.approx(other.noise_weight_, rel=1e-6)


def test_a_killed_fit_leaves_a_checkpoint_and_no_output(folder, tmp_path):
    out = tmp_path / "model.json"
    command = [sys.executable, "-m", "gmm_engine", "fit", str(folder / "rows.parquet"), "--components", "9"]
    command += ["--tol", "0", "--max-iter", "100000000", "--out", str(out), "--checkpoint-every", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    checkpoint = tmp_path / "model.json.checkpoint"
    deadline = time.monotonic() + 90
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in told
    assert os.listdir(tmp_path) == ["model.json.checkpoint"]
    assert json.loads(checkpoint.read_text())["state"]["iteration"] >= 1


def test_a_fit_begins_at_a_model_of_the_dashboard(folder, tmp_path):
    first = GaussianMixture(2, random_state=0).fit(pd.read_parquet(folder / "rows.parquet"))
    (tmp_path / "from_page.json").write_text(json.dumps(first.to_dict()))
    source, start = str(folder / "rows.parquet"), str(tmp_path / "from_page.json")
    out = tmp_path / "model.json"
    assert main(["fit", source, "--start", start, "--out", str(out), "--quiet"]) == 0
    assert _model(out).n_iter_ <= 3
    np.testing.assert_allclose(_model(out).means_, first.means_, atol=0.1)


def test_select_finds_what_the_engine_finds_and_goes_on(folder, tmp_path, capsys, monkeypatch):
    source, out = str(folder / "rows.parquet"), tmp_path / "best.json"
    arguments = ["select", source, "--components", "1-3", "--covariance", "EII,VVV", "--out", str(out)]
    fitted = []

    def stopping(*args, **kwargs):
        for number, candidate in enumerate(sweep(*args, **kwargs)):
            if number == 2 and not fitted:
                raise KeyboardInterrupt
            yield candidate
        fitted.append(kwargs["skip"])

    monkeypatch.setattr(selecting_room, "sweep", stopping)
    assert main(arguments) == 130
    fitted.append("stopped")
    assert main([*arguments, "--resume", "--table", str(tmp_path / "all.csv")]) == 0
    assert fitted[-1] == {(1, "EII"), (1, "VVV")}
    expected = select_model(source, range(1, 4), ("EII", "VVV")).table
    table = pd.read_csv(tmp_path / "all.csv")
    np.testing.assert_allclose(table["bic"], expected["bic"], rtol=1e-9)
    assert _model(out).n_components == 2
    assert "VVV" in capsys.readouterr().out
    assert sorted(os.listdir(tmp_path)) == ["all.csv", "best.json"]


def test_score_and_sample_stream_to_files(folder, tmp_path, capsys):
    source = str(folder / "rows.parquet")
    table = pd.read_parquet(source)
    model = GaussianMixture(2, random_state=0).fit(table)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(model.to_dict()))
    assert main(["score", str(path), source, "--out", str(tmp_path / "scores.parquet")]) == 0
    scores = pd.read_parquet(tmp_path / "scores.parquet")
    np.testing.assert_allclose(scores["log_density"], model.score_samples(table))
    np.testing.assert_array_equal(scores["component"], model.predict(table))
    capsys.readouterr()
    assert main(["score", str(path), source]) == 0
    told = dict(row.split("\t") for row in capsys.readouterr().out.splitlines())
    assert float(told["bic"]) == pytest.approx(model.bic(table), rel=1e-8)
    assert float(told["icl"]) == pytest.approx(model.icl(table), rel=1e-8)
    drawn = tmp_path / "drawn.csv"
    assert main(["sample", str(path), "-n", "5000", "--out", str(drawn), "--labels"]) == 0
    rows = pd.read_csv(drawn)
    assert list(rows) == ["x", "y", "component"]
    assert rows[["x", "y"]].mean().to_numpy() == pytest.approx(table.mean().to_numpy(), abs=0.15)
    first = drawn.read_bytes()
    assert main(["sample", str(path), "-n", "5000", "--out", str(drawn), "--labels"]) == 0
    assert drawn.read_bytes() == first


def test_describe_tells_of_files_and_models(folder, tmp_path, capsys):
    table = pd.read_parquet(folder / "rows.parquet")
    table.loc[7, "x"] = np.nan
    table.to_csv(tmp_path / "rows.csv", index=False)
    assert main(["describe", str(tmp_path / "rows.csv")]) == 0
    told = capsys.readouterr().out
    assert "1,500 rows, 2 columns" in told
    (row,) = (row.split() for row in told.splitlines() if row.split()[:1] == ["x"])
    assert row[1] == "1"
    assert float(row[2]) == pytest.approx(table["x"].mean(), rel=1e-4)
    assert float(row[3]) == pytest.approx(table["x"].std(ddof=0), rel=1e-4)
    model = GaussianMixture(2, random_state=0).fit(table.dropna())
    (tmp_path / "model.json").write_text(json.dumps(model.to_dict()))
    assert main(["describe", str(tmp_path / "model.json")]) == 0
    assert "2 components, 2 columns, full, converged" in capsys.readouterr().out


def test_wrong_arguments_and_files_end_with_a_sentence(folder, tmp_path, capsys):
    source = str(folder / "rows.parquet")
    for arguments in ([], ["fit"], ["fit", source, "--components", "2"], ["select", source, "-k", "x"]):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 2
    capsys.readouterr()
    for arguments, words in [
        (["fit", str(tmp_path / "no.csv"), "-k", "2", "--out", "m.json"], "No file matches"),
        (["fit", source, "--out", "m.json"], "Say how many --components"),
        (["fit", source, "-k", "2", "--init", "odd", "--out", "m.json"], "init_params"),
        (["fit", source, "-k", "2", "--out", str(tmp_path / "none" / "m.json")], "does not exist"),
        (["score", source, source], "JSON"),
        (["sample", source, "-n", "0", "--out", "x.csv"], "must be positive"),
    ]:
        assert main([*arguments, "--quiet"]) == 1
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", "fit", "select", "score", "sample", "describe"])
def test_help_has_examples(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([*([command] if command else []), "--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    assert "examples:" in told
    assert "exit codes:" in told


def test_an_output_is_whole_or_absent(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("before")

    def half():
        with whole(path) as partial:
            partial.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["x.txt"]


def test_the_bar_tells_rate_and_remaining_time():
    assert "0:30 left" in line("", 10, 40, 1_000_000, 10)
    assert "1.0 M rows/s" in line("", 10, 40, 1_000_000, 10)
    assert "1:00:00 left" in line("", 1, 2, 10, 3600)
    assert iterations_left([-8, -4, -2], 0.1, 99) == 5
    assert iterations_left([-8.0], 0.1, 99) == 99
    stream = io.StringIO()
    stream.isatty = lambda: True
    bar = Bar(stream=stream)
    bar.words, bar.rows = "fit", 100
    for done in (1, 2):
        bar.pieces(done, 2)
    assert stream.getvalue().startswith("\rfit  [")
    bar.say("done")
    assert stream.getvalue().endswith("\rdone\n")
