"""A cluster for work that would keep this server busy, when GMM_SCHEDULER names its scheduler.

Sweeps and long fits go there. If it does not answer, or is lost on the way, a sentence says so
and this server does the work.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any

import streamlit as st

from gmm_engine import Candidate, ClusterError, GaussianMixture, sweep
from gmm_engine.rows.clients import ClusterState, state
from gmm_engine.rows.cluster import ClusterRows
from gmm_engine.selection.spread import sweep_on
from gmm_engine.types import Array
from pages._ui.progress import Progress
from pages._ui.settings import SETTINGS
from pages._ui.specs import MixtureSpec

# The cluster is not asked more often than this, however many visitors there are; one that did not
# answer is left alone for longer, since waiting for it holds a page up.
ASKED_SECONDS, GONE_SECONDS = 5.0, 30.0
PARTITIONS = 4  # of each thread's share of the rows


@st.cache_resource(show_spinner=False)
def _asked() -> dict[str, Any]:
    return {"time": float("-inf"), "answer": None}


def ready() -> ClusterState | None:
    """The cluster as it was seconds ago; None if there is none, or it does not answer."""
    if not SETTINGS.scheduler:
        return None
    seen = _asked()
    pause = GONE_SECONDS if isinstance(seen["answer"], ClusterError) else ASKED_SECONDS
    if time.monotonic() - seen["time"] > pause:
        seen["time"] = time.monotonic()  # others go on with the last answer meanwhile
        try:
            seen["answer"] = state(SETTINGS.scheduler)
        except ClusterError as gone:
            seen["answer"] = gone
    return seen["answer"] if isinstance(seen["answer"], ClusterState) else None


def told() -> None:
    """Say where long work is done, on servers that have a cluster."""
    if not SETTINGS.scheduler:
        return
    found = ready()
    if found is None:
        st.caption(":material/cloud_off: The cluster does not answer, so this server does the work itself.")
    else:
        st.caption(f":material/hub: Sweeps and long fits run on the cluster: {found}.")


def fit(spec: Any, X: Array, seconds: float) -> Generator[Progress, None, GaussianMixture]:
    """`spec.steps(X)`, each iteration on the cluster if the fit is long and there is one."""
    found = ready() if isinstance(spec, MixtureSpec) and seconds > SETTINGS.cluster_seconds else None
    if found is not None:
        try:
            return (yield from _fit_there(spec, X, found))
        except ClusterError as gone:
            yield _lost(gone)
    return (yield from spec.steps(X))


def candidates(
    X: Array, counts: Sequence[int], families: Sequence[str], **options: Any
) -> Iterator[Candidate | Progress]:
    """`sweep` on the cluster if there is one; `Progress` to show in between."""
    missing = [(k, name) for k in counts for name in families]
    found = ready()
    if found is not None:
        try:
            for candidate in sweep_on(SETTINGS.scheduler, X, counts, families, **options):
                if candidate is None:
                    yield Progress(None, f"{len(missing)} models to come from the cluster: {found}")
                else:
                    missing.remove((candidate.n_components, candidate.covariance_type))
                    yield candidate
            return
        except ClusterError as gone:
            yield _lost(gone)
    done = {(k, name) for k in counts for name in families} - set(missing)
    yield from sweep(X, counts, families, skip=done, **options)


def _fit_there(
    spec: MixtureSpec, X: Array, found: ClusterState
) -> Generator[Progress, None, GaussianMixture]:
    yield Progress(None, f"Sending {len(X):,} rows to the cluster: {found}")
    chunk = -(-len(X) // (PARTITIONS * found.threads))
    rows = import_module("dask.array").from_array(X, chunks=(chunk, X.shape[1]))
    source = ClusterRows(rows, scheduler=SETTINGS.scheduler)
    source.keep()
    model = GaussianMixture(**asdict(spec))
    for step in model.iter_fit(source):
        words = f"Iteration {step.iteration} on the cluster: log-likelihood {step.bound:.4f} per row"
        yield Progress(step.iteration / spec.max_iter, words)
    return model


def _lost(gone: ClusterError) -> Progress:
    _asked().update(time=float("-inf"), answer=None)
    return Progress(None, f"The cluster was lost, so this server goes on by itself. ({gone})")
