"""Strange rows: found, on time, from the past alone, with few false alarms."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from gmm_engine import RegimeModel
from gmm_engine.regimes.surprise import (
    QUIET,
    THRESHOLD,
    SurpriseScorer,
    calibrated,
    filled_forward,
    records,
    seasonal_median,
    trailing_mean,
)
from gmm_engine.regimes.values import sequence_of
from tests import nab_scorer
from tests.data_dir import shared_file


def scores(y, times=None, seed=0):
    return SurpriseScorer("auto", seed).scores(sequence_of(y, times, fewest=1), None)


def daily(n=1500, seed=0):
    rng = np.random.default_rng(seed)
    return 10 + 4 * np.sin(2 * np.pi * np.arange(n) / 96) + rng.normal(0, 0.5, n)


def test_a_jump_and_a_night_at_noon_are_strange():
    y = daily()
    y[900] += 6
    y[1200:1260] = y[1200:1260][::-1] + 5
    found = np.flatnonzero(scores(y) >= THRESHOLD)
    assert 900 in found
    assert any(1200 <= row < 1260 for row in found)
    assert (found >= 700).sum() <= 7


def test_only_the_past_counts():
    y = daily()
    whole = scores(y)
    np.testing.assert_array_equal(scores(y[:1100])[:1100], whole[:1100])


def test_units_and_missing_rows():
    y = daily()
    y[700:720] = np.nan
    plain = scores(y)
    assert (plain[700:720] == 0).all()
    np.testing.assert_allclose(scores(1e4 + 1e3 * y), plain, atol=1e-3)


def test_a_model_judges_what_follows_by_what_it_has_seen():
    y, later = np.split(daily(1400), [1200])
    later[100] = 30.0
    model = RegimeModel(2).fit(y)
    found = model.anomaly_scores(later)
    assert found.shape == (200,)
    assert found.argmax() == 100
    np.testing.assert_array_equal(model.anomaly_scores(y), model.anomaly_scores())


def test_pieces_mean_what_they_say():
    y = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(trailing_mean(y, 2), [1, 1.5, 2.5, 3.5])
    np.testing.assert_allclose(seasonal_median(np.arange(6.0), 2, 2), [np.nan, np.nan, 0, 1, 1, 2])
    np.testing.assert_array_equal(filled_forward(np.array([np.nan, 1, np.nan, 3])), [1, 1, 1, 3])
    quiet = np.zeros(2 * QUIET)
    quiet[[5, 10, 10 + QUIET, 11 + 2 * QUIET - 20]] = [3.0, 2.0, 2.5, 1.0]
    np.testing.assert_array_equal(np.flatnonzero(records(quiet)), [5, 10 + QUIET])
    ramp = np.zeros(50)
    ramp[10:16] = [5.0, 5.5, 6.0, 6.5, 9.0, 9.5]
    np.testing.assert_array_equal(np.flatnonzero(records(ramp)), [10, 12, 14])


def test_calibration_is_minus_log_of_a_frequency():
    surprise = np.random.default_rng(0).exponential(3.0, 20_000)
    found = calibrated(surprise)[5000:]
    for level in (1.0, 3.0, 5.0):
        assert np.mean(found > level) == pytest.approx(np.exp(-level), rel=0.2)


def test_the_scorer_knows_silence_and_perfection():
    windows = [(800, 900), (950, 990)]
    none, perfect, late = np.zeros(1000), np.zeros(1000), np.zeros(1000)
    perfect[[800, 950]] = 1
    late[[899, 905]] = 1
    judged = [nab_scorer.judge(s, windows, 0.5) for s in (none, perfect, late)]
    assert nab_scorer.benchmark_score(judged[:1]) == 0
    assert nab_scorer.benchmark_score(judged[1:2]) == pytest.approx(100)
    assert judged[2].hits == 1
    assert judged[2].false_alarms == 1
    assert -1.11 < judged[2].points < -0.9


@pytest.mark.slow
@pytest.mark.parametrize("dated", [True, False])
def test_nab_with_thresholds_chosen_on_the_other_files(dated):
    windows = json.loads(shared_file("timeseries/nab/combined_windows.json").read_text())
    files = []
    for name, pairs in windows.items():
        table = pd.read_csv(shared_file(f"timeseries/nab/{name}"), parse_dates=["timestamp"])
        times = table["timestamp"].to_numpy()
        found = scores(table["value"].to_numpy(float), times if dated else None)
        files.append((found, nab_scorer.rows_of(pairs, times)))
    verdicts = nab_scorer.leave_one_out(files, np.arange(4, 25, 0.25))
    assert nab_scorer.benchmark_score(verdicts) >= 60
    assert sum(verdict.false_alarms for verdict in verdicts) <= 40


def test_a_short_series_and_one_of_few_values_have_scores_too():
    rng = np.random.default_rng(0)
    assert (scores(rng.normal(size=40)) == 0).all()
    assert np.isfinite(scores((rng.random(300) < 0.1).astype(float))).all()
