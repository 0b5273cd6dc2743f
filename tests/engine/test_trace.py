"""A recorded run is the run, state by state."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from gmm_engine import DataError, DegenerateFitError, GaussianMixture
from gmm_engine.data.components import Component, mixture
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.trace import STARTS, lloyd, record

GEYSER = EXAMPLES["Geyser"].load().matrix()
BY_HAND = [[2.0, 90.0], [5.0, 45.0]]


@pytest.mark.parametrize("start", [*STARTS, BY_HAND], ids=str)
def test_the_likelihood_climbs_from_every_start(start):
    run = record(GEYSER, 2, start=start)
    assert (np.diff(run.bounds) > -1e-9).all()
    assert run.ended == "The fit converged."
    assert not run.collapsed


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical", "VEE"])
def test_the_last_state_is_the_fitted_model(kind):
    run = record(GEYSER, 2, start=BY_HAND, covariance_type=kind)
    weights, means, factors = run.weights[0], run.means[0], np.linalg.cholesky(run.covariances[0])
    precisions = np.linalg.inv(factors @ factors.transpose(0, 2, 1))
    shaped = {"tied": precisions[0], "diag": np.diagonal(precisions, axis1=1, axis2=2),
              "spherical": precisions[:, 0, 0]}.get(kind, precisions)  # fmt: skip
    model = GaussianMixture(2, covariance_type=kind, weights_init=weights, means_init=means,
                            precisions_init=shaped, tol=1e-5, max_iter=200).fit(GEYSER)  # fmt: skip
    assert run.n_iter == model.n_iter_
    np.testing.assert_allclose(run.means[-1], model.means_, rtol=1e-9)
    np.testing.assert_allclose(run.bounds[:-1], model.lower_bounds_, rtol=1e-12)
    assert run.bounds[-1] == pytest.approx(model.score(GEYSER))


def test_means_by_hand_begin_where_they_were_put():
    run = record(GEYSER, 2, start=BY_HAND)
    np.testing.assert_allclose(run.means[0], BY_HAND)
    np.testing.assert_array_equal(run.centres[0], run.means[0])


def test_kmeans_beside_it_is_scikit_learns():
    theirs = KMeans(2, init=np.array(BY_HAND), n_init=1, tol=0).fit(GEYSER)
    centres, inertias = lloyd(GEYSER, np.array(BY_HAND))
    np.testing.assert_allclose(centres[-1], theirs.cluster_centers_)
    assert inertias[-1] == pytest.approx(theirs.inertia_)
    assert (np.diff(inertias) <= 1e-9).all()


def _strays():
    parts = (Component(0.6, (0.0, 0.0), (1.0, 1.0), 0.5), Component(0.4, (5.0, 2.0), (1.0, 1.0)))
    return mixture(parts, 80, outliers=0.02, random_state=1).matrix()


def test_a_collapse_ends_the_trace_and_a_floor_prevents_it():
    start = [[-1.0, 2.0], [2.0, -1.0], [6.0, 4.0]]
    run = record(_strays(), 3, start=start, reg_covar=0)
    assert run.collapsed
    assert len(run.bounds) == len(run.means)
    assert np.linalg.det(run.covariances[-1]).argmin() == 1
    assert np.linalg.det(run.covariances[-1]).min() < 0.1
    assert not record(_strays(), 3, start=start, reg_covar=0.01).collapsed


def test_what_cannot_start_is_refused_in_words():
    with pytest.raises(DataError, match="start must be one of"):
        record(GEYSER, 2, start="best")
    with pytest.raises(DataError, match="at least as many rows"):
        record(GEYSER[:1], 2)
    with pytest.raises(DataError, match="shape"):
        record(GEYSER, 2, start=[[1.0], [2.0]])
    with pytest.raises(DegenerateFitError):
        record(np.ones((5, 2)) * [[1, 2]], 2, start=[[1, 2], [1, 2]], reg_covar=0)
