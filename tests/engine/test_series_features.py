"""Dates in any form become an ordered series, and every step taken is said in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gmm_engine import DataError
from gmm_engine.data import read_table
from gmm_engine.features.changes import changed
from gmm_engine.features.dates import as_dates, find_dates
from gmm_engine.features.series import date_columns, read_series
from tests.data_dir import shared_file


@pytest.mark.parametrize(
    ("cells", "first", "form"),
    [
        (["1951Q2", "1951Q3", "1951Q4"], "1951-04-01", "quarters"),
        (["1951-Q2", "1951-Q3", "1951-Q4"], "1951-04-01", "quarters"),
        (["2020-W01", "2020-W02", "2020-W03"], "2019-12-30", "weeks"),
        (["1949-01", "1949-02", "1949-03"], "1949-01-01", "months"),
        (["Jan 2020", "Feb 2020", "Mar 2020"], "2020-01-01", "months"),
        ([1871, 1872, 1873], "1871-01-01", "years"),
        ([1991.5, 1991.75, 1992.0], "1991-07-02 12:00", "decimal years"),
        ([1_600_000_000, 1_600_000_060], "2020-09-13 12:26:40", "seconds since 1970"),
        ([1_600_000_000_000, 1_600_000_060_000], "2020-09-13 12:26:40", "milliseconds since 1970"),
        (["2020-01-01T00:00:00+02:00", "2020-01-02T00:00:00+01:00"], "2019-12-31 22:00", "dates"),
    ],
)
def test_forms_of_dates(cells, first, form):
    times, words = as_dates(pd.Series(cells))
    assert times[0] == pd.Timestamp(first)
    assert words == form


@pytest.mark.parametrize("cells", [["red", "blue"], [0.5, 0.7], [1, 2, 3], [None, None]])
def test_what_is_no_date(cells):
    assert as_dates(pd.Series(cells)) is None


def test_time_zones_are_told():
    times = pd.Series(pd.date_range("2024-03-30", periods=4, freq="D", tz="Europe/Berlin"))
    found, words = as_dates(times)
    assert found.tz is None
    assert found[0] == pd.Timestamp("2024-03-29 23:00")
    assert "UTC" in words


def test_a_date_column_is_found_among_others():
    table = pd.DataFrame(
        {"id": [7, 8, 9], "city": list("abc"), "when": ["2020-01-01", "2020-01-02", "2020-01-03"]}
    )
    assert find_dates(table)[0] == "when"
    assert date_columns(table) == ("when",)
    assert find_dates(table[["id", "city"]]) is None


def test_rows_are_sorted_merged_and_filled():
    days = ["2024-01-04", "2024-01-01", "2024-01-02", "2024-01-02", "2024-01-06", "2024-01-05", "2024-01-07"]
    table = pd.DataFrame({"day": days, "x": [4.0, 1, 2, 4, 6, 5, 7]})
    series = read_series(table)
    np.testing.assert_array_equal(series.values[:, 0], [1, 3, np.nan, 4, 5, 6, 7])
    np.testing.assert_array_equal(series.rows, [1, 2, -1, 0, 5, 4, 6])
    told = " ".join(series.notes)
    for words in ("sorted", "1 row repeats", "one day apart", "1 row of unknown"):
        assert words in told


def test_months_are_a_step_although_they_differ_in_length():
    table = pd.DataFrame({"m": ["2020-01", "2020-02", "2020-04", "2020-05"], "x": [1.0, 2, 3, 4]})
    series = read_series(table)
    assert len(series.values) == 5
    assert np.isnan(series.values[2, 0])
    assert "one month" in series.notes[-1]


def test_mixed_and_irregular_steps_are_remarked_upon():
    hourly = pd.date_range("2024-01-01", periods=30, freq="h")
    daily = pd.date_range("2024-02-01", periods=30, freq="D")
    mixed = read_series(pd.DataFrame({"t": hourly.append(daily), "x": np.arange(60.0)}))
    assert "Different steps are mixed: one hour" in mixed.notes[-1]
    rng = np.random.default_rng(0)
    odd = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.uniform(0, 1e6, 50)), unit="s")
    irregular = read_series(pd.DataFrame({"t": odd, "x": rng.normal(size=50)}))
    assert "irregular" in irregular.notes[-1]


def test_future_dates_and_no_dates():
    table = pd.DataFrame({"t": pd.date_range("2030-01-01", periods=5), "x": np.arange(5.0)})
    assert "future" in read_series(table, now="2024-01-01").notes[-1]
    plain = read_series(table, dates="")
    assert plain.times is None
    assert "No date column" in plain.notes[0]
    with pytest.raises(DataError, match="does not hold dates"):
        read_series(table, dates="x")
    with pytest.raises(DataError, match="no column of numbers"):
        read_series(table[["t"]])


def test_changes():
    series = read_series(pd.DataFrame({"x": [1.0, 2.0, 4.0]}))
    np.testing.assert_allclose(changed(series, "differences").values[1:, 0], [1, 2])
    returns = changed(series, "returns")
    np.testing.assert_allclose(returns.values[1:, 0], 100 * np.log(2))
    assert returns.columns == ("return of x (%)",)
    with pytest.raises(DataError, match="positive"):
        changed(read_series(pd.DataFrame({"x": [0.0, 1.0, 2.0]})), "logarithms")


def test_a_season_is_taken_off():
    t = np.arange(120)
    series = read_series(pd.DataFrame({"x": 5 + np.sin(2 * np.pi * t / 12)}))
    adjusted = changed(series, "values", adjust=True)
    np.testing.assert_allclose(adjusted.values, 5, atol=1e-9)
    assert "season of 12 rows" in adjusted.notes[-1]


@pytest.mark.parametrize(
    ("name", "rows", "words"),
    [
        ("nab/realKnownCause/rogue_agent_key_hold.csv", 1882, "irregular steps"),
        ("nab/realKnownCause/machine_temperature_system_failure.csv", 22_683, "12 rows repeat"),
        ("forecast/air_passengers.csv", 144, "one month"),
        ("regimes/hamilton_rgnp.csv", 135, "one quarter"),
        ("regimes/nile.csv", 100, "one year"),
    ],
)
def test_files_as_they_come(name, rows, words):
    series = read_series(read_table(shared_file(f"timeseries/{name}")))
    assert len(series.values) >= rows
    assert words in " ".join(series.notes)
