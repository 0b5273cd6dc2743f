"""Rows on a Dask cluster give the same mixture as rows in memory; a lost worker changes nothing."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pandas as pd
import pytest

from gmm_engine import (
    BayesianGaussianMixture,
    ClusterError,
    DataError,
    GaussianMixture,
    open_rows,
    select_model,
    sweep,
)
from gmm_engine.cli import main
from gmm_engine.rows import cells, clients
from gmm_engine.rows import cluster as cluster_room
from gmm_engine.selection.spread import sweep_on
from tests.engine.far_rows import difference, three_groups

dask_array = pytest.importorskip("dask.array")
dask_frame = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore:The fit did not converge")


@pytest.fixture(scope="module")
def rows():
    return three_groups(3000, 5000, 4000)


@pytest.fixture(scope="module")
def address():
    """A scheduler with two workers, threads of this process."""
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(protocol="tcp", host="127.0.0.1", **options) as cluster:
        yield cluster.scheduler_address


def _start(**settings):
    return GaussianMixture(
        3,
        weights_init=[0.3, 0.3, 0.4],
        means_init=[[0, 0, 0], [5, 5, 5], [-6, -6, -6]],
        precisions_init=[np.eye(3)] * 3,
        tol=0,
        **{"max_iter": 6, **settings},
    )


def _kinds(rows, folder):
    frame = pd.DataFrame(rows, columns=list("abc")).assign(name="x")
    frame.to_parquet(folder / "rows.parquet", row_group_size=900)
    return {
        "array": dask_array.from_array(rows, chunks=(1000, 2)),
        "frame": dask_frame.from_pandas(frame, npartitions=5),
        "files": str(folder / "rows.parquet"),
    }


@pytest.mark.parametrize("kind", ["array", "frame", "files"])
@pytest.mark.parametrize("where", ["cluster", "process"])
def test_the_same_start_gives_the_same_mixture(rows, address, tmp_path, kind, where):
    source = open_rows(_kinds(rows, tmp_path)[kind], scheduler=address if where == "cluster" else "")
    near, far = _start().fit(rows), _start().fit(source)
    assert difference(near, far) < 1e-8
    assert far.score(source) == pytest.approx(near.score(rows), rel=1e-10)
    assert far.bic(source) == pytest.approx(near.bic(rows), rel=1e-10)
    np.testing.assert_array_equal(far.predict(source), near.predict(rows))


def test_single_precision_agrees_too(rows, address):
    X = rows.astype(np.float32)
    source = open_rows(dask_array.from_array(X, chunks=(1000, 3)), scheduler=address)
    assert source.dtype == "float32"
    assert difference(_start().fit(X), _start().fit(source)) < 1e-4


def test_the_environment_names_the_scheduler(rows, address, tmp_path, monkeypatch):
    monkeypatch.setenv("GMM_SCHEDULER", address)
    source = open_rows(_kinds(rows, tmp_path)["files"])
    assert source.client.scheduler.address == address
    out = tmp_path / "model.json"
    assert main(["fit", str(tmp_path / "rows.parquet"), "-k", "3", "--out", str(out), "--quiet"]) == 0
    monkeypatch.setenv("GMM_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr(clients, "SECONDS_TO_ANSWER", 0.2)
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:9 does not answer"):
        open_rows(str(tmp_path / "rows.parquet"))


def test_selection_and_bayes_run_on_the_cluster(rows, address):
    rows = rows[:4000]
    source = open_rows(dask_array.from_array(rows, chunks=(2000, 3)), scheduler=address)
    near, far = (select_model(X, [2, 3], "VVV") for X in (rows, source))
    assert far.best.n_components == near.best.n_components == 3
    assert far.best.bic == pytest.approx(near.best.bic, rel=1e-9)
    near, far = (
        BayesianGaussianMixture(n_components=4, random_state=0, max_iter=9).fit(X) for X in (rows, source)
    )
    assert difference(near, far) < 1e-8


def test_a_sweep_on_the_cluster_finds_what_a_sweep_here_does(rows, address):
    here = {(c.n_components, c.covariance_type): c.bic for c in sweep(rows[:3000], [1, 2, 3], ("EII", "VVV"))}
    there = [c for c in sweep_on(address, rows[:3000], [1, 2, 3], ("EII", "VVV")) if c is not None]
    assert {(c.n_components, c.covariance_type): c.bic for c in there} == here
    assert "2 workers, 2 threads" in str(clients.state(address))


def test_a_bad_cell_is_named_by_partition_and_column(rows, address):
    frame = pd.DataFrame(rows[:900], columns=list("abc"))
    frame.loc[777, "b"] = np.nan
    source = open_rows(dask_frame.from_pandas(frame, npartitions=3), scheduler=address)
    with pytest.raises(DataError, match="partition 2, row 177, column 'b': a missing value"):
        GaussianMixture().fit(source)
    with pytest.raises(DataError, match="no column names"):
        open_rows(dask_array.from_array(rows, chunks=500), ["a"], scheduler=address)
    gaps = frame.to_numpy()
    far = open_rows(dask_array.from_array(gaps, chunks=(100, 3)), scheduler=address)
    settings = {"missing": "em", "random_state": 0, "max_iter": 300, "tol": 1e-9}
    one, other = (GaussianMixture(**settings).fit(X) for X in (gaps, far))
    np.testing.assert_allclose(other.means_, one.means_, rtol=1e-5)


def test_only_sums_travel(rows, address):
    """What comes back from a partition does not grow with its rows."""
    from distributed.protocol import serialize_bytes

    from gmm_engine.rows import Frame
    from gmm_engine.rows.sums import EStep
    from gmm_engine.types import Params

    k, d = 5, 3
    params = Params(np.full(k, 1 / k), np.zeros((k, d)), np.tile(np.eye(d), (k, 1, 1)))
    sizes = [
        len(
            serialize_bytes(
                EStep(params, Frame(np.zeros(d)))(0, cluster_room.Block(X, 0, columns=(), dtype="float64"))
            )
        )
        for X in (rows, rows[:10])
    ]
    assert sizes[0] == sizes[1]
    assert sizes[0] < 8 * k * (1 + d + d * d) + 2000


def test_many_pieces_become_few_tasks(rows, address, tmp_path, monkeypatch):
    path = _kinds(np.tile(rows, (20, 1)), tmp_path)["files"]
    monkeypatch.setattr(cells, "PIECE_BYTES", 24 * 2000)
    monkeypatch.setattr(cells, "LEAST_BATCH", 100)
    monkeypatch.setattr(cluster_room, "MOST_TASKS", 10)
    monkeypatch.setattr(cluster_room, "GATHERED", 3)
    monkeypatch.setattr(cluster_room, "FAN", 2)
    far = open_rows(path, scheduler=address)
    assert len(open_rows(path, scheduler="").pieces) > 80
    assert [len(part.pieces) for part in far._parts] == [1] * 10
    settings = {"max_iter": 2}
    assert difference(_start(**settings).fit(open_rows(path)), _start(**settings).fit(far)) < 1e-8


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_nothing(rows, tmp_path):
    _kinds(np.tile(rows, (40, 1)), tmp_path)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(processes=True, **options) as cluster:
        source = open_rows(str(tmp_path / "rows.parquet"), scheduler=cluster.scheduler_address)
        victim = next(iter(source.client.run(os.getpid).values()))
        expected = _start(max_iter=30).fit(str(tmp_path / "rows.parquet"))
        model = _start(max_iter=30)
        for step in model.iter_fit(source):
            if step.iteration == 5:
                threading.Timer(0.05, os.kill, (victim, signal.SIGKILL)).start()
        assert victim not in source.client.run(os.getpid).values()
    assert model.n_iter_ == 30
    assert difference(expected, model) < 1e-8
