"""Components merged into clusters: entropy trees, nearest neighbours, any shape."""

import itertools
import json

import numpy as np
import pytest
from scipy.special import xlogy
from sklearn.metrics import adjusted_rand_score

from gmm_engine import DataError, GaussianMixture
from gmm_engine.compare import bhattacharyya
from gmm_engine.merging import clusters, merge_components
from gmm_engine.merging.entropy import bend, merge_memberships
from gmm_engine.merging.joined import natural_number
from gmm_engine.merging.linkage import gini, join
from gmm_engine.types import Params
from tests.data_dir import shared_file
from tests.engine.test_start import blobs


def crossing(seed=0, n=250):
    """Two pairs of crossing bars and two round blobs: six components that form four clusters."""
    rng = np.random.default_rng(seed)
    bar, blob = rng.normal(size=(4, n, 2)) * [2.5, 0.3], rng.normal(size=(2, n, 2)) * 0.8
    parts = [bar[0], bar[1][:, ::-1], bar[2] + [12, 0], bar[3][:, ::-1] + [12, 0], blob[0] + [0, 12]]
    parts.append(blob[1] + [12, 12])
    return np.concatenate(parts), np.repeat([0, 0, 1, 1, 2, 3], n)


@pytest.fixture(scope="module")
def crossed():
    X, y = crossing()
    return X, y, GaussianMixture(6, random_state=0).fit(X)


def test_six_components_merge_to_four_clusters(crossed):
    X, y, model = crossed
    merged = merge_components(model, X)
    assert merged.suggested == 4
    assert adjusted_rand_score(y, merged.labels()) > 0.99


def test_each_merge_is_the_surest(crossed):
    X, _, model = crossed
    merged = merge_components(model, X)
    for k in range(6, 1, -1):
        now = merged.probabilities(k)
        entropies = [
            -xlogy(union, union).sum()
            for i, j in itertools.combinations(range(k), 2)
            for union in [np.column_stack([np.delete(now, [i, j], axis=1), now[:, i] + now[:, j]])]
        ]
        assert merged.entropies[k - 2] == pytest.approx(min(entropies), abs=1e-9)


def test_clusters_nest_and_keep_all_probability(crossed):
    X, _, model = crossed
    merged = merge_components(model, X)
    for k in range(1, 7):
        np.testing.assert_allclose(merged.probabilities(k).sum(axis=1), 1)
        assert len(np.unique(merged.components(k))) == k
    for k in range(2, 7):
        pairs = set(zip(merged.components(k), merged.components(k - 1), strict=True))
        assert len(pairs) == k


def test_merging_agrees_with_mclusts():
    stored = json.loads(shared_file("mclust/faithful_clustcombi.json").read_text())
    memberships = np.array(json.loads(shared_file("mclust/faithful.json").read_text())["z"])
    merged = merge_memberships(memberships)
    np.testing.assert_allclose(merged.entropies[::-1], stored["entropy_from_K_to_1"], atol=1e-6)
    for k in (1, 2, 3):
        assert adjusted_rand_score(merged.labels(k), stored["classification_by_K"][k - 1]) == 1
    assert merged.suggested == stored["clustCombiOptim_K"]


def test_the_bend_is_the_knot_of_two_lines():
    assert bend(np.array([0, 1, 2, 3, 13, 23.0])) == 4
    assert [bend(np.zeros(k)) for k in (1, 2)] == [1, 2]


def test_distance_of_two_densities_is_bhattacharyyas():
    factors = np.array([[[1.0, 0], [0.5, 2]], [[3.0, 0], [0, 1]]])
    params = Params(np.array([0.5, 0.5]), np.array([[0.0, 0], [1, 2]]), factors)
    grid = np.stack(np.meshgrid(np.linspace(-20, 20, 801), np.linspace(-20, 20, 801)), axis=-1)
    densities = []
    for mean, factor in zip(params.means, factors, strict=True):
        z = (grid - mean) @ np.linalg.inv(factor).T
        densities.append(np.exp(-0.5 * np.square(z).sum(axis=-1)) / (2 * np.pi * np.linalg.det(factor)))
    coefficient = np.sqrt(densities[0] * densities[1]).sum() * 0.05**2
    shapes = (params.means, params.covariances())
    assert bhattacharyya(*shapes, *shapes)[0, 1] == pytest.approx(-np.log(coefficient), rel=1e-6)


def test_gini_measures_inequality():
    assert gini(np.ones(5)) == 0
    assert gini(np.array([0, 0, 0, 4.0])) == 1
    assert gini(np.array([1.0])) == 0


def test_a_tiny_cluster_must_join_its_nearest():
    place = np.array([0.0, 1, 10, 11, 14])
    distances = np.abs(place[:, None] - place)
    even = join(distances, np.ones(5), 3)
    assert adjusted_rand_score(even, [0, 0, 1, 1, 2]) == 1
    guarded = join(distances, np.array([30.0, 10, 10, 10, 0.1]), 4)
    assert adjusted_rand_score(guarded, [0, 1, 2, 3, 3]) == 1


def test_joining_stops_before_the_widest_jump():
    def bridges(*lengths):
        place = np.concatenate([[0.0], np.cumsum(lengths)])
        return np.abs(place[:, None] - place)

    assert natural_number(np.zeros((1, 1))) == 1
    assert natural_number(bridges(0.5, 9, 0.4, 0.6)) == 2
    assert natural_number(bridges(2.5, 9)) == 3
    assert natural_number(bridges(0.5)) == 2


def rings(seed=0, n=400):
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi, 2 * n)
    radius = np.repeat([1.0, 3.0], n) + rng.normal(0, 0.1, 2 * n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), np.repeat([0, 1], n)


@pytest.mark.parametrize("wished", [2, "auto"])
def test_rings_are_two_clusters(wished):
    X, y = rings()
    assert adjusted_rand_score(y, clusters(X, wished)) > 0.99


def test_units_and_random_state_behave():
    X, y = rings(1, 150)
    labels = clusters(X, 2, random_state=3)
    np.testing.assert_array_equal(labels, clusters(X, 2, random_state=3))
    assert adjusted_rand_score(labels, clusters(X * [1e6, 1e-3] + [5, 7], 2, random_state=3)) > 0.99


def test_as_many_clusters_as_asked_for():
    X, y = blobs()
    assert [len(np.unique(clusters(X, k))) for k in (1, 2, 3, 5)] == [1, 2, 3, 5]
    assert adjusted_rand_score(y, clusters(X)) == 1


def test_refuses_impossible_numbers():
    X, _ = blobs(n=10)
    for wrong in (0, 2.5, "many", 11):
        with pytest.raises(DataError):
            clusters(X, wrong)
