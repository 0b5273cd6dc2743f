"""Rows in files give the same mixture as rows in memory, and bad files are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_engine import (
    BayesianGaussianMixture,
    DataError,
    GaussianMixture,
    UploadError,
    open_rows,
    select_model,
)
from gmm_engine.rows import cells, delimited
from tests.engine.far_rows import PARAMETERS, difference, three_groups


@pytest.fixture(scope="module")
def rows():
    return three_groups(9000, 15000, 12000)


@pytest.fixture(scope="module")
def folder(rows, tmp_path_factory):
    """The same rows as three Parquet files, as one CSV, and as float32 Parquet."""
    place = tmp_path_factory.mktemp("rows")
    table = pd.DataFrame(rows, columns=list("abc")).assign(name='x,"y"\n', count=1)
    for part in range(3):
        table.iloc[part * 12000 : (part + 1) * 12000].to_parquet(
            place / f"p{part}.parquet", row_group_size=5000
        )
    table.to_csv(place / "all.csv", index=False)
    single = table[list("abc")].astype(np.float32)
    single.to_parquet(place / "single.parq", row_group_size=7000)
    return place


def _start(**settings):
    return GaussianMixture(
        3,
        weights_init=[0.3, 0.3, 0.4],
        means_init=[[0, 0, 0], [5, 5, 5], [-6, -6, -6]],
        precisions_init=[np.eye(3)] * 3,
        tol=0,
        max_iter=8,
        **settings,
    )


@pytest.mark.filterwarnings("ignore:The fit did not converge")
@pytest.mark.parametrize("name", ["p*.parquet", "all.csv"])
def test_the_same_start_gives_the_same_mixture(rows, folder, name, monkeypatch):
    monkeypatch.setattr(cells, "BATCH_BYTES", 24 * 1000)
    monkeypatch.setattr(cells, "PIECE_BYTES", 24 * 3000)
    monkeypatch.setattr(cells, "LEAST_BATCH", 100)
    monkeypatch.setattr(delimited, "PIECE_BYTES", 100_000)
    source = open_rows(str(folder / name), ["a", "b", "c"])
    assert len(source.pieces) > 6
    near, far = _start().fit(rows), _start().fit(source)
    assert difference(near, far) < 1e-8
    assert far.feature_names_in_.tolist() == ["a", "b", "c"]
    assert far.score(source) == pytest.approx(near.score(rows), rel=1e-10)
    assert far.bic(source) == pytest.approx(near.bic(rows), rel=1e-10)
    assert far.aic(source) == pytest.approx(near.aic(rows), rel=1e-10)
    assert far.icl(source) == pytest.approx(near.icl(rows), rel=1e-10)
    np.testing.assert_allclose(far.score_samples(source), near.score_samples(rows), atol=1e-8)
    np.testing.assert_array_equal(far.predict(source), near.predict(rows))
    np.testing.assert_allclose(far.predict_proba(source), near.predict_proba(rows), atol=1e-8)
    assert far.sample(5)[0].shape == (5, 3)


@pytest.mark.filterwarnings("ignore:The fit did not converge")
def test_single_precision_rows_give_the_same_mixture(rows, folder):
    source = open_rows(folder / "single.parq")
    assert source.dtype == "float32"
    assert difference(_start().fit(rows.astype(np.float32)), _start().fit(source)) < 1e-4


@pytest.mark.filterwarnings("ignore:The fit did not converge")
def test_the_number_of_threads_changes_no_bit(folder, monkeypatch):
    found = []
    for threads in "13":
        monkeypatch.setenv("GMM_THREADS", threads)
        found.append(GaussianMixture(3, random_state=4, max_iter=5).fit(str(folder / "p*.parquet"), None))
    for name in PARAMETERS:
        np.testing.assert_array_equal(getattr(found[0], name), getattr(found[1], name))


def test_few_rows_start_as_in_memory(rows, folder):
    names = [str(folder / f"p{part}.parquet") for part in range(3)]
    settings = {"n_components": 4, "random_state": 0, "max_iter": 300, "tol": 1e-2}
    near = BayesianGaussianMixture(**settings).fit(rows)
    far = BayesianGaussianMixture(**settings).fit(open_rows(names, list("abc")))
    assert difference(near, far) < 1e-7
    assert far.lower_bound_ == pytest.approx(near.lower_bound_, rel=1e-9)
    near, far = (GaussianMixture(3, random_state=1).fit(X) for X in (rows, open_rows(names, list("abc"))))
    assert difference(near, far) < 1e-8


def test_selection_agrees_with_memory(rows, folder):
    source = open_rows(str(folder), ["a", "b"])
    assert len(source.pieces) > 3  # the CSV is one of the folder's files
    near = select_model(np.tile(rows[:, :2], (2, 1)), [2, 3], ("EEE", "VVV"))
    far = select_model(source, [2, 3], ("EEE", "VVV"))
    assert far.best.n_components == near.best.n_components
    assert far.best.bic == pytest.approx(near.best.bic, rel=1e-4)
    with pytest.raises(DataError, match="memory"):
        select_model(source, [2], criterion="cv")


def test_missing_cells_and_noise_work_piece_by_piece(rows, folder, tmp_path):
    gaps = rows.copy()
    gaps[np.random.default_rng(0).uniform(size=gaps.shape) < 0.1] = np.nan
    pd.DataFrame(gaps, columns=list("abc")).to_parquet(tmp_path / "gaps.parquet", row_group_size=9000)
    near, far = (
        GaussianMixture(3, missing="em", noise=True, random_state=0, max_iter=400, tol=1e-7).fit(X)
        for X in (gaps, tmp_path / "gaps.parquet")
    )
    assert far.lower_bound_ == pytest.approx(near.lower_bound_, abs=1e-4)
    np.testing.assert_allclose(far.noise_box_, near.noise_box_)
    table = pd.DataFrame(gaps, columns=list("abc"))
    assert far.score(tmp_path / "gaps.parquet") == pytest.approx(far.score(table), rel=1e-9)


def test_urls_are_read_through_fsspec(rows):
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for part, X in enumerate(np.array_split(rows[:3000], 3)):
        with system.open(f"/bucket/part-{part}.parquet", "wb") as file:
            pd.DataFrame(X, columns=list("abc")).to_parquet(file)
    with system.open("/bucket/all.csv", "wb") as file:
        file.write(pd.DataFrame(rows[:3000], columns=list("abc")).to_csv(index=False).encode())
    expected = GaussianMixture(3, random_state=0).fit(rows[:3000])
    for url in ("memory://bucket/part-*.parquet", "memory://bucket/all.csv"):
        assert difference(expected, GaussianMixture(3, random_state=0).fit(url)) < 1e-8
    with pytest.raises(DataError, match="No file matches"):
        open_rows("memory://bucket/nothing-*.csv")
    with pytest.raises(DataError, match="odd://"):
        open_rows("odd://bucket/x.csv")


def test_text_files_of_many_dialects_are_understood(tmp_path):
    path = tmp_path / "x.csv"
    for text, columns in [
        ("﻿a;b\r\n1;2\r\n3;4\r\n", ("a", "b")),
        ("1\t2\n\n3\t4\n", ("column 1", "column 2")),
        ('"n,1","n\n2"\n1,2\n3,4', None),
        (",x\n1,2\n3,4\n", ("", "x")),
    ]:
        path.write_text(text, encoding="utf-8", newline="")
        if columns is None:
            with pytest.raises(DataError):
                open_rows(path)
            continue
        source = open_rows(path)
        assert source.columns == columns
        assert [X.tolist() for X in source.pieces[0].batches()] == [[[1, 2], [3, 4]]]


def test_quoted_line_ends_do_not_cut_a_row(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "PIECE_BYTES", 200)
    lines = [f'{i},"line\none, ""and\n{i}"' for i in range(300)]
    (tmp_path / "x.csv").write_text("\n".join(["x,words", *lines]))
    source = open_rows(tmp_path / "x.csv")
    assert len(source.pieces) > 10
    seen = np.concatenate([X for piece in source.pieces for X in piece.batches()])
    np.testing.assert_array_equal(seen[:, 0], np.arange(300))


@pytest.mark.parametrize(
    ("cell", "words"), [(np.nan, "missing value"), (np.inf, "inf")], ids=["missing", "infinite"]
)
def test_a_bad_cell_is_named_by_row_group_and_column(rows, tmp_path, cell, words):
    table = pd.DataFrame(rows[:5000], columns=["a", "b", "c"])
    table.loc[3456, "b"] = cell
    table.to_parquet(tmp_path / "x.parquet", row_group_size=1000)
    with pytest.raises(DataError, match=rf"x\.parquet, row group 3, row 456, column 'b': .*{words}"):
        GaussianMixture(2).fit(tmp_path / "x.parquet")
    table.to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(DataError, match=rf"x\.csv, line 3458, column 'b': .*{words}"):
        GaussianMixture(2).fit(tmp_path / "x.csv")


def test_a_damaged_file_is_named_by_row_group_and_column(rows, tmp_path):
    path = tmp_path / "x.parquet"
    pd.DataFrame(rows[:5000], columns=["a", "b", "c"]).to_parquet(path, row_group_size=1000)
    chunk = pq.ParquetFile(path).metadata.row_group(2).column(1)
    content = bytearray(path.read_bytes())
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    content[start + 30 : start + chunk.total_compressed_size] = b"\xa5" * (chunk.total_compressed_size - 30)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"x\.parquet, row group 2, column 'b': cannot be read as Parquet"):
        GaussianMixture(2).fit(path)
    path.write_bytes(content[:1000])
    with pytest.raises(DataError, match=r"x\.parquet: cannot be read as Parquet"):
        open_rows(path)


def test_bad_lines_and_columns_are_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("x,y\n" + "1,2\n" * 200_000 + "1,oops\n" + "1,2\n" * 1000)
    with pytest.raises(DataError, match=r"x\.csv, line 200002, column 'y': 'oops'"):
        GaussianMixture().fit(path)
    path.write_text("x,y\n" + "1,2\n" * 200_000 + "1,2,3\n" * 3)
    with pytest.raises(DataError, match="Expected 2 columns, got 3"):
        GaussianMixture().fit(path)
    path.write_text("x,y\n1,a\n")
    with pytest.raises(DataError, match="column 'y': it holds no numbers"):
        open_rows(path, ["x", "y"])
    with pytest.raises(DataError, match="has no column 'z'"):
        open_rows(path, ["z"])
    path.write_bytes(b"\x1f\x8b\x00")
    with pytest.raises(DataError, match="must be unpacked"):
        open_rows(path)
    pq.write_table(pa.table({"t": ["a"]}), tmp_path / "t.parquet")
    with pytest.raises(DataError, match="no column of numbers"):
        open_rows(tmp_path / "t.parquet")
    with pytest.raises(DataError, match="No file matches"):
        open_rows(tmp_path / "none.parquet")
    assert not issubclass(DataError, UploadError)


def test_files_of_different_columns_are_refused(rows, folder, tmp_path):
    pd.DataFrame(rows[:9], columns=["a", "b", "z"]).to_parquet(tmp_path / "odd.parquet")
    with pytest.raises(DataError, match=r"odd\.parquet has no column 'c'"):
        open_rows([folder / "p0.parquet", tmp_path / "odd.parquet"], ["a", "b", "c"])
    model = GaussianMixture().fit(pd.DataFrame(rows[:90], columns=list("abc")))
    with pytest.raises(DataError, match=r"odd\.parquet has no column 'c'"):
        model.score(tmp_path / "odd.parquet")
    with pytest.raises(DataError, match="fitted to the columns"):
        model.score(open_rows(tmp_path / "odd.parquet"))


def test_what_belongs_to_single_rows_needs_memory(folder):
    with pytest.raises(DataError, match="sample_weight has a value for every row"):
        GaussianMixture().fit(str(folder / "p0.parquet"), sample_weight=np.ones(12000))


def test_decimals_and_integers_are_numbers(tmp_path):
    table = pa.table({"i": pa.array([1, 2, None]), "m": pa.array([1, 2, 4]).cast(pa.decimal128(30, 2))})
    pq.write_table(table, tmp_path / "x.parquet")
    (X,) = open_rows(tmp_path / "x.parquet").with_gaps().pieces[0].batches()
    np.testing.assert_array_equal(X, [[1, 1], [2, 2], [np.nan, 4]])
