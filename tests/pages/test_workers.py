"""With a cluster, sweeps and long fits go there; without an answer this server does them and says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmm_engine import GaussianMixture, sweep
from pages._ui.progress import Progress
from pages._ui.server import workers
from pages._ui.specs import MixtureSpec
from tests.pages.visit import sentences, visit

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def address():
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(protocol="tcp", host="127.0.0.1", **options) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(0, 1, (500, 2)), rng.normal(5, 2, (500, 2))])


def _with(monkeypatch, **changes):
    monkeypatch.setattr(workers, "SETTINGS", replace(workers.SETTINGS, cluster_seconds=0.0, **changes))
    workers._asked().update(time=float("-inf"), answer=None)


def _drained(steps):
    words = []
    while True:
        try:
            words.append(next(steps).words)
        except StopIteration as finished:
            return finished.value, words


def test_a_long_fit_runs_on_the_cluster(address, rows, monkeypatch):
    _with(monkeypatch, scheduler=address)
    spec = MixtureSpec(2, max_iter=50)
    model, words = _drained(workers.fit(spec, rows, 1.0))
    assert "2 workers, 2 threads" in words[0]
    assert "on the cluster" in words[-1]
    here = GaussianMixture(2, max_iter=50, random_state=0).fit(rows)
    np.testing.assert_allclose(model.means_, here.means_, rtol=1e-8)


def test_a_sweep_runs_on_the_cluster(address, rows, monkeypatch):
    _with(monkeypatch, scheduler=address)
    found = list(workers.candidates(rows, [1, 2], ("EII", "VVV"), random_state=0))
    there = {
        c.n_components: c.bic for c in found if not isinstance(c, Progress) and c.covariance_type == "VVV"
    }
    here = {c.n_components: c.bic for c in sweep(rows, [1, 2], "VVV", random_state=0)}
    assert there == here


def test_a_lost_cluster_leaves_the_work_to_this_server(address, rows, monkeypatch):
    _with(monkeypatch, scheduler=address)
    assert workers.ready() is not None
    gone = replace(workers.SETTINGS, scheduler="tcp://127.0.0.1:9")
    monkeypatch.setattr(workers, "SETTINGS", gone)
    found = list(workers.candidates(rows, [1, 2], ("EII",), random_state=0))
    assert "does not answer" in found[0].words
    assert [c.n_components for c in found[1:]] == [1, 2]
    workers._asked().update(time=float("inf"), answer=workers.state(address))
    model, words = _drained(workers.fit(MixtureSpec(2), rows, 1.0))
    assert any("goes on by itself" in text for text in words)
    assert model.means_.shape == (2, 2)


@pytest.mark.parametrize("alive", [True, False], ids=["alive", "gone"])
def test_pages_show_the_cluster_s_state(address, monkeypatch, alive):
    _with(monkeypatch, scheduler=address if alive else "tcp://127.0.0.1:9")
    page = visit("bic_selection")
    assert sentences(page) == []
    expected = "run on the cluster: 2 workers" if alive else "does not answer, so this server does the work"
    assert any(expected in caption.value for caption in page.caption)


def test_nothing_is_said_without_a_cluster(monkeypatch):
    _with(monkeypatch, scheduler="")
    assert workers.ready() is None
