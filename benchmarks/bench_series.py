"""Regimes beside hmmlearn, strange rows and forecasts on real series: python -m benchmarks.bench_series

One million rows and three regimes: a whole fit of ten EM iterations from the same start and a
smoothing pass. The rest reads reference series from $GMM_TEST_DATA and is left out without them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.compare import alternate, summary, write
from gmm_engine.data.series import million
from gmm_engine.features.season import find_season
from gmm_engine.regimes.chain import Chain, ChainRule
from gmm_engine.regimes.emissions import EmissionRule, Emissions
from gmm_engine.regimes.forecast import ColumnForecaster
from gmm_engine.regimes.learn import Learner, State
from gmm_engine.regimes.observed import Observed
from gmm_engine.regimes.surprise import SurpriseScorer
from gmm_engine.regimes.values import sequence_of
from tests import nab_scorer
from tests.data_dir import data_dir

ITERATIONS = 10
MEANS = np.array([[-0.5], [3.5], [6.0]])
TRANSITION = np.full((3, 3), 0.01) + 0.97 * np.eye(3)
LEVELS = np.array([0.1, 0.5, 0.9])
FORECASTS = {"air_passengers": 24, "nottem": 24, "sunspot_year": 11}


def learner(y: Any) -> tuple[Learner, State]:
    """Ours with maximum likelihood and a free start, as hmmlearn fits."""
    rule = ChainRule(stickiness=0.0, start="free")
    state = State(
        Chain(TRANSITION, np.full(3, 1 / 3)),
        Emissions(np.ones((3, 1)), MEANS, np.zeros((3, 1, 0)), np.ones((3, 1, 1))),
    )
    return Learner(Observed(y), rule, EmissionRule("VVV", prior_weight=0.0), np.eye(1)), state


def peer() -> Any:
    from hmmlearn.hmm import GaussianHMM

    model = GaussianHMM(
        3, "diag", n_iter=ITERATIONS, tol=-np.inf, init_params="", min_covar=0, covars_prior=0
    )
    model.startprob_, model.transmat_ = np.full(3, 1 / 3), TRANSITION
    model.means_, model.covars_ = MEANS, np.ones((3, 1))
    return model


def million_rows(rounds: int) -> dict[str, Any]:
    y = np.ascontiguousarray(million().matrix())
    ours, start = learner(y)
    fitted: dict[str, Any] = {}

    def fit_ours() -> None:
        fitted["gmm_engine"] = ours.fit(start, tol=0.0, max_iter=ITERATIONS).params

    def fit_peer() -> None:
        fitted["hmmlearn"] = peer().fit(y)

    times = alternate({"gmm_engine": fit_ours, "hmmlearn": fit_peer}, rounds)
    means = {
        "gmm_engine": fitted["gmm_engine"].emissions.intercepts.ravel().tolist(),
        "hmmlearn": fitted["hmmlearn"].means_.ravel().tolist(),
    }
    case = f"1,000,000 rows, 3 regimes, {ITERATIONS} EM iterations from one start"
    return {"case": case, "wanted": 10, **summary(times), "means": means}


def smoothing(rounds: int) -> dict[str, Any]:
    y = np.ascontiguousarray(million().matrix())
    ours, state = learner(y)
    model = peer()
    calls = {"gmm_engine": lambda: ours.smooth(state), "hmmlearn": lambda: model.predict_proba(y)}
    return {"case": "1,000,000 rows, 3 regimes, smoothed probabilities", **summary(alternate(calls, rounds))}


def strange_rows() -> list[dict[str, Any]]:
    """NAB's score with each file's threshold chosen on the other files; without dates too."""
    folder = data_dir() / "timeseries" / "nab"
    windows = json.loads((folder / "combined_windows.json").read_text())
    return [_nab(folder, windows, dated) for dated in (True, False)]


def _nab(folder: Path, windows: dict[str, Any], dated: bool) -> dict[str, Any]:
    files = []
    for name, pairs in windows.items():
        table = pd.read_csv(folder / name, parse_dates=["timestamp"])
        times = table["timestamp"].to_numpy()
        series = sequence_of(table["value"].to_numpy(float), times if dated else None, fewest=1)
        files.append((SurpriseScorer("auto", 0).scores(series, None), nab_scorer.rows_of(pairs, times)))
    cuts = np.arange(4, 25, 0.25)
    verdicts = nab_scorer.leave_one_out(files, cuts)
    per_file = {
        name: {"points": round(v.points, 2), "hits": f"{v.hits}/{v.windows}", "false alarms": v.false_alarms}
        for name, v in zip(windows, verdicts, strict=True)
    }
    return {
        "case": f"NAB, standard profile, {'with' if dated else 'without'} dates",
        "score, threshold from the other files": round(nab_scorer.benchmark_score(verdicts), 1),
        "threshold, all files": nab_scorer.best_threshold(files, cuts),
        "files": per_file,
    }


def forecasts() -> list[dict[str, Any]]:
    """Twelve rolling origins of each series, ours beside the seasonal naive and Holt-Winters."""
    folder = data_dir() / "timeseries" / "forecast"
    rows = []
    for name, h in FORECASTS.items():
        y = pd.read_csv(folder / f"{name}.csv").iloc[:, 1].to_numpy(float)
        origins = np.linspace(max(int(0.45 * len(y)), 60), len(y) - h, 12).astype(int)
        found = np.array([_one_origin(y, origin, h) for origin in origins]).mean(axis=0)
        names = ("coverage of 80 %", "error", "seasonal naive", "Holt-Winters")
        rows.append({"case": f"{name}, {h} rows ahead", **dict(zip(names, found.round(3), strict=True))})
    return rows


def _one_origin(y: Any, origin: int, h: int) -> tuple[float, float, float, float]:
    past, actual = y[:origin], y[origin : origin + h]
    pool = ColumnForecaster(past, find_season(past), 0)
    low, middle, high = pool.quantiles(h, LEVELS).T
    naive = past[-pool.season :][np.arange(h) % pool.season]
    inside = float(np.mean((actual >= low) & (actual <= high)))
    errors = [float(np.abs(actual - guess).mean()) for guess in (middle, naive, _holt_winters(past, pool, h))]
    return inside, errors[0], errors[1], errors[2]


def _holt_winters(past: Any, pool: ColumnForecaster, h: int) -> Any:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    options = {"trend": "add", "seasonal": "add", "seasonal_periods": pool.season}
    return ExponentialSmoothing(past, **options).fit().forecast(h)


def main(rounds: int = 3) -> None:
    rows: list[dict[str, Any]] = [million_rows(rounds), smoothing(rounds)]
    if (data_dir() / "timeseries").exists():
        rows += [*strange_rows(), *forecasts()]
    write("series", rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
