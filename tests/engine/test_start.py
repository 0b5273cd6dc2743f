"""Where EM starts: trees, seeds, samples, and what they are worth untuned."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from gmm_engine import GaussianMixture, start
from gmm_engine.rows import MemoryRows
from gmm_engine.start.draw import draw
from gmm_engine.start.hierarchy import grow
from gmm_engine.start.seeds import seeded_labels
from gmm_engine.start.views import half_whitened, whitened
from tests import reference
from tests.reference_hierarchy import merged_clusters


def blobs(seed=0, n=90, d=2, distance=8.0):
    """Three round clusters and their labels."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    centres = np.zeros((3, d))
    centres[1, 0], centres[2, 1] = distance, distance
    return centres[y] + rng.normal(size=(n, d)), y


def squeezed(seed, angle, n=1000):
    """Two clusters of spread 300:1, eight short standard deviations apart, turned by `angle`."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    X = rng.normal(size=(n, 2)) * [300, 1] + y[:, None] * [0, 8]
    return X @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]), y


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_tree_is_the_greedy_one(d):
    X, _ = blobs(n=24, d=max(d, 2))
    X, weight = X[:, :d], np.random.default_rng(1).integers(1, 4, 24).astype(float)
    tree = grow(X, weight)
    for k in (1, 2, 3, 7, 23, 24):
        assert adjusted_rand_score(merged_clusters(X, weight, k), tree.cut(k)) == 1


def test_a_tree_of_constant_rows_can_be_cut():
    labels = grow(np.zeros((5, 2)), np.ones(5)).cut(3)
    assert sorted(np.unique(labels)) == [0, 1, 2]


def test_a_large_table_is_clustered_by_an_even_selection():
    X, y = blobs(n=5000)
    labels = grow(X, np.ones(len(X))).cut(3)
    assert 500 < (labels >= 0).sum() < 2001
    assert adjusted_rand_score(y[labels >= 0], labels[labels >= 0]) > 0.99


def test_seeds_fall_into_different_clusters():
    X, y = blobs(distance=50)
    labels = seeded_labels(X, np.ones(len(X)), 3, np.random.RandomState(0))
    assert adjusted_rand_score(y, labels) == 1


def test_seeds_never_come_from_rows_without_weight():
    X, y = blobs(distance=50)
    labels = seeded_labels(X, (y == 0).astype(float), 2, np.random.RandomState(0))
    assert len(np.unique(labels[y == 0])) == 2


def test_seeds_survive_fewer_distinct_rows_than_components():
    labels = seeded_labels(np.ones((6, 1)), np.ones(6), 3, np.random.RandomState(0))
    assert set(labels) == {0}


@pytest.mark.parametrize("seed", range(20))
def test_seeds_are_those_of_the_plain_recipe(seed):
    made = np.random.RandomState(seed)
    n, d, k = made.randint(8, 80), made.randint(1, 5), made.randint(1, 8)
    X, weight = made.normal(size=(n, d)), made.uniform(size=n) if seed % 2 else np.ones(n)
    rng, plain = np.random.RandomState(seed), np.random.RandomState(seed)
    np.testing.assert_array_equal(seeded_labels(X, weight, k, rng), reference.seeded(X, weight, k, plain))
    assert rng.random_sample() == plain.random_sample()


def test_whitening_leaves_no_correlation_and_drops_what_is_constant():
    X, _ = squeezed(0, 0.6)
    X = np.column_stack([X, np.ones(len(X)), X[:, 0]])
    X -= X.mean(axis=0)
    white = whitened(X, np.ones(len(X)))
    np.testing.assert_allclose(white.T @ white / len(X), np.eye(2), atol=1e-6)
    assert half_whitened(X, np.ones(len(X))).shape == (len(X), 2)


def test_a_sample_is_drawn_by_weight():
    X = np.arange(1000.0)[:, None]
    weight = np.where(X[:, 0] < 100, 5.0, 0.0)
    sample = draw(MemoryRows(X, weight), 300, np.random.RandomState(0)).X
    assert sample.max() < 100
    assert np.bincount(sample[:, 0].astype(int), minlength=100).tolist() == [3] * 100


def test_a_small_table_is_used_whole_but_for_rows_without_weight():
    X, weight = np.arange(10.0)[:, None], np.array([0.0] * 4 + [2.0] * 6)
    sample = draw(MemoryRows(X, weight), 300, np.random.RandomState(0))
    assert sample.X[:, 0].tolist() == [4, 5, 6, 7, 8, 9]
    assert sample.total == 12


@pytest.mark.parametrize("angle", [0, 0.6])
@pytest.mark.parametrize("kind", ["full", "VVE"])
def test_squeezed_clusters_are_told_apart(kind, angle):
    for seed in range(3):
        X, y = squeezed(seed, angle)
        labels = GaussianMixture(2, covariance_type=kind, random_state=seed).fit_predict(X)
        assert adjusted_rand_score(y, labels) >= 0.99


@pytest.mark.parametrize("method", start.METHODS)
def test_every_method_repeats_itself(method):
    X, _ = blobs()
    one, two = (GaussianMixture(3, init_params=method, random_state=5).fit(X) for _ in range(2))
    np.testing.assert_array_equal(one.means_, two.means_)


@pytest.mark.parametrize("method", ["auto", "hierarchical"])
def test_weights_act_as_repeated_rows(method):
    X, _ = blobs()
    weight = np.random.default_rng(0).integers(0, 4, len(X))
    weighted = GaussianMixture(3, init_params=method, tol=1e-9, max_iter=500, random_state=0)
    repeated = GaussianMixture(3, init_params=method, tol=1e-9, max_iter=500, random_state=0)
    weighted.fit(X, sample_weight=weight)
    repeated.fit(np.repeat(X, weight, axis=0))
    assert weighted.lower_bound_ == pytest.approx(repeated.lower_bound_, abs=1e-6)


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical", "VEV"])
def test_as_many_components_as_rows_is_possible(kind):
    X, _ = blobs(n=6)
    assert GaussianMixture(6, covariance_type=kind, random_state=0).fit(X).means_.shape == (6, 2)
