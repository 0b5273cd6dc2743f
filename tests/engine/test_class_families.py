"""Classes by maximum likelihood in the fourteen families, beside mclust's EDDA and MclustDA."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from gmm_engine import DegenerateFitError, MixtureClassifier
from gmm_engine.classify.families import shared_bic, shared_family
from gmm_engine.classify.plans import OfFamily, Shrunk
from tests.data_dir import shared_file
from tests.engine.test_selection import load

SETS = ("iris", "diabetes", "banknote")
EDDA = {"covariance_type": "all", "shared": True, "calibrate": False}
MCLUST_DA = {"covariance_type": "all", "calibrate": False}


def labels(name):
    """Known classes (n,) of one of mclust's tables."""
    with shared_file(f"mclust/{name}.csv").open() as file:
        return np.array([line["label"] for line in csv.DictReader(file)])


def published(name):
    """What mclust reports of its own classifiers."""
    return json.loads(shared_file(f"mclust/{name}_mclustda.json").read_text())


def ten_folds(X, y, seed=0, **options):
    """Share of rows that are classified wrongly when a tenth is held out in turn."""
    folds = StratifiedKFold(10, shuffle=True, random_state=seed)
    return float(np.mean(cross_val_predict(MixtureClassifier(**options), X, y, cv=folds) != y))


def most(error, n):
    """The published error and two of its standard errors."""
    share = max(error, 1 / n)
    return error + 2 * math.sqrt(share * (1 - share) / n)


@pytest.mark.parametrize("name", SETS)
def test_one_family_across_classes_is_mclusts_choice(name):
    X, (_, index) = load(name), np.unique(labels(name), return_inverse=True)
    theirs, shares = published(name)["EDDA"], np.bincount(index) / len(index)
    family, fitted = shared_family(X, index, "all", shares, 0.0)
    assert {family} == {model["model"] for model in theirs["models"].values()}
    assert -shared_bic(fitted, X, family) == pytest.approx(theirs["bic"], rel=1e-4)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("options", [EDDA, {}], ids=["edda", "default"])
def test_classes_are_told_apart_as_well_as_by_mclust(name, options):
    X, y, theirs = load(name), labels(name), published(name)
    best = min(theirs[kind]["cv10_error"] for kind in ("EDDA", "MclustDA"))
    assert ten_folds(X, y, **options) <= most(best, len(y))


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_mixtures_of_any_family_tell_classes_apart_as_well_as_mclusts(name):
    X, y = load(name), labels(name)
    assert ten_folds(X, y, **MCLUST_DA) <= most(published(name)["MclustDA"]["cv10_error"], len(y))


def test_every_class_may_have_a_family_of_its_own():
    rng = np.random.default_rng(0)
    slanted = rng.normal(0, 1, (80, 2)) @ np.array([[2, 1.5], [0, 0.5]]) + 5
    two = np.concatenate([rng.normal(-6, 0.5, (40, 2)), rng.normal([-6, 4], 0.5, (40, 2))])
    X, y = np.concatenate([rng.normal(0, 1, (80, 2)), slanted, two]), np.repeat(["a", "b", "c"], 80)
    model = MixtureClassifier(covariance_type="all", calibrate=False).fit(X, y)
    assert np.bincount(np.unique(model.owners(), return_inverse=True)[1]).tolist() == [1, 1, 2]
    assert model.score(X, y) > 0.95
    assert model.plan_ == OfFamily("all", None, False, 1e-6)
    again = MixtureClassifier.from_dict(json.loads(json.dumps(model.to_dict())))
    np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), atol=1e-6)


def test_too_few_rows_for_any_family_are_refused_in_words():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(6, 4)), np.repeat([0, 1], 3)
    X[y == 0] = X[0]
    X[y == 1] = X[5]
    with pytest.raises(DegenerateFitError, match="shrunk"):
        MixtureClassifier(covariance_type="all", shared=True, reg_covar=0).fit(X, y)


def test_shrinkage_is_given_up_where_held_out_rows_ask_for_it():
    rng = np.random.default_rng(2)
    y = np.repeat([0, 1], 200)
    X = rng.normal(size=(400, 2)) * np.where(y == 0, 0.2, 2)[:, None]
    mixed = rng.permutation(400)
    model = MixtureClassifier().fit(X[mixed], y[mixed])
    assert isinstance(model.plan_, Shrunk)
    assert model.plan_.shrinkage == (0.0, 1e-4)
    kept = MixtureClassifier(shrinkage=(0.2, 0.1)).fit(X[mixed], y[mixed])
    assert kept.plan_.shrinkage == (0.2, 0.1)
    assert model.score(X, y) > kept.score(X, y)


def test_progress_reaches_its_end():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(120, 20)), np.tile([0, 1], 60)
    shares = list(MixtureClassifier().iter_fit(X, y))
    assert shares == sorted(shares)
    assert 0 == shares[0] < shares[-1] < 1
