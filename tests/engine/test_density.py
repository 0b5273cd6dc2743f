"""What one can ask a mixture, against integration, sampling and mclust."""

import json
import tracemalloc

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.stats import multivariate_normal, norm

from gmm_engine import DataError, GaussianMixture, density
from gmm_engine.mixture import distribution
from gmm_engine.types import Params
from tests.data_dir import shared_file


def _model(weights, means, covariances):
    params = Params(np.array(weights), np.array(means, float), np.linalg.cholesky(np.array(covariances)))
    return GaussianMixture()._as_mixture(params, None)


@pytest.fixture
def flat():
    return _model([0.3, 0.7], [[0, 0], [3, 2]], [[[1, 0.5], [0.5, 2]], [[0.5, -0.2], [-0.2, 1]]])


@pytest.fixture
def line():
    return _model([0.3, 0.5, 0.2], [[0], [4], [4.5]], [[[1]], [[0.25]], [[4]]])


def test_a_marginal_is_the_integral_over_the_other_column(flat):
    one = flat.marginal([1])
    for y in (-1.0, 0.5, 3.0):
        want = quad(lambda x, y=y: np.exp(flat.score_samples([[x, y]])[0]), -12, 15)[0]
        assert np.exp(one.score_samples([[y]])[0]) == pytest.approx(want, rel=1e-6)
    swapped = flat.marginal([1, 0])
    assert swapped.score_samples([[0.3, 1.0]])[0] == pytest.approx(flat.score_samples([[1.0, 0.3]])[0])


def test_a_condition_is_joint_over_marginal(flat):
    inner = flat.condition({0: 1.2})
    for y in (-1.0, 0.5, 3.0):
        want = flat.score_samples([[1.2, y]])[0] - flat.marginal([0]).score_samples([[1.2]])[0]
        assert inner.score_samples([[y]])[0] == pytest.approx(want, rel=1e-9)


def test_columns_may_be_named():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    table = pandas.DataFrame(rng.normal(size=(100, 3)), columns=["a", "b", "c"])
    model = GaussianMixture(2, random_state=0).fit(table)
    assert list(model.marginal(["c", "a"]).feature_names_in_) == ["c", "a"]
    assert list(model.condition({"b": 0.0}).feature_names_in_) == ["a", "c"]
    with pytest.raises(DataError, match="No column 'z'"):
        model.condition({"z": 1})


def test_cdf_and_quantile_of_one_column_invert_each_other(line):
    q = np.array([1e-12, 1e-3, 0.2, 0.5, 0.9, 1 - 1e-9])
    np.testing.assert_allclose(line.cdf(line.quantile(q)), q, rtol=1e-9)
    want = quad(lambda x: np.exp(line.score_samples([[x]])[0]), -15, 3.7, limit=200)[0]
    assert line.cdf([3.7])[0] == pytest.approx(want, abs=1e-9)
    assert line.quantile([0, 1]).tolist() == [-np.inf, np.inf]
    with pytest.raises(DataError, match="between 0 and 1"):
        line.quantile([1.2])


def test_cdf_and_quantiles_equal_mclusts():
    document = json.loads(shared_file("mclust/acidity_density.json").read_text())
    inner = document["parameters"]
    mean = np.array(inner["mean"], float)
    variance = np.broadcast_to(np.atleast_1d(inner["covariances"]["sigmasq"]), mean.shape)
    mixture = (np.array(inner["pro"]), mean, np.sqrt(variance))
    got = distribution.cdf(*mixture, np.array(document["grid"], float))
    np.testing.assert_allclose(got, document["cdf"], atol=1e-6)
    got = distribution.quantile(*mixture, np.array(document["quantile_p"], float))
    np.testing.assert_allclose(got, document["quantiles"], atol=1e-6)


@pytest.mark.parametrize("d", [2, 3, 5])
def test_box_probabilities_state_their_error(d):
    rng = np.random.default_rng(d)
    roots = rng.normal(size=(2, d, d)) + np.eye(d)
    covariances = roots @ roots.transpose(0, 2, 1)
    means = rng.normal(size=(2, d))
    model = _model([0.4, 0.6], means, covariances)
    lower, upper = -np.ones(d), np.full(d, 1.5)
    lower[0] = -np.inf
    probability, error = model.box_probability(lower, upper)
    want = sum(
        w * multivariate_normal(m, c, abseps=1e-8, maxpts=2_000_000).cdf(upper, lower_limit=lower)
        for w, m, c in zip([0.4, 0.6], means, covariances, strict=True)
    )
    assert error < 1e-4
    assert probability == pytest.approx(want, abs=5 * error + 1e-5)


def test_a_box_in_the_plane_equals_integration(flat):
    want = dblquad(lambda y, x: np.exp(flat.score_samples([[x, y]])[0]), 0, 2, -1, 1.5, epsabs=1e-7)[0]
    assert flat.box_probability([0, -1], [2, 1.5])[0] == pytest.approx(want, abs=1e-5)


def test_modes_are_the_peaks_and_merged_ones_are_one(line, flat):
    points, heights = density.modes(line)
    grid = np.linspace(-5, 10, 200_001)
    curve = line.score_samples(grid[:, None])
    peaks = grid[1:-1][(curve[1:-1] > curve[:-2]) & (curve[1:-1] > curve[2:])]
    np.testing.assert_allclose(np.sort(points[:, 0]), peaks, atol=1e-4)
    assert np.all(np.diff(heights) <= 0)
    assert len(density.modes(flat)[0]) == 2
    close = _model([0.5, 0.5], [[0, 0], [1, 0]], [np.eye(2)] * 2)
    np.testing.assert_allclose(density.modes(close)[0], [[0.5, 0]], atol=1e-4)


def test_modes_far_from_the_origin_lose_no_digits(flat):
    far = _model(flat.weights_, flat.means_ + 1e9, flat.covariances_)
    gaps = density.modes(far)[0] - 1e9 - density.modes(flat)[0]
    assert np.abs(gaps).max() < 1e-6


def test_a_narrow_component_beside_a_wide_one_is_not_missed():
    spike = _model([0.6, 0.4], [[3.0], [0.0]], [[[1e-8]], [[1e4]]])
    intervals = density.highest_density_intervals(spike, 0.5)
    np.testing.assert_allclose(intervals.mean(axis=1), [3.0], atol=1e-6)
    assert np.diff(spike.cdf(intervals.ravel())) == pytest.approx(0.5, abs=1e-6)


def test_distances_of_many_components_in_many_columns_need_little_memory():
    rng = np.random.default_rng(0)
    wide = _model(np.full(40, 1 / 40), rng.normal(0, 9, (40, 30)), [np.eye(30)] * 40)
    tracemalloc.start()
    value, error = density.kl_divergence(wide, wide)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (value, error) == (0.0, 0.0)
    assert most < 300e6  # a hundred thousand rows in thirty columns are 24 MB


def test_highest_density_regions_hold_their_share(line, flat):
    for mass in (0.5, 0.8, 0.95):
        intervals = density.highest_density_intervals(line, mass)
        assert line.cdf(intervals[:, 1]).sum() - line.cdf(intervals[:, 0]).sum() == pytest.approx(
            mass, abs=1e-6
        )
        X, _ = flat.set_params(random_state=5).sample(50_000)
        inside = flat.score_samples(X) > density.highest_density_level(flat, mass)
        assert inside.mean() == pytest.approx(mass, abs=0.01)
    assert len(density.highest_density_intervals(line, 0.8)) == 2


def test_entropy_and_divergence_state_their_error(line):
    want = quad(lambda x: -np.exp(line.score_samples([[x]])[0]) * line.score_samples([[x]])[0], -15, 20)[0]
    value, error = line.entropy()
    assert abs(value - want) < 5 * error
    single = _model([1.0], [[0, 0]], [[[2, 0.3], [0.3, 1]]])
    assert single.entropy()[0] == pytest.approx(multivariate_normal([0, 0], [[2, 0.3], [0.3, 1]]).entropy())
    other = _model([1.0], [[1.0]], [[[4.0]]])
    standard = _model([1.0], [[0.0]], [[[1.0]]])
    value, error = density.kl_divergence(standard, other)
    assert abs(value - (np.log(2) + 2 / 8 - 0.5)) < 5 * error


def test_overlap_is_the_share_given_to_each_other():
    model = _model([0.5, 0.5], [[0.0], [2.0]], [[[1.0]]] * 2)
    table = density.overlap(model)
    assert table.sum(axis=1) == pytest.approx([1, 1])
    want = quad(lambda x: norm.pdf(x) * norm.pdf(x - 2) / (norm.pdf(x) + norm.pdf(x - 2)), -9, 11)[0]
    assert table[0, 1] == pytest.approx(want, abs=0.005)


def test_regression_bands_are_the_conditional_quantiles(flat):
    x = np.array([-1.0, 0.5, 3.0])
    found = density.regression(flat, {0: x}, 1, levels=(0.1, 0.9))
    for i, value in enumerate(x):
        inner = flat.condition({0: value})
        np.testing.assert_allclose(found["quantiles"][i], inner.quantile([0.1, 0.9]), atol=1e-9)
        assert found["mean"][i] == pytest.approx(float(inner.weights_ @ inner.means_[:, 0]))
    np.testing.assert_allclose(found["log_density"], flat.marginal([0]).score_samples(x[:, None]))


def test_the_mass_of_a_region_is_the_share_that_is_denser(flat):
    X, _ = flat.sample(4000)
    mass = density.highest_density_mass(flat, X)
    assert np.quantile(mass, (0.25, 0.5, 0.9)) == pytest.approx((0.25, 0.5, 0.9), abs=0.04)
    inside = flat._log_density(X) > density.highest_density_level(flat, 0.5)
    assert np.mean(inside == (mass < 0.5)) > 0.99


@pytest.mark.parametrize("noise", [False, True])
@pytest.mark.parametrize("kind", ["full", "diag"])
def test_a_fit_to_scaled_columns_returns_to_the_tables_units(kind, noise):
    rng = np.random.default_rng(1)
    X = np.concatenate([rng.normal(0, 1, (80, 2)), rng.normal(6, 1, (80, 2))]) * (1, 50) + (3, -200)
    centre, scale = X.mean(axis=0), X.std(axis=0)
    Z = (X - centre) / scale
    model = GaussianMixture(2, covariance_type=kind, noise=noise, random_state=0).fit(Z)
    moved = model.rescaled(centre, scale)
    assert moved.score_samples(X) == pytest.approx(model.score_samples(Z) - np.log(scale).sum(), abs=1e-9)
    assert moved.predict_proba(X) == pytest.approx(model.predict_proba(Z), abs=1e-9)
    again = GaussianMixture.from_dict(moved.to_dict())
    assert again.score_samples(X) == pytest.approx(moved.score_samples(X), abs=1e-9)


def test_scales_must_be_positive(flat):
    with pytest.raises(DataError, match="positive scales"):
        flat.rescaled([0, 0], [1, 0])
