"""Rows like those of a table: a mixture for every category, and the columns' rules kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gmm_engine.errors import DataError
from gmm_engine.likeness.rules import HEAPED, learnt
from gmm_engine.mixture import GaussianMixture
from gmm_engine.selection import choose, sweep
from gmm_engine.types import Array
from gmm_engine.wording import counted

FAMILIES = ("EII", "VII", "EEE", "VVI", "VVV")
MOST_CATEGORIES, MOST_GROUPS = 30, 60
CHUNK = 50_000
MOST_LEARNT = 50_000  # rows of one group; more change a mixture's parameters by less than noise
MOST_TURNS = 60
Key = tuple[Any, ...]


class RowMaker:
    """Learns a table and makes new rows like its.

    Numeric columns follow a mixture chosen by BIC; text columns of few values are categories,
    and every combination of them gets a mixture of its own. Integers stay integers, decimals
    keep their number, columns without negative values get none.

    Parameters
    ----------
    n_components : most components of each mixture.
    random_state : seed of the fit; rows have a seed of their own.

    Attributes
    ----------
    columns_ : columns of the rows made, in the table's order.
    numeric_, categories_ : those that hold numbers, and those that hold categories.
    rules_ : what each numeric column's values obey.
    groups_ : categories -> (number of rows, fitted mixture).
    notes_ : what the new rows will not have, one sentence each.

    Examples
    --------
    >>> from gmm_engine import RowMaker
    >>> table = pd.DataFrame({"age": np.arange(20, 60), "sex": ["m", "f"] * 20})
    >>> maker = RowMaker(2).fit(table)
    >>> made = maker.draw(5, random_state=1)
    >>> list(made.columns), made["age"].dtype.kind
    (['age', 'sex'], 'i')
    """

    def __init__(self, n_components: int = 6, *, random_state: int = 0) -> None:
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, table: pd.DataFrame, columns: Sequence[str] | None = None) -> RowMaker:
        """Learn the table.

        Parameters
        ----------
        table : (n, columns) numbers and text.
        columns : those to imitate; default: all numbers, and text of up to 30 values.

        Raises
        ------
        DataError
            No column can be imitated, or a category has too few rows for a mixture of its own.
        """
        for _ in self.iter_fit(table, columns):
            pass
        return self

    def iter_fit(self, table: pd.DataFrame, columns: Sequence[str] | None = None) -> Iterator[float]:
        """`fit`, yielding the share of the work done; stopping is not iterating."""
        self._sort_columns(table, columns)
        rng = np.random.default_rng(self.random_state)
        cells = table[list(self.numeric_)].to_numpy(dtype=np.float64, na_value=np.nan)
        self.rules_ = {name: learnt(cells[:, f]) for f, name in enumerate(self.numeric_)}
        self.notes_ += [
            f"{name} is {rule.heap:g} in {rule.heaped:.0%} of rows, which a mixture does not repeat."
            for name, rule in self.rules_.items()
            if rule.heaped > HEAPED and not rule.spread
        ]
        Z = np.column_stack([rule.enter(cells[:, f], rng) for f, rule in enumerate(self.rules_.values())])
        members = self._members(table)
        found: dict[Key, tuple[int, GaussianMixture]] = {}
        for key, index in members.items():
            learnt_from = (
                index if len(index) <= MOST_LEARNT else rng.choice(index, MOST_LEARNT, replace=False)
            )
            for share, model in self._mixtures(Z[np.sort(learnt_from)]):
                yield (len(found) + share) / len(members)
                if model is not None:
                    found[key] = (len(index), model)
        self.groups_ = found

    def draw(
        self,
        n_rows: int | None = None,
        *,
        counts: Mapping[Key, int] | None = None,
        random_state: int = 0,
    ) -> pd.DataFrame:
        """New rows, shuffled.

        Parameters
        ----------
        n_rows : how many, in the categories' proportions.
        counts : instead, how many of each key of `groups_`.
        random_state : seed.

        Raises
        ------
        DataError
            A column without negative values is so near zero that almost no draw obeys it.
        """
        if counts is None:
            parts = list(self.chunks(n_rows or 0, random_state=random_state))
            return pd.concat(parts, ignore_index=True)
        return self._drawn(dict(counts), np.random.default_rng(random_state))

    def chunks(self, n_rows: int, *, size: int = CHUNK, random_state: int = 0) -> Iterator[pd.DataFrame]:
        """`draw` in pieces of up to `size` rows, so that millions need no more memory than thousands."""
        if n_rows < 1:
            raise DataError(f"Ask for one row or more, not {n_rows}.")
        rng = np.random.default_rng(random_state)
        keys = list(self.groups_)
        shares = np.array([self.groups_[key][0] for key in keys], np.float64)
        for first in range(0, n_rows, size):
            numbers = rng.multinomial(min(size, n_rows - first), shares / shares.sum())
            yield self._drawn(dict(zip(keys, numbers.tolist(), strict=True)), rng)

    def _drawn(self, counts: dict[Key, int], rng: np.random.Generator) -> pd.DataFrame:
        drawn = [(key, self._rows(key, count, rng)) for key, count in counts.items() if count > 0]
        if not drawn:
            raise DataError("No row is asked for.")
        X = np.concatenate([rows for _, rows in drawn])
        order = rng.permutation(len(X))
        columns: dict[str, Any] = {
            name: self._typed(X[order, f], name) for f, name in enumerate(self.numeric_)
        }
        for g, name in enumerate(self.categories_):
            codes = np.repeat(np.arange(len(drawn)), [len(rows) for _, rows in drawn])[order]
            columns[name] = pd.Series([key[g] for key, _ in drawn], dtype=object).to_numpy()[codes]
        return pd.DataFrame({name: columns[name] for name in self.columns_})

    def _rows(self, key: Key, count: int, rng: np.random.Generator) -> Array:
        """(count, d) rows of one group that obey the rules; those that do not are drawn again."""
        model, missing = self.groups_[key][1], count
        kept: list[Array] = []
        for _ in range(MOST_TURNS):
            model.random_state = int(rng.integers(2**31))
            Z = model.sample(max(2 * missing, 16) if kept else missing)[0]
            Z = Z[rng.permutation(len(Z))]
            X = np.column_stack([rule.leave(Z[:, f]) for f, rule in enumerate(self.rules_.values())])
            good = np.all([rule.kept(X[:, f]) for f, rule in enumerate(self.rules_.values())], axis=0)
            kept.append(X[good][:missing])
            missing -= len(kept[-1])
            if missing == 0:
                return np.concatenate(kept)
        raise DataError(
            "Almost no new row obeys the signs of the columns: some column without negative values lies "
            "too near zero. Leave it out."
        )

    def _typed(self, x: Array, name: str) -> Array:
        small = np.abs(x).max(initial=0) < 2**53
        return x.astype(np.int64) if self.rules_[name].decimals == 0 and small else x

    def _sort_columns(self, table: pd.DataFrame, columns: Sequence[str] | None) -> None:
        self.notes_: list[str] = []
        names = list(table.columns if columns is None else columns)
        numeric, categories = [], []
        for name in names:
            kind = _kind(table[name])
            if kind == "number":
                numeric.append(name)
            elif kind == "category":
                categories.append(name)
            else:
                self.notes_.append(f"{name} is left out: {kind}.")
        if not numeric:
            raise DataError("No column of numbers can be imitated; a mixture needs one.")
        self.numeric_, self.categories_ = tuple(numeric), tuple(categories)
        self.columns_ = tuple(name for name in names if name in {*numeric, *categories})
        if table[numeric].isna().to_numpy().any():
            self.notes_.append("Cells that are missing in the table are not missing in the new rows.")

    def _members(self, table: pd.DataFrame) -> dict[Key, Array]:
        """Positions of the rows of every combination of categories that is large enough."""
        least = 2 * (len(self.numeric_) + 1)
        if len(table) < least:
            raise DataError(
                f"The table has {len(table)} rows; with {len(self.numeric_)} columns of numbers at least "
                f"{least} are needed to make rows like them. Leave columns out."
            )
        if not self.categories_:
            return {(): np.arange(len(table))}
        grouped = table.reset_index(drop=True).groupby(list(self.categories_), sort=True, dropna=True)
        members = {key if isinstance(key, tuple) else (key,): index for key, index in grouped.indices.items()}
        small = [(key, len(index)) for key, index in members.items() if len(index) < least]
        if small or len(members) > MOST_GROUPS:
            what = ", ".join(map(str, small[0][0])) if small else f"{len(members)} combinations"
            count = counted(small[0][1], "row") if small else f"more than {MOST_GROUPS}"
            raise DataError(
                f"{what}: {count}. Every category (or combination) needs at least {least} rows for a mixture "
                f"of its own: leave out {' or '.join(self.categories_)}, or merge its rare values."
            )
        left = len(table) - sum(map(len, members.values()))
        if left:
            self.notes_.append(f"Without a category, and not imitated: {counted(left, 'row')}.")
        return members

    def _mixtures(self, Z: Array) -> Iterator[tuple[float, GaussianMixture | None]]:
        """Share of the candidates fitted, and the chosen mixture at the end."""
        used = np.isfinite(Z).any(axis=1)
        most = max(1, min(self.n_components, int(used.sum()) // (2 * (Z.shape[1] + 1))))
        variances = np.nanvar(Z[used], axis=0)
        ridge = 1e-6 * float(np.min(variances[variances > 0], initial=np.inf))
        options: dict[str, Any] = {"missing": "em", "random_state": self.random_state}
        options["reg_covar"] = ridge if np.isfinite(ridge) else 1e-6
        candidates = []
        for candidate in sweep(Z[used], range(1, most + 1), FAMILIES, **options):
            candidates.append(candidate)
            yield len(candidates) / (most * len(FAMILIES) + 1), None
        yield 1.0, choose(Z[used], candidates, **options).best_model


def _kind(column: pd.Series) -> str:
    """ "number", "category", or why the column cannot be imitated."""
    if pd.api.types.is_bool_dtype(column):
        return "category"
    if pd.api.types.is_numeric_dtype(column):
        return "number" if column.nunique() > 1 else "it is constant"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "dates are not imitated"
    count = column.nunique()
    if count > MOST_CATEGORIES:
        return f"it holds {count} different texts, and a category needs rows of its own"
    return "category" if count else "it is empty"
