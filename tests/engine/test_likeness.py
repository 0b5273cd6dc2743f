"""New rows keep what a column's values obey, and the tests notice when they are not alike."""

import numpy as np
import pandas as pd
import pytest
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

from gmm_engine import DataError, RowMaker
from gmm_engine.data.examples import EXAMPLES
from gmm_engine.figures import likeness as figures
from gmm_engine.likeness import (
    column_table,
    energy_test,
    nearness,
    numbers,
    pair_differences,
    tell_apart,
    telling,
)
from gmm_engine.likeness.rules import learnt
from tests import reference_likeness as naive


@pytest.fixture(scope="module")
def table():
    """Counts, money with cents, a negative column, two categories, and holes."""
    rng = np.random.default_rng(0)
    size = rng.choice(["small", "large"], 400, p=[0.3, 0.7])
    base = np.where(size == "small", 2.0, 5.0)
    frame = pd.DataFrame(
        {
            "count": rng.poisson(base),
            "price": np.exp(rng.normal(base / 3, 0.8)).round(2),
            "change": rng.normal(0, 3, 400).round(1),
            "size": size,
            "paid": rng.random(400) < 0.5,
        }
    )
    frame.loc[::37, "change"] = np.nan
    return frame


@pytest.fixture(scope="module")
def maker(table):
    return RowMaker(2).fit(table)


@pytest.fixture(scope="module")
def made(maker):
    return maker.draw(1500, random_state=4)


def test_rows_keep_integers_decimals_signs_and_categories(table, made):
    assert list(made.columns) == list(table.columns)
    assert made["count"].dtype.kind == "i"
    assert made["count"].min() >= 0
    assert made["price"].min() > 0
    np.testing.assert_array_equal(made["price"].round(2), made["price"])
    np.testing.assert_array_equal(made["change"].round(1), made["change"])
    assert made["change"].min() < 0
    assert set(made["size"]) == {"small", "large"}
    assert set(made["paid"]) == {True, False}


def test_rows_are_like_the_table(table, made):
    real, other = numbers(table, made)
    assert energy_test(real, other).p_value > 0.05
    assert tell_apart(real, other).auc < 0.6
    found = nearness(real, other)
    assert found.closer < 0.2
    assert column_table(table, made)["apart"].max() < 0.12
    names, first, second = pair_differences(table, made)
    assert names == ("count", "price", "change")
    assert np.abs(first - second).max() < 0.15


def test_categories_go_with_their_numbers(table, made):
    for name in ("small", "large"):
        real, other = (frame.loc[frame["size"] == name, "count"].mean() for frame in (table, made))
        assert other == pytest.approx(real, rel=0.1)


def test_the_same_seed_gives_the_same_rows_in_pieces_too(maker):
    pd.testing.assert_frame_equal(maker.draw(100, random_state=1), maker.draw(100, random_state=1))
    pieces = pd.concat(maker.chunks(2500, size=1000, random_state=2), ignore_index=True)
    assert len(pieces) == 2500
    assert not maker.draw(100, random_state=1).equals(maker.draw(100, random_state=3))


def test_as_many_rows_of_a_class_as_asked(maker):
    counts = {("small", False): 40, ("large", True): 3}
    made = maker.draw(counts=counts)
    assert made.groupby(["size", "paid"]).size().to_dict() == counts


def test_a_rare_category_is_refused_by_name(table):
    frame = table.assign(kind=["rare"] * 3 + ["usual"] * 397)
    with pytest.raises(DataError, match="at least 8 rows"):
        RowMaker().fit(frame, ["count", "price", "change", "kind"])


def test_what_cannot_be_imitated_is_said(table):
    frame = table.assign(id=[f"row {i}" for i in range(400)], same=1.0)
    frame["when"] = pd.date_range("2024-01-01", periods=400)
    maker = RowMaker(1).fit(frame)
    assert maker.columns_ == tuple(table.columns)
    said = " ".join(maker.notes_)
    for words in ("id is left out: it holds 400 different texts", "same is left out: it is constant",
                  "when is left out: dates", "not missing in the new rows"):  # fmt: skip
        assert words in said


def test_a_table_of_text_is_refused():
    with pytest.raises(DataError, match="No column of numbers"):
        RowMaker().fit(pd.DataFrame({"a": list("xyxy")}))


def test_a_column_on_the_edge_of_zero_is_still_never_negative():
    x = np.abs(np.random.default_rng(1).normal(0, 1, 300))
    made = RowMaker(2).fit(pd.DataFrame({"x": x})).draw(5000)
    assert made["x"].min() >= 0


@pytest.mark.parametrize(
    ("values", "decimals", "positive", "logarithm"),
    [
        ([1, 2, 3, 4, 5], 0, True, False),
        ([-1.5, 2.25, 3.0], 2, False, False),
        ([0.1234567, 0.7, 0.3], None, True, False),
        (np.exp(np.linspace(0, 9, 50)), None, True, True),
    ],
    ids=["integers", "two-decimals", "many-decimals", "skewed"],
)
def test_rules_are_read_from_the_values(values, decimals, positive, logarithm):
    rule = learnt(np.array(values, float))
    assert (rule.decimals, rule.positive, rule.logarithm) == (decimals, positive, logarithm)


def test_ties_are_spread_out_and_taken_back():
    x = np.random.default_rng(0).integers(0, 6, 500).astype(float)
    rule = learnt(x)
    spread = rule.enter(x, np.random.default_rng(1))
    assert rule.spread
    assert len(np.unique(spread)) == 500
    np.testing.assert_array_equal(rule.leave(spread), x)


def test_the_energy_distance_is_the_sum_over_pairs():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 3)), rng.normal(0.5, 1, (15, 3))
    assert energy_test(X, Y, 9).distance == pytest.approx(naive.energy_distance(X, Y), rel=1e-9)


def test_p_values_are_even_when_both_samples_are_alike():
    rng = np.random.default_rng(3)
    p = [energy_test(*rng.normal(size=(2, 60, 2)), 39, random_state=i).p_value for i in range(60)]
    assert 0.35 < np.mean(p) < 0.65
    assert np.mean(np.array(p) <= 0.1) < 0.25


def test_other_rows_are_noticed():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(300, 2)), rng.normal(size=(300, 2)) @ [[1.0, 0.9], [0.0, 0.44]]
    assert energy_test(X, Y).p_value < 0.05
    assert tell_apart(X, Y).auc > 0.6
    assert tell_apart(X, X[rng.permutation(300)]).auc < 0.6


def test_the_classifier_keeps_to_one_thread_and_leaves_the_others_as_they_were(monkeypatch):
    seen, score = [], telling.cross_val_predict

    def watched(*args, **options):
        seen.append(_openmp_effective_n_threads())
        return score(*args, **options)

    monkeypatch.setattr(telling, "cross_val_predict", watched)
    before, X = _openmp_effective_n_threads(), np.random.default_rng(0).normal(size=(60, 2))
    tell_apart(X, X + 1)
    assert seen == [1]
    assert _openmp_effective_n_threads() == before


def test_copies_are_noticed():
    X = np.random.default_rng(0).normal(size=(60, 2))
    found = nearness(X, X[:20] + 1e-15)
    assert found.copies == 20
    assert found.closer == 1
    np.testing.assert_allclose(np.sort(found.real), np.sort(naive.nearest_other(X)), rtol=1e-9)


def test_tables_must_have_the_same_columns(table):
    with pytest.raises(DataError, match="no column 'other'"):
        numbers(table, pd.DataFrame({"other": [1.0]}))
    with pytest.raises(DataError, match="at least 5"):
        numbers(table.head(3), table.head(3))


def test_figures_hold_both_tables(table, made):
    values = [(name, table[name].to_numpy(), made[name].to_numpy()) for name in ("count", "price")]
    values.append(("size", table["size"].to_numpy(str), made["size"].to_numpy(str)))
    assert [trace.name for trace in figures.columns(values).data] == ["table", "made"] * 3
    real = EXAMPLES["Geyser"].load().matrix()
    assert len(figures.side_by_side(real, real, ("a", "b")).data) == 2
