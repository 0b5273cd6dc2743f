"""Fans that cover what they claim, and say so from past origins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gmm_engine import DataError, RegimeModel
from gmm_engine.features.season import find_season
from gmm_engine.regimes.forecast import ColumnForecaster, Power, pooled, shares
from tests.data_dir import shared_file

LEVELS = np.array([0.1, 0.5, 0.9])
SERIES = [("air_passengers", 24), ("nottem", 24), ("sunspot_year", 11)]


def monthly(n=120, seed=0):
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    return 50 + 0.2 * t + 8 * np.sin(2 * np.pi * t / 12) + rng.normal(0, 1, n)


def test_a_seasonal_series_is_continued():
    model = RegimeModel(2).fit(monthly(132)[:120])
    fan = model.forecast(12, LEVELS)
    actual = monthly(132)[120:]
    assert list(fan.columns) == [0.1, 0.5, 0.9]
    assert np.abs(actual - fan[0.5]).mean() < 2
    assert (np.diff(fan.to_numpy(), axis=1) > 0).all()


def test_dates_go_on():
    y = pd.Series(monthly(), index=pd.date_range("2010-01-01", periods=120, freq="MS"))
    fan = RegimeModel(1).fit(y).forecast(3)
    assert list(fan.index) == list(pd.date_range("2020-01-01", periods=3, freq="MS"))


def test_several_columns_have_a_fan_each():
    both = pd.DataFrame({"a": monthly(), "b": monthly(seed=1)})
    fan = RegimeModel(1).fit(both).forecast(4)
    assert fan.shape == (4, 10)
    assert fan["a"].shape == (4, 5)


def test_regimes_are_carried_forward():
    rng = np.random.default_rng(0)
    regime = np.repeat([0, 1, 0, 1, 0, 1], 80)
    y = rng.normal(10.0 * regime, 1.0)
    fan = RegimeModel(2, season=1).fit(y).forecast(200, [0.1, 0.5, 0.9])
    assert fan[0.5].iloc[0] > 8
    assert fan[0.1].iloc[0] > 4
    assert fan[0.1].iloc[-1] < 3


def test_a_series_never_below_zero_is_not_forecast_there():
    y = np.random.default_rng(0).gamma(0.5, 2.0, 200)
    assert RegimeModel(1).fit(y).forecast(10).to_numpy().min() >= 0


def test_the_backtest_only_knows_what_was_known():
    y = monthly()
    changed = y.copy()
    changed[110:] += 1000
    first, second = (ColumnForecaster(series, 12, 0).paths(100, 6) for series in (y, changed))
    for name in first:
        np.testing.assert_allclose(first[name], second[name])


def test_the_backtest_reports_coverage_and_error():
    result = RegimeModel(1).fit(monthly()).forecaster().backtest(12)
    assert 0.6 <= result.coverage <= 1
    assert result.error < result.naive_error
    assert result.season == 12
    assert sum(result.weights.values()) == pytest.approx(1)


def test_pooling_weighs_members():
    drawn = {"a": np.zeros((10, 1)), "b": np.ones((40, 1))}
    assert pooled(drawn, {"a": 0.8, "b": 0.2}, (0.5,))[0, 0] == pytest.approx(0.2)
    weights = shares({"a": [1.0], "b": [2.0]}, drawn)
    assert weights["a"] == pytest.approx(16 * weights["b"])


def test_power_makes_spread_even():
    t = np.arange(144)
    growing = np.exp(t / 40) * (10 + np.sin(2 * np.pi * t / 12))
    assert Power.of(growing, 12).exponent == 0
    assert Power.of(monthly(), 12).exponent == 1


@pytest.mark.parametrize("period", [4, 7, 12, 24, 48])
def test_the_season_is_found(period):
    rng = np.random.default_rng(period)
    t = np.arange(12 * period)
    wave = np.sin(2 * np.pi * t / period) + 0.5 * np.cos(4 * np.pi * t / period)
    assert find_season(0.01 * t + wave + 0.3 * rng.normal(size=len(t))) == period


def test_noise_and_walks_have_no_season():
    rng = np.random.default_rng(0)
    assert find_season(rng.normal(size=300)) == 1
    assert find_season(rng.normal(size=300).cumsum()) == 1
    assert find_season(np.ones(50)) == 1


@pytest.mark.parametrize(("h", "levels"), [(0, [0.5]), (1.5, [0.5]), (5, [0.0, 0.5]), (5, [])])
def test_impossible_wishes_are_refused(h, levels):
    with pytest.raises(DataError):
        RegimeModel(1).fit(monthly()).forecast(h, levels)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "h"), SERIES)
def test_rolling_origins_on_real_series(name, h):
    y = pd.read_csv(shared_file(f"timeseries/forecast/{name}.csv")).iloc[:, 1].to_numpy(float)
    inside, errors, naive = [], [], []
    for origin in np.linspace(max(int(0.45 * len(y)), 60), len(y) - h, 12).astype(int):
        fan = ColumnForecaster(y[:origin], find_season(y[:origin]), 0)
        low, middle, high = fan.quantiles(h, LEVELS).T
        actual = y[origin : origin + h]
        last = y[origin - fan.season : origin][np.arange(h) % fan.season]
        inside.append(np.mean((actual >= low) & (actual <= high)))
        errors.append(np.abs(actual - middle).mean())
        naive.append(np.abs(actual - last).mean())
    assert 0.7 <= np.mean(inside) <= 0.93
    assert np.mean(errors) < 0.95 * np.mean(naive)
