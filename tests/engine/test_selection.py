"""Choosing the number of components and the family: soundness, criteria, mclust's choices."""

import csv
import math

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.utils._param_validation import InvalidParameterError

from gmm_engine import DataError, DegenerateFitError, GaussianMixture
from gmm_engine.covariance import FAMILIES
from gmm_engine.selection import choose, select_model, sweep
from tests.data_dir import shared_file
from tests.engine.test_start import blobs, squeezed

SETS = ["acidity", "banknote", "diabetes", "faithful", "iris"]


def load(name):
    """Numeric columns (n, d) of one of mclust's tables."""
    with shared_file(f"mclust/{name}.csv").open() as file:
        lines = list(csv.reader(file))
    columns = [place for place, title in enumerate(lines[0]) if title != "label"]
    return np.array([[float(line[place]) for place in columns] for line in lines[1:]])


def mclust_criterion(name, criterion="bic"):
    """mclust's values {(k, family): value} with the opposite sign; NaN where it has none."""
    alike = {"E": "EII", "V": "VII"}
    with shared_file(f"mclust/{name}_{criterion}.csv").open() as file:
        lines = list(csv.DictReader(file))
    return {
        (int(line["G"]), alike.get(family, family)): math.nan if value == "NA" else -float(value)
        for line in lines
        for family, value in line.items()
        if family != "G"
    }


@pytest.fixture(scope="module")
def three_blobs():
    return blobs(n=120)


def test_finds_three_round_blobs(three_blobs):
    X, y = three_blobs
    found = select_model(X, range(1, 6))
    assert (found.best.n_components, found.best.covariance_type) == (3, "EII")
    assert adjusted_rand_score(y, found.best_model.predict(X)) == 1
    assert len(found.table) == 5 * 14
    assert found.table["bic"].iloc[0] == found.table.loc[found.table["degenerate"] == "", "bic"].min()


@pytest.mark.parametrize("criterion", ["bic", "aic", "icl"])
def test_criteria_are_those_of_the_fitted_model(three_blobs, criterion):
    X, _ = three_blobs
    found = select_model(X, [2, 3], ("VVI", "EEE"), criterion)
    value = getattr(found.best_model, criterion)(X)
    assert value == pytest.approx(getattr(found.best, criterion), abs=1e-6)
    assert found.best.n_parameters == found.best_model.n_parameters()


def test_held_out_likelihood_prefers_the_truth(three_blobs):
    X, _ = three_blobs
    assert select_model(X, [1, 3], "full", "cv", n_folds=4).best.n_components == 3


def test_best_model_is_an_ordinary_estimator(three_blobs):
    X, _ = three_blobs
    model = select_model(X, [3], "VVE").best_model
    assert isinstance(model, GaussianMixture)
    assert model.weights_init is None
    assert model.means_init is None
    assert model.covariance_type == "VVE"


@pytest.mark.parametrize("angle", [0, 0.6])
def test_squeezed_clusters_are_counted_and_told_apart(angle):
    X, y = squeezed(1, angle)
    found = select_model(X, range(1, 4), ("EEE", "VVV", "VVI"))
    assert found.best.n_components == 2
    assert adjusted_rand_score(y, found.best_model.predict(X)) >= 0.99


@pytest.mark.parametrize("threads", ["1", "3"])
def test_threads_do_not_change_a_bit(three_blobs, threads, monkeypatch):
    X, _ = three_blobs
    X = np.tile(X, (300, 1))
    first = [c.bic for c in sweep(X, [2], ("VVV", "VVI"))]
    monkeypatch.setenv("GMM_THREADS", threads)
    assert [c.bic for c in sweep(X, [2], ("VVV", "VVI"))] == first


def test_one_number_of_components_does_not_depend_on_the_others(three_blobs):
    X, _ = three_blobs
    alone = [c.bic for c in sweep(X, [3], "VVV")]
    assert [c.bic for c in sweep(X, [1, 3], "VVV")][1:] == alone


def test_a_component_on_tied_values_is_discarded_and_named():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=200), rng.normal(size=200)])
    X[:120, 0] = 0.25
    found = select_model(X, [1, 2], "VVV", reg_covar=1e-6)
    assert found.best.n_components == 1
    reason = found.table.set_index("n_components")["degenerate"][2]
    assert "tied at 0.25 in column 0" in reason


def test_collapsed_candidates_come_last_with_the_reason():
    X, _ = blobs(n=12)
    found = select_model(X, [1, 9], "VVV")
    assert found.best.n_components == 1
    assert found.table["degenerate"].iloc[1] != ""


def test_says_so_when_nothing_is_sound():
    X = np.column_stack([np.arange(20.0), np.arange(20.0)])
    with pytest.raises(DegenerateFitError, match=r"None of 2 candidates is sound"):
        select_model(X, [1, 2], "VVV")


def test_refuses_what_it_does_not_know(three_blobs):
    X, _ = three_blobs
    with pytest.raises(InvalidParameterError, match="criterion"):
        select_model(X, [1], "all", "bick")
    with pytest.raises(InvalidParameterError, match="covariance_types"):
        select_model(X, [1], "VXV")
    with pytest.raises(DataError, match="start at 1"):
        select_model(X, [0])
    with pytest.raises(DataError, match="n_folds"):
        select_model(X, [1], "VVV", "cv", n_folds=100)


def test_choose_picks_from_a_sweep_that_was_cut_short(three_blobs):
    X, _ = three_blobs
    candidates = [c for c, _ in zip(sweep(X, range(1, 9), "EII"), range(3), strict=False)]
    assert choose(X, candidates).best.n_components == 3


@pytest.mark.parametrize("name", SETS)
def test_the_best_sound_model_is_at_least_mclusts(name):
    theirs = mclust_criterion(name)
    best = min(value for value in theirs.values() if value == value)
    X = load(name)
    near = {cell for cell, value in theirs.items() if value <= best + 60}
    found = select_model(X, {k for k, _ in near}, {family for _, family in near})
    assert found.best_model.bic(X) <= best + 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_over_all_cells_the_best_sound_model_is_at_least_mclusts(name):
    X = load(name)
    best = min(value for value in mclust_criterion(name).values() if value == value)
    assert select_model(X).best_model.bic(X) <= best + 1e-6


def cells(name):
    with shared_file(f"mclust/{name}_init_partition.csv").open() as file:
        labels = {int(title[1:]): [] for title in next(csv.reader(file))}
        for line in csv.reader(file):
            for k, label in zip(labels, line, strict=True):
                labels[k].append(int(label) - 1)
    return labels | {1: [0] * len(labels[2])}


def mclust_shortfall(name, kinds):
    """By how much mclust's BIC beats EM from mclust's own start, for each of its cells."""
    X, starts = load(name), cells(name)
    shortfall = {}
    for (k, kind), theirs in mclust_criterion(name).items():
        if kind in kinds and theirs == theirs:
            resp = np.eye(k)[starts[k]]
            model = GaussianMixture(
                k, covariance_type=kind, reg_covar=0, tol=1e-7, max_iter=3000, resp_init=resp
            )
            try:
                shortfall[k, kind] = model.fit(X).bic(X) - theirs
            except DegenerateFitError:
                shortfall[k, kind] = math.inf
    return shortfall


def test_from_mclusts_start_closed_families_reach_its_bic():
    shortfall = mclust_shortfall("iris", ["EEI", "VEI", "EEE", "VVI"])
    assert max(shortfall.values()) <= 0.05


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_from_mclusts_start_almost_every_cell_reaches_its_bic():
    reached = [value <= 0.05 for name in SETS for value in mclust_shortfall(name, list(FAMILIES)).values()]
    assert np.mean(reached) >= 0.97


def test_icl_agrees_with_mclusts():
    X, theirs = load("faithful"), mclust_criterion("faithful", "icl")
    kinds = ("EEE", "VVV", "VVI")
    ours = {(c.n_components, c.covariance_type): c.icl for c in sweep(X, [2], kinds, tol=1e-7)}
    for kind in kinds:
        assert ours[2, kind] == pytest.approx(theirs[2, kind], abs=0.05)
