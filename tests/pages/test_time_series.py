"""The time series page: its three views, files of every kind, and a script that repeats it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from pages._ui import exports
from pages._ui.time_series import series
from tests.data_dir import ROOT
from tests.pages.visit import sentences, visit

PAGE = "time_series"


def uploaded(page, text, name="mine.csv"):
    """The page after sending a file."""
    page.get_by_key(f"{PAGE}_data").set_value("Upload").run()
    return page.get_by_key(f"{PAGE}_file").upload(name, text.encode()).run()


def table(values, start="2024-01-01", freq="D"):
    dates = pd.date_range(start, periods=len(values), freq=freq)
    return pd.DataFrame({"date": dates, "x": values}).to_csv(index=False)


def wave(n=200):
    rng = np.random.default_rng(0)
    return np.round(np.repeat([0.0, 4.0, 0.0, 4.0], n // 4) + rng.normal(size=n), 3)


def words(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption, *page.info, *page.warning))


def test_memory_explains_itself():
    page = visit(PAGE)
    assert "With memory the series changes its regime" in words(page)
    page.get_by_key(f"{PAGE}_memory").set_value(False).run()
    assert "Without memory the series changes its regime" in words(page)
    assert not page.exception


@pytest.mark.parametrize("show", ["Strange rows", "Forecast"])
def test_the_other_views(show):
    page = visit(PAGE, time_series_show=show, time_series_example="Monthly sales")
    assert not page.exception
    assert sentences(page) == []
    if show == "Forecast":
        assert [metric.label for metric in page.metric][:2] == ["Inside the 80% band", "Mean absolute error"]


def test_a_file_with_gaps_duplicates_and_a_wrong_order():
    lines = table(wave()).splitlines()
    mixed = [lines[0], *lines[:0:-1][:150], *lines[60:80]]
    page = uploaded(visit(PAGE), "\n".join(mixed))
    assert sentences(page) == []
    assert "sorted by date" in words(page)
    assert "repeat the date" in words(page)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (table([1.0, 2.0, 3.5]), "at least"),
        (table([5.0] * 40), "constant"),
        (table([np.nan] * 40), "column"),
        ("a,b\nred,blue\ngreen,blue\n" * 20, "numeric column"),
    ],
)
def test_unusable_files_get_a_sentence(text, sentence):
    page = uploaded(visit(PAGE), text)
    assert not page.exception
    assert any(sentence in problem for problem in sentences(page))


def test_no_dates_mixed_steps_and_the_future_are_remarked_upon():
    plain = "x\n" + "\n".join(map(str, wave()))
    assert "No date column" in words(uploaded(visit(PAGE), plain))
    assert "lie in the future" in words(uploaded(visit(PAGE), table(wave(), "2090-01-01")))
    hourly, daily = table(wave(), freq="h").splitlines(), table(wave(), "2025-01-01").splitlines()
    assert "Different steps are mixed" in words(uploaded(visit(PAGE), "\n".join(hourly + daily[1:])))


def test_returns_of_negative_values_keep_the_page():
    page = uploaded(visit(PAGE), table(wave()))
    page.get_by_key(f"{PAGE}_view").set_value("Returns").run()
    assert not page.exception
    assert any("positive" in problem for problem in sentences(page))


def test_the_part_shown_is_kept_within_the_series():
    page = visit(PAGE)
    page.get_by_key(f"{PAGE}_part").set_value((99.99, 100.0)).run()
    assert not page.exception


def test_the_scripts_run_as_they_are(tmp_path):
    source = series.example("Monthly sales")
    choice = series.SeriesSpec(("sales",), None, "logarithms", True)
    paths = []
    for show in series.ANSWERS:
        recipe = exports.Recipe(series.code(choice, series.RegimeSpec(2), show), series.IMPORTS)
        paths.append(tmp_path / f"{show}.py")
        paths[-1].write_text(exports.script(PAGE, source, recipe), encoding="utf-8")
    run = "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]"
    command = [sys.executable, "-c", run, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert "0.9" in done.stdout
