"""Exact EM on rows with missing cells."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from gmm_engine import DataError, GaussianMixture, select_model
from gmm_engine.rows import Frame, MemoryRows, SplitRows
from gmm_engine.types import Params


def _mixture(rng, d=4, k=3):
    roots = rng.normal(0, 0.5, (k, d, d)) + 2 * np.eye(d)
    covariances = roots @ roots.transpose(0, 2, 1)
    return Params(np.array([0.2, 0.3, 0.5]), rng.normal(0, 4, (k, d)), np.linalg.cholesky(covariances))


def _with_gaps(X, share, rng):
    gappy = X.copy()
    gappy[rng.random(X.shape) < share] = np.nan
    return gappy


def _naive_moments(X, params):
    """Weights, means and scatters of one E-step, row by row, from conditional normal formulas."""
    k, d = params.means.shape
    covariances = params.covariances()
    weight, first, second, likelihood = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d)), 0.0
    for x in X:
        seen, gap = ~np.isnan(x), np.isnan(x)
        logs = np.log(params.weights).copy()
        if seen.any():
            for j in range(k):
                inner = covariances[j][np.ix_(seen, seen)]
                logs[j] += multivariate_normal(params.means[j][seen], inner).logpdf(x[seen])
        total = np.logaddexp.reduce(logs)
        likelihood += total
        for j, share in enumerate(np.exp(logs - total)):
            expected, spread = np.where(seen, x, params.means[j]), np.zeros((d, d))
            spread[np.ix_(gap, gap)] = covariances[j][np.ix_(gap, gap)]
            if seen.any() and gap.any():
                slope = covariances[j][np.ix_(gap, seen)] @ np.linalg.inv(covariances[j][np.ix_(seen, seen)])
                expected[gap] += slope @ (x[seen] - params.means[j][seen])
                spread[np.ix_(gap, gap)] -= slope @ covariances[j][np.ix_(seen, gap)]
            weight[j] += share
            first[j] += share * expected
            second[j] += share * (np.outer(expected, expected) + spread)
    means = first / weight[:, None]
    return weight, means, second - weight[:, None, None] * means[:, :, None] * means[:, None], likelihood


def test_statistics_with_gaps_equal_the_row_by_row_twin():
    rng = np.random.default_rng(0)
    params = _mixture(rng)
    X = _with_gaps(rng.normal(0, 3, (400, 4)), 0.4, rng)
    frame = Frame(np.array([0.1, -0.2, 0.3, 0.0]), 0.5)
    rows = SplitRows(X, frame=frame)
    stats = rows.estep(frame.enter(params))
    weight, means, scatters, likelihood = _naive_moments(X, params)
    np.testing.assert_allclose(stats.weight, weight)
    np.testing.assert_allclose(stats.means() / frame.scale + frame.centre, means, atol=1e-12)
    np.testing.assert_allclose(stats.scatters() / frame.scale**2, scatters, atol=1e-8)
    assert stats.log_likelihood + len(X) * rows.log_volume == pytest.approx(likelihood)


@pytest.mark.parametrize("kind", ["full", "diag"])
def test_nothing_missing_is_plain_em(kind, three_blobs):
    plain = GaussianMixture(3, covariance_type=kind, random_state=0).fit(three_blobs)
    em = GaussianMixture(3, covariance_type=kind, random_state=0, missing="em").fit(three_blobs)
    np.testing.assert_allclose(em.means_, plain.means_, rtol=1e-10)
    frame = Frame.of(three_blobs)
    params = frame.enter(plain._params())
    whole, split = MemoryRows(three_blobs).estep(params), SplitRows(three_blobs, frame=frame).estep(params)
    np.testing.assert_allclose(split.second, whole.second, rtol=1e-10)
    assert split.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-12)


def _distance(model, truth):
    """Largest over components of the distance from a true mean to the nearest fitted one."""
    gaps = np.linalg.norm(truth.means[:, None] - model.means_[None], axis=2)
    return gaps.min(axis=1).max()


def test_thirty_percent_missing_beats_filling_in_means_and_dropping_rows():
    rng = np.random.default_rng(1)
    truth = _mixture(rng)
    y = rng.choice(3, 3000, p=truth.weights)
    X = truth.means[y] + np.einsum("nij,nj->ni", truth.factors[y], rng.standard_normal((3000, 4)))
    gappy = _with_gaps(X, 0.3, rng)
    filled = np.where(np.isnan(gappy), np.nanmean(gappy, axis=0), gappy)
    complete = gappy[~np.isnan(gappy).any(axis=1)]
    models = {
        "em": GaussianMixture(3, missing="em", random_state=0, tol=1e-5, max_iter=500).fit(gappy),
        "means": GaussianMixture(3, random_state=0, tol=1e-5, max_iter=500).fit(filled),
        "dropped": GaussianMixture(3, random_state=0, tol=1e-5, max_iter=500).fit(complete),
    }
    error = {name: _distance(model, truth) for name, model in models.items()}
    given = {"weights_init": truth.weights, "means_init": truth.means}
    given["precisions_init"] = np.linalg.inv(truth.covariances())
    from_truth = GaussianMixture(3, missing="em", tol=1e-5, max_iter=500, **given).fit(gappy)
    assert models["em"].lower_bound_ > from_truth.lower_bound_ - 1e-4
    assert error["em"] < error["dropped"]
    assert error["em"] < error["means"]
    scores = {name: model.score(X) for name, model in models.items()}
    assert max(scores, key=scores.get) == "em"
    assert np.diff(models["em"].lower_bounds_).min() > -1e-9


def test_filled_cells_come_with_an_honest_deviation():
    rng = np.random.default_rng(2)
    truth = _mixture(rng)
    y = rng.choice(3, 4000, p=truth.weights)
    X = truth.means[y] + np.einsum("nij,nj->ni", truth.factors[y], rng.standard_normal((4000, 4)))
    gappy = _with_gaps(X, 0.2, rng)
    model = GaussianMixture(3, missing="em", random_state=0).fit(gappy)
    filled, deviation = model.impute(gappy)
    gap = np.isnan(gappy)
    assert np.array_equal(filled[~gap], X[~gap])
    assert np.all(deviation[~gap] == 0)
    standard = (filled - X)[gap] / deviation[gap]
    assert standard.std() == pytest.approx(1, abs=0.1)
    naive = np.nanmean(gappy, axis=0)[np.nonzero(gap)[1]] - X[gap]
    assert np.abs((filled - X)[gap]).mean() < 0.8 * np.abs(naive).mean()


def test_a_row_with_nothing_observed_is_answered_by_the_weights(three_blobs):
    model = GaussianMixture(3, missing="em", random_state=0).fit(three_blobs)
    X = three_blobs[:3].copy()
    X[1] = np.nan
    np.testing.assert_allclose(model.predict_proba(X)[1], model.weights_)
    assert model.predict(X)[1] == np.argmax(model.weights_)
    assert model.score_samples(X)[1] == 0
    filled, deviation = model.impute(X)
    np.testing.assert_allclose(filled[1], model.weights_ @ model.means_)
    assert np.all(deviation[1] > 0)


def test_a_column_without_any_cell_is_named():
    X = np.random.default_rng(0).normal(size=(20, 3))
    X[:, 1] = np.nan
    with pytest.raises(DataError, match="Column 1 has no observed cell"):
        GaussianMixture(missing="em").fit(X)
    with pytest.raises(DataError, match="row 0, column 1"):
        GaussianMixture().fit(X)


def test_the_choice_of_a_model_reads_every_observed_cell(three_blobs):
    rng = np.random.default_rng(5)
    X = _with_gaps(three_blobs, 0.1, rng)
    found = select_model(X, range(1, 5), ("EII", "VVV"), missing="em")
    assert found.best.n_components == 3
    assert found.best.bic == pytest.approx(found.best_model.bic(X), rel=1e-9)
    direct = GaussianMixture(3, covariance_type="VVV", missing="em", tol=1e-8, max_iter=500, random_state=0)
    assert found.best.bic <= direct.fit(X).bic(X) + 1e-3


def test_the_choice_without_gaps_is_the_plain_one(three_blobs):
    plain = select_model(three_blobs, range(1, 4), ("EII",))
    careful = select_model(three_blobs, range(1, 4), ("EII",), missing="em")
    assert (plain.best_model.means_ == careful.best_model.means_).all()


def test_held_out_rows_must_be_complete():
    X = np.random.default_rng(0).normal(size=(60, 2))
    X[0, 0] = np.nan
    with pytest.raises(DataError, match="needs complete rows"):
        select_model(X, [1], "EII", "cv", missing="em")
