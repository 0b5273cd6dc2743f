"""Outlier detection: scores that carry over, lines that mean something, reasons that add up."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from gmm_engine import MixtureOutlierDetector
from gmm_engine.anomaly import blame, lines
from gmm_engine.anomaly.core import log_density
from gmm_engine.anomaly.scaling import LIMIT, SoftScale
from gmm_engine.errors import DataError
from gmm_engine.mixture.distribution import condition
from gmm_engine.types import Params
from tests.data_dir import shared_file
from tests.reference_anomaly import conditional_surprise

TABLES = (
    "6_cardio", "18_Ionosphere", "23_mammography", "29_Pima", "31_satimage-2",
    "32_shuttle", "38_thyroid", "40_vowels", "42_WBC", "45_wine",
)  # fmt: skip


def ordinary_rows(n, rng, d=4):
    """Two overlapping clouds of correlated columns in very different units."""
    mix = rng.normal(size=(d, d)) / 2 + np.eye(d)
    centres = np.where(rng.uniform(size=(n, 1)) < 0.4, 2.0, -1.0)
    return (rng.normal(size=(n, d)) @ mix + centres) * 10.0 ** np.arange(d) + 5


@pytest.fixture(scope="module")
def table():
    """600 ordinary rows and 12 in which one column contradicts the others."""
    rng = np.random.default_rng(3)
    X = ordinary_rows(612, rng)
    X[600:, 1] += 100
    return X


@pytest.fixture(scope="module")
def fitted(table):
    return MixtureOutlierDetector().fit(table)


@parametrize_with_checks([MixtureOutlierDetector()])
def test_it_is_a_scikit_learn_outlier_detector(estimator, check):
    check(estimator)


@pytest.mark.parametrize(("seed", "least"), [(0, 0.91), (1, 0.91)])
def test_ten_tables_are_ranked_well_without_tuning(seed, least):
    scores = []
    for name in TABLES:
        with np.load(shared_file(f"anomaly/{name}.npz")) as stored:
            X, y = stored["X"], stored["y"]
        model = MixtureOutlierDetector(random_state=seed).fit(X)
        scores.append(roc_auc_score(y, -model.score_samples(X)))
    assert np.mean(scores) >= least


def test_rare_malignant_tumours_stand_out():
    X, y = load_breast_cancer(return_X_y=True)
    kept = np.r_[np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:15]]
    assert roc_auc_score(y[kept] == 0, -MixtureOutlierDetector().fit(X[kept]).score_samples(X[kept])) > 0.85


def test_rows_that_contradict_themselves_are_found(fitted, table):
    assert roc_auc_score(np.arange(612) >= 600, -fitted.score_samples(table)) > 0.99


def test_units_do_not_matter(fitted, table):
    other = MixtureOutlierDetector().fit(table * 2.0 ** np.arange(4) + 64)
    np.testing.assert_allclose(
        other.score_samples(table * 2.0 ** np.arange(4) + 64), fitted.score_samples(table), rtol=1e-6
    )


def test_one_absurd_cell_changes_little(fitted, table):
    rows = np.vstack([table, table[0]])
    rows[-1, 2] = 1e12
    model = MixtureOutlierDetector().fit(rows)
    assert np.argmin(model.score_samples(rows)) == 612
    before, after = fitted.score_samples(table), model.score_samples(table)
    assert np.corrcoef(before, after)[0, 1] > 0.95


def test_a_clump_of_anomalies_does_not_become_ordinary():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(500, 3)), rng.normal(6, 0.05, (40, 3))])
    assert roc_auc_score(np.arange(540) >= 500, -MixtureOutlierDetector().fit(X).score_samples(X)) > 0.99


def test_reasons_sum_to_the_excess(fitted, table):
    why = fitted.explain(table)
    excess = -fitted.score_samples(table) - fitted.typical_score_
    np.testing.assert_allclose(why.surprise.sum(axis=1), excess, atol=1e-9)
    np.testing.assert_allclose(why.excess, excess, atol=1e-12)
    assert np.asarray(why).shape == table.shape


def test_the_guilty_column_is_named_and_its_ordinary_value_given(fitted, table):
    why = fitted.explain(table[600:])
    assert np.mean(why.surprise.argmax(axis=1) == 1) > 0.9
    shift = table[600:, 1] - why.ordinary[:, 1]
    assert np.median(np.abs(shift - 100)) < 20
    repaired = -fitted.score_samples(why.ordinary)
    assert np.all(repaired < -fitted.score_samples(table[600:]))


def test_shares_are_conditional_densities_averaged_over_orders():
    rng = np.random.default_rng(5)
    model = MixtureOutlierDetector(n_components=2).fit(ordinary_rows(200, rng, d=3))
    X = ordinary_rows(6, rng, d=3)
    shares = blame.shares(model._panel, X, model._orders)
    params = model._panel.mixtures[0]
    Z = model._panel.scale(X)
    want = [conditional_surprise(z, params.weights, params.means, params.covariances()) for z in Z]
    np.testing.assert_allclose(shares, want, rtol=1e-8)


def test_what_is_ordinary_is_the_conditional_mean():
    rng = np.random.default_rng(8)
    model = MixtureOutlierDetector(n_components=1).fit(ordinary_rows(300, rng, d=3))
    params, Z = model._panel.mixtures[0], rng.normal(size=(5, 3))
    hidden = np.tile([False, True, False], (5, 1))
    weights, means, _, _ = condition(params, np.array([0, 2]), Z[:, [0, 2]])
    got = blame._repaired(params, Z, hidden)
    np.testing.assert_allclose(got[:, 1], means[:, 0, 0], rtol=1e-9)
    np.testing.assert_array_equal(got[:, [0, 2]], Z[:, [0, 2]])
    assert weights.shape == (5, 1)


def test_soft_scale_is_reversible_and_rising():
    rng = np.random.default_rng(1)
    X = rng.standard_t(1.5, size=(500, 2)) * [1, 1e6]
    scale = SoftScale.of(X)
    np.testing.assert_allclose(scale.undo(scale(X)), X, rtol=1e-9)
    assert np.all(np.diff(scale(np.sort(X, axis=0)), axis=0) >= 0)
    assert np.abs(scale(X)).max() > LIMIT


def test_constant_columns_are_of_no_account_until_they_change():
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.normal(size=300), np.full(300, 7.0)])
    model = MixtureOutlierDetector().fit(X)
    assert np.isfinite(model.score_samples(X)).all()
    assert model.predict([[0.0, 70.0]])[0] == -1
    assert model.explain([[0.0, 70.0]]).surprise.argmax() == 1


def test_percentile_flags_that_share_of_the_rows(table):
    model = MixtureOutlierDetector("percentile", 0.05).fit(table)
    assert np.mean(model.predict(table) < 0) == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize("rate", [0.005, 0.01, 0.05])
@pytest.mark.parametrize("strange", [0, 150], ids=["clean", "contaminated"])
def test_false_alarms_come_as_often_as_asked(rate, strange):
    rng = np.random.default_rng(11)
    X, new = np.split(ordinary_rows(43_000, rng), [3000])
    X[:strange, 1] += 200
    model = MixtureOutlierDetector("false_alarms", rate).fit(X)
    realised = np.mean(model.predict(new) < 0)
    assert 1 / 1.5 < realised / rate < 1.5
    assert model.false_alarm_rate() == pytest.approx(rate, rel=0.05)


def test_a_small_clean_reference_is_not_believed_too_much():
    rng = np.random.default_rng(12)
    rates = []
    for _ in range(8):
        X, new = np.split(ordinary_rows(4300, rng), [300])
        rates.append(
            np.mean(MixtureOutlierDetector("false_alarms", 0.02, clean=True).fit(X).predict(new) < 0)
        )
    assert 1 / 1.5 < np.mean(rates) / 0.02 < 1.5


def test_automatic_line_finds_what_stands_out_and_little_else():
    rng = np.random.default_rng(4)
    surprise = np.r_[rng.gamma(3, 1, 2000), rng.uniform(25, 40, 60)]
    found = lines.automatic(surprise)
    assert found is not None
    assert np.mean(surprise[2000:] > found) == 1
    assert np.mean(surprise[:2000] > found) < 0.01
    assert lines.automatic(rng.uniform(0, 1, 500)) is None


def test_a_heavy_tail_is_not_contamination():
    rng = np.random.default_rng(4)
    assert np.mean(rng.pareto(3, 2000) > lines.beyond_doubt(rng.pareto(3, 2000))) < 0.002


def test_rate_and_line_are_inverse():
    surprise = np.random.default_rng(4).gamma(3, 1, 400)
    for rate in (0.0005, 0.01, 0.2):
        line = lines.false_alarms(surprise, rate)
        assert lines.false_alarm_rate(surprise, line) == pytest.approx(
            rate, rel=0.35 if rate < 0.002 else 1e-6
        )


def test_the_single_gaussian_is_the_classic_one():
    rng = np.random.default_rng(6)
    X = rng.normal(size=(400, 3)) @ rng.normal(size=(3, 3)) + [1, 2, 3]
    model = MixtureOutlierDetector(n_components=1, trim=0, ridge=0).fit(X)
    gap = X - X.mean(axis=0)
    distance = np.einsum("if,fg,ig->i", gap, np.linalg.inv(np.cov(X.T)), gap)
    np.testing.assert_array_equal(np.argsort(-model.score_samples(X)), np.argsort(distance))


def test_seed_and_rows_decide_everything(table):
    a, b = (MixtureOutlierDetector(random_state=4).fit(table).score_samples(table) for _ in range(2))
    np.testing.assert_array_equal(a, b)


def test_a_detector_travels_as_json(fitted, table):
    again = MixtureOutlierDetector.from_dict(json.loads(json.dumps(fitted.to_dict())))
    np.testing.assert_allclose(again.score_samples(table), fitted.score_samples(table), rtol=1e-12)
    np.testing.assert_allclose(again.explain(table).surprise, fitted.explain(table).surprise, atol=1e-9)
    assert again.threshold_ == fitted.threshold_
    assert again.line("false_alarms", 0.01) == fitted.line("false_alarms", 0.01)


@pytest.mark.parametrize("field", ["centre", "width", "mixtures", "shares", "orders", "held_out", "settings"])
def test_a_broken_document_is_refused_by_field(fitted, field):
    document = fitted.to_dict() | {field: "x"}
    with pytest.raises(DataError, match=field):
        MixtureOutlierDetector.from_dict(document)


def test_too_many_columns_and_huge_values_are_refused():
    with pytest.raises(DataError, match="columns"):
        MixtureOutlierDetector().fit(np.zeros((3, 2001)))
    with pytest.raises(DataError, match="too large"):
        MixtureOutlierDetector().fit(np.array([[1e300], [-1e300], [0.0]]))


def test_few_rows_and_many_columns_are_enough():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 40))
    model = MixtureOutlierDetector().fit(X)
    assert np.isfinite(model.score_samples(X)).all()
    assert np.isfinite(log_density(X, Params(np.ones(1), np.zeros((1, 40)), np.eye(40)[None]))).all()
