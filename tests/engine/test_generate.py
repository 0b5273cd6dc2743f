"""Generated tables say what made them, and are what they say."""

import numpy as np
import pytest

from gmm_engine.data import generate
from gmm_engine.data.components import OUTLIER, Component, mixture
from gmm_engine.errors import DataError

PAIR = (Component(1, (0, 0), (1, 2)), Component(3, (10, 5), (2, 1), 0.8))


def make(name, **options):
    given = (PAIR,) if name == "Mixture" else ()
    return generate.GENERATORS[name](*given, **options)


@pytest.mark.parametrize("name", generate.GENERATORS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_generator_is_a_pure_function_of_its_seed(name, dtype):
    first, again, other = (make(name, n_rows=123, dtype=dtype, random_state=s) for s in (1, 1, 2))
    assert first.digest == again.digest != other.digest
    assert first.values.shape == (123, len(first.columns))
    assert set(first.values.dtypes) == {np.dtype(dtype)}
    assert first.about["truth"]["labels"].shape == (123,)
    assert np.isfinite(first.matrix()).all()
    assert first.numeric == first.columns


@pytest.mark.parametrize("name", generate.GENERATORS)
def test_row_counts_outside_the_range_are_refused(name):
    for n_rows in (9, 1_000_001):
        with pytest.raises(DataError, match="rows"):
            make(name, n_rows=n_rows)


def test_two_normals_is_the_classic_recipe():
    data = generate.two_normals()
    x, labels = data.matrix()[:, 0], data.about["truth"]["labels"]
    assert np.bincount(labels).tolist() == [300, 700]
    assert abs(x[labels == 1].mean() - 5) < 0.2
    assert abs(x[labels == 1].std() - 1.5) < 0.15


@pytest.mark.parametrize("name", ["Two normals", "Blobs", "Anisotropic blobs", "Squeezed blobs", "Mixture"])
def test_moments_of_each_component_are_the_truth(name):
    data = make(name, n_rows=60_000)
    truth, X = data.about["truth"], data.matrix()
    for j, (mean, covariance) in enumerate(zip(truth["means"], truth["covariances"], strict=True)):
        rows = X[truth["labels"] == j]
        spread = np.sqrt(np.diagonal(covariance))
        assert abs(len(rows) / len(X) - truth["weights"][j]) < 0.01
        assert np.all(np.abs(rows.mean(axis=0) - mean) < 0.05 * spread)
        assert np.allclose(
            np.atleast_2d(np.cov(rows.T)) / np.outer(spread, spread),
            covariance / np.outer(spread, spread),
            atol=0.06,
        )


def test_squeezed_blobs_are_eight_thicknesses_apart():
    truth = generate.squeezed_blobs().about["truth"]
    assert np.sqrt(truth["covariances"][0][0, 0] / truth["covariances"][0][1, 1]) == pytest.approx(300)
    assert np.linalg.norm(truth["means"][0] - truth["means"][1]) == 8


def test_blobs_keep_their_distance():
    means = generate.blobs(n_components=9, separation=7.0).about["truth"]["means"]
    gaps = np.linalg.norm(means[:, None] - means[None], axis=2) + 1e9 * np.eye(9)
    assert gaps.min() >= 7


def test_strays_are_counted_and_labelled():
    data = mixture(PAIR, 1000, outliers=0.02, noise=0.1)
    assert (data.about["truth"]["labels"] == OUTLIER).sum() == 120


@pytest.mark.parametrize(
    ("components", "word"),
    [
        ((), "at least one"),
        ((Component(0, (0,), (1,)),), "weight"),
        ((Component(1, (0,), (-1,)),), "spreads"),
        ((Component(1, (0, 0), (1,)),), "column"),
        ((Component(1, (0, 0), (1, 1), 1.0),), "correlation"),
        ((Component(1, (0, 0, 0), (1, 1, 1), -0.9),), "correlation"),
        ((Component(1, (float("nan"),), (1,)),), "finite"),
    ],
)
def test_impossible_components_are_named(components, word):
    with pytest.raises(DataError, match=word):
        mixture(components, 100)


def test_shares_beyond_all_rows_are_refused():
    with pytest.raises(DataError, match="shares"):
        mixture(PAIR, 100, outliers=0.5, noise=0.5)
