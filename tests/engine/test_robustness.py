"""Odd input gives a right answer or an error that helps; invariances hold; threads do not meet."""

import threading
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.exceptions import ConvergenceWarning

from gmm_engine import GaussianMixture, GMMError
from gmm_engine.covariance import FAMILIES

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def _sound(model, X):
    """Everything a visitor may be shown is finite and consistent."""
    for name in ("weights_", "means_", "covariances_"):
        assert np.all(np.isfinite(getattr(model, name)))
    assert model.weights_.sum() == pytest.approx(1)
    assert np.all(np.isfinite(model.score_samples(X)))
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-3)


@pytest.fixture
def two_groups():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(0, 1, (150, 2)), rng.normal(6, 2, (150, 2))])


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6, 1e12])
def test_any_unit_gives_the_same_groups(scale, two_groups):
    plain = GaussianMixture(2, random_state=0, reg_covar=0).fit(two_groups)
    model = GaussianMixture(2, random_state=0, reg_covar=0).fit(two_groups * scale)
    _sound(model, two_groups * scale)
    order, plain_order = np.argsort(model.weights_), np.argsort(plain.weights_)
    np.testing.assert_allclose(model.means_[order] / scale, plain.means_[plain_order], rtol=1e-6)


def test_float32_far_from_zero_is_still_an_answer(two_groups):
    X = (two_groups + 1e6).astype(np.float32)
    model = GaussianMixture(2, random_state=0).fit(X)
    _sound(model, X)
    assert np.abs(np.sort(model.means_[:, 0]) - [1e6, 1e6 + 6]).max() < 0.6


@pytest.mark.parametrize(
    "change",
    [
        lambda X: np.column_stack([X, np.ones(len(X))]),
        lambda X: np.column_stack([X, X[:, 0]]),
        lambda X: np.repeat(X[:30], 10, axis=0),
        lambda X: X[:, :1],
        lambda X: np.round(X).astype(int),
        lambda X: X > 3,
        lambda X: X.astype(object),
        lambda X: np.asfortranarray(X),
        lambda X: X[::2, ::-1],
        lambda X: X.astype(np.float16),
        lambda X: X.tolist(),
        lambda X: pd.DataFrame(X, columns=["a", "b"]),
    ],
    ids=["constant", "copy", "repeated", "one column", "int", "bool", "object", "fortran", "strided",
         "float16", "list", "pandas"],
)  # fmt: skip
def test_every_kind_of_array_is_answered(change, two_groups):
    X = change(two_groups)
    _sound(GaussianMixture(2, random_state=0).fit(X), X)


def test_polars_frames_are_answered(two_groups):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    X = polars.DataFrame({"a": two_groups[:, 0], "b": two_groups[:, 1]})
    _sound(GaussianMixture(2, random_state=0).fit(X), X)


def test_read_only_and_mapped_arrays_are_answered(two_groups, tmp_path):
    np.save(tmp_path / "rows.npy", two_groups)
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    _sound(GaussianMixture(2, random_state=0).fit(mapped), mapped)
    two_groups.flags.writeable = False
    _sound(GaussianMixture(2, random_state=0).fit(two_groups), two_groups)


def test_a_fit_copies_nothing_and_changes_nothing(two_groups):
    before = two_groups.copy()
    GaussianMixture(2, random_state=0).fit(two_groups)
    assert np.array_equal(two_groups, before)


@pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical", "VEV", "EEI"])
def test_more_components_than_distinct_rows(kind):
    X = np.repeat([[0.0, 0.0], [1.0, 2.0], [5.0, 1.0]], 4, axis=0)
    _sound(GaussianMixture(5, covariance_type=kind, random_state=0).fit(X), X)


def test_a_component_that_empties_keeps_its_place(two_groups):
    model = GaussianMixture(
        3,
        weights_init=[0.5, 0.5, 0.0],
        means_init=[[0, 0], [6, 6], [1e3, 1e3]],
        precisions_init=[np.eye(2)] * 3,
    ).fit(two_groups)
    _sound(model, two_groups)
    np.testing.assert_allclose(model.means_[2], 1e3)
    assert model.weights_[2] == pytest.approx(0, abs=1e-12)


def test_one_row_is_too_few():
    with pytest.raises(GMMError, match="minimum of 2 is required"):
        GaussianMixture().fit([[1.0, 2.0]])


def _options(X, **more):
    given = {"means_init": X[[10, 200]], "weights_init": [0.5, 0.5]}
    return {**given, "precisions_init": [np.eye(2)] * 2, "tol": 0, "max_iter": 15, "reg_covar": 0, **more}


def test_row_order_does_not_matter(two_groups):
    options = _options(two_groups)
    model = GaussianMixture(2, **options).fit(two_groups)
    shuffled = GaussianMixture(2, **options).fit(np.random.default_rng(1).permutation(two_groups))
    np.testing.assert_allclose(shuffled.means_, model.means_, rtol=1e-9)


@pytest.mark.parametrize("kind", ["VVV", "EEE", "VII", "EII"])
def test_rotating_the_data_rotates_the_model(kind, two_groups):
    turn = np.array([[np.cos(0.7), -np.sin(0.7)], [np.sin(0.7), np.cos(0.7)]])
    options = _options(two_groups, covariance_type=kind)
    plain = GaussianMixture(2, **options).fit(two_groups)
    options["means_init"] = options["means_init"] @ turn.T
    turned = GaussianMixture(2, **options).fit(two_groups @ turn.T)
    np.testing.assert_allclose(turned.means_, plain.means_ @ turn.T, atol=1e-8)
    want = turn @ plain._params().covariances() @ turn.T
    np.testing.assert_allclose(turned._params().covariances(), want, atol=1e-8)


@pytest.mark.parametrize("kind", ["VVV", "EEE", "VVI", "EEI", "EVI"])
def test_families_closed_under_units_follow_them(kind, two_groups):
    units = np.array([1e-3, 50.0])
    options = _options(two_groups, covariance_type=kind, max_iter=60, tol=1e-9)
    plain = GaussianMixture(2, **options).fit(two_groups)
    options["means_init"] = options["means_init"] * units
    options["precisions_init"] = [np.diag(1 / units**2)] * 2
    scaled = GaussianMixture(2, **options).fit(two_groups * units)
    np.testing.assert_allclose(scaled.means_, plain.means_ * units, rtol=1e-4)


cells = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0, -1.0, 1e-9, 1e9])
tables = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12), elements=cells)


@settings(max_examples=60, deadline=None)
@given(X=tables, k=st.integers(1, 4), kind=st.sampled_from(["full", "tied", "diag", *FAMILIES]))
def test_any_table_is_answered_or_refused_in_words(X, k, kind):
    model = GaussianMixture(k, covariance_type=kind, random_state=0, max_iter=20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            model.fit(X)
        except GMMError as error:
            assert len(str(error)) > 20  # noqa: PT017 - an answer is as good as a refusal
            return
    _sound(model, X)
    # A flat direction is known to rounding times the condition: wide columns over the ridge.
    rounding = np.finfo(float).eps * np.ptp(X, axis=0).max() ** 2 / model.reg_covar
    fall = np.diff(model.lower_bounds_).min(initial=0)
    assert fall > -1e-6 * max(1, abs(model.lower_bound_)) - rounding


def test_sixteen_threads_fit_as_one(two_groups):
    alone = [GaussianMixture(2, random_state=seed).fit(two_groups).means_ for seed in range(4)]
    found: dict[int, np.ndarray] = {}

    def work(turn: int) -> None:
        found[turn] = GaussianMixture(2, random_state=turn % 4).fit(two_groups).means_

    workers = [threading.Thread(target=work, args=(turn,)) for turn in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for turn in range(16):
        assert np.array_equal(found[turn], alone[turn % 4])


def test_an_interrupted_refit_leaves_the_fitted_model(two_groups):
    model = GaussianMixture(2, random_state=0).fit(two_groups)
    before = {name: np.copy(value) for name, value in vars(model).items() if name.endswith("_")}
    for stop_after in (1, 2):
        steps = model.iter_fit(two_groups[:100] + 50)
        for _ in range(stop_after):
            next(steps, None)
        steps.close()
        after = {name: value for name, value in vars(model).items() if name.endswith("_")}
        assert before.keys() == after.keys()
        for name, value in before.items():
            assert np.array_equal(value, np.asarray(after[name])), name
